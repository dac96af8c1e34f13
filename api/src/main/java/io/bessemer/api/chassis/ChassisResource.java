package io.bessemer.api.chassis;

import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Chassis;
import io.bessemer.core.node.ChassisStore;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/chassis`. Ironic has all but forgotten them; clients' fixtures have not.
@RestController
@RequestMapping("/v1/chassis")
final class ChassisResource implements Shaped {
    private final ChassisStore chassis;
    private final Clock clock;

    ChassisResource(ChassisStore chassis, Clock clock) {
        this.chassis = chassis;
        this.clock = clock;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/chassis", ChassisFields.TABLE, draft(), List.of());
    }

    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        return list(query, context, false, "/v1/chassis");
    }

    @GetMapping("/detail")
    Map<String, Object> detail(Query query, RequestContext context) {
        return list(query, context, true, "/v1/chassis/detail");
    }

    private Map<String, Object> list(Query query, RequestContext context, boolean detailed, String path) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        List<Field<Chassis>> wanted = ChassisFields.TABLE.wanted(query, context, detailed);
        Page page = Page.of(query, ChassisFields.TABLE, context);
        List<Chassis> part = page.of(chassis.list(), ChassisFields.TABLE, context, one -> one.id().toString(), "Chassis");
        return page.answer("chassis", part.stream().map(one -> ChassisFields.TABLE.show(one, wanted, context)).toList(), context, path,
                part.isEmpty() ? "" : part.getLast().id().toString());
    }

    private Chassis draft() {
        return new Chassis(UUID.randomUUID(), null, Map.of(), clock.instant(), null);
    }

    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Chassis draft = draft();
        Chassis created = chassis.create(ChassisFields.TABLE.create(draft, body.members(), context));
        return ResponseEntity.created(URI.create(context.base() + "/v1/chassis/" + created.id())).body(ChassisFields.TABLE.detail(created, context));
    }

    @GetMapping("/{uuid}")
    Map<String, Object> show(@PathVariable String uuid, Query query, RequestContext context) {
        query.allowOnly("fields");
        return ChassisFields.TABLE.show(find(uuid), ChassisFields.TABLE.wantedOfOne(query, context), context);
    }

    @PatchMapping("/{uuid}")
    Map<String, Object> change(@PathVariable String uuid, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        ChassisFields.TABLE.check(patch, context);
        return ChassisFields.TABLE.detail(chassis.update(ChassisFields.TABLE.patch(find(uuid), patch)), context);
    }

    @DeleteMapping("/{uuid}")
    ResponseEntity<Void> delete(@PathVariable String uuid) {
        if (!chassis.delete(find(uuid).id())) {
            throw new Failure.NotFound("Chassis", uuid);
        }
        return ResponseEntity.noContent().build();
    }

    private Chassis find(String uuid) {
        return chassis.find(Values.uuid(uuid, "chassis_uuid")).orElseThrow(() -> new Failure.NotFound("Chassis", uuid));
    }
}
