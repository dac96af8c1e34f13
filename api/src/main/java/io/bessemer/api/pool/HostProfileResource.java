package io.bessemer.api.pool;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.PoolService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.PoolNames;
import io.bessemer.core.pool.PoolStore;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/host_profiles`.
@RestController
@RequestMapping("/v1/host_profiles")
final class HostProfileResource implements Shaped {
    private static final Collection<HostProfile> ALL = new Collection<>("host_profiles", "Host profile", HostProfileFields.TABLE, HostProfile::name);

    private final PoolStore pools;
    private final PoolService service;
    private final HypervisorKind.Known kinds;

    HostProfileResource(PoolStore pools, PoolService service, HypervisorKind.Known kinds) {
        this.pools = pools;
        this.service = service;
        this.kinds = kinds;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/host_profiles", HostProfileFields.TABLE, HostProfileFields.draft("draft"), List.of());
    }

    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        return ALL.page(pools.profiles(), query, context);
    }

    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Map<String, Object> members = body.members();
        if (members.get("name") == null) {
            throw new Failure.Missing("name", "It is what host pools name the profile by.");
        }
        if (members.get("image") == null) {
            throw new Failure.Missing("image", "Name an imported image, or give its URL.");
        }
        HostProfile draft = HostProfileFields.draft(PoolNames.check("name", Values.text(members.get("name"), "name")));
        HostProfile created = service.create(HostProfileFields.check(HostProfileFields.TABLE.create(draft, members, context), kinds));
        return ResponseEntity.created(URI.create(context.base() + "/v1/host_profiles/" + created.name()))
                .body(HostProfileFields.TABLE.detail(created, context));
    }

    @GetMapping("/{name}")
    Map<String, Object> show(@PathVariable String name, Query query, RequestContext context) {
        query.allowOnly("fields");
        HostProfile profile = pools.profile(name).orElseThrow(() -> new Failure.NotFound("Host profile", name));
        return HostProfileFields.TABLE.show(profile, HostProfileFields.TABLE.wantedOfOne(query, context), context);
    }

    @PatchMapping("/{name}")
    Map<String, Object> change(@PathVariable String name, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        HostProfileFields.TABLE.check(patch, context);
        HostProfile updated = service.updateProfile(name, profile -> HostProfileFields.check(HostProfileFields.TABLE.patch(profile, patch), kinds));
        return HostProfileFields.TABLE.detail(updated, context);
    }

    @DeleteMapping("/{name}")
    ResponseEntity<Void> delete(@PathVariable String name) {
        service.deleteProfile(name);
        return ResponseEntity.noContent().build();
    }
}
