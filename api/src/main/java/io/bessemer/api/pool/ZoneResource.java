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
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorStore;
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

/// `/v1/availability_zones`.
@RestController
@RequestMapping("/v1/availability_zones")
final class ZoneResource implements Shaped {
    private static final Collection<ZoneView> ALL = new Collection<>("availability_zones", "Availability zone", ZoneView.TABLE, view -> view.zone().name());

    private final PoolStore pools;
    private final HypervisorStore hypervisors;
    private final PoolService service;

    ZoneResource(PoolStore pools, HypervisorStore hypervisors, PoolService service) {
        this.pools = pools;
        this.hypervisors = hypervisors;
        this.service = service;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/availability_zones", ZoneView.TABLE, new ZoneView(new AvailabilityZone("draft", null, null, null), List.of(), List.of()), List.of());
    }

    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        List<HostPool> all = pools.pools();
        List<Hypervisor> hosts = hypervisors.list();
        return ALL.page(pools.zones().stream().map(zone -> view(zone, all, hosts)).toList(), query, context);
    }

    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Map<String, Object> members = body.members();
        if (members.get("name") == null) {
            throw new Failure.Missing("name", "It is what users of a cloud choose a zone by.");
        }
        AvailabilityZone blank = new AvailabilityZone(PoolNames.zone("name", Values.text(members.get("name"), "name")), null, null, null);
        ZoneView draft = ZoneView.TABLE.create(new ZoneView(blank, List.of(), List.of()), members, context);
        AvailabilityZone created = service.create(draft.zone());
        return ResponseEntity.created(URI.create(context.base() + "/v1/availability_zones/" + created.name()))
                .body(ZoneView.TABLE.detail(view(created), context));
    }

    @GetMapping("/{name}")
    Map<String, Object> show(@PathVariable String name, Query query, RequestContext context) {
        query.allowOnly("fields");
        AvailabilityZone zone = pools.zone(name).orElseThrow(() -> new Failure.NotFound("Availability zone", name));
        return ZoneView.TABLE.show(view(zone), ZoneView.TABLE.wantedOfOne(query, context), context);
    }

    @PatchMapping("/{name}")
    Map<String, Object> change(@PathVariable String name, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        ZoneView.TABLE.check(patch, context);
        AvailabilityZone updated = service.updateZone(name, zone -> ZoneView.TABLE.patch(new ZoneView(zone, List.of(), List.of()), patch).zone());
        return ZoneView.TABLE.detail(view(updated), context);
    }

    @DeleteMapping("/{name}")
    ResponseEntity<Void> delete(@PathVariable String name) {
        service.deleteZone(name);
        return ResponseEntity.noContent().build();
    }

    private ZoneView view(AvailabilityZone zone) {
        return view(zone, pools.pools(), hypervisors.list());
    }

    private static ZoneView view(AvailabilityZone zone, List<HostPool> all, List<Hypervisor> hosts) {
        return new ZoneView(zone, all.stream().filter(pool -> pool.zone().equals(zone.name())).map(HostPool::name).toList(),
                hosts.stream().filter(host -> host.zone().equals(zone.name())).toList());
    }
}
