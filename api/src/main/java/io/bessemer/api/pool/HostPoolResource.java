package io.bessemer.api.pool;

import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.PoolService;
import io.bessemer.conductor.pool.Reconciler;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolNames;
import io.bessemer.core.pool.PoolStore;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/host_pools`.
@RestController
@RequestMapping("/v1/host_pools")
final class HostPoolResource implements Shaped {
    private static final List<String> FILTERS = List.of("zone", "profile");
    private static final Collection<PoolView> ALL = new Collection<>("host_pools", "Host pool", PoolView.TABLE, view -> view.pool().name());
    private static final int LONGEST_REASON = 1024;

    private final PoolStore pools;
    private final HypervisorStore hypervisors;
    private final PoolService service;
    private final Reconciler reconciler;

    HostPoolResource(PoolStore pools, HypervisorStore hypervisors, PoolService service, Reconciler reconciler) {
        this.pools = pools;
        this.hypervisors = hypervisors;
        this.service = service;
        this.reconciler = reconciler;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/host_pools", PoolView.TABLE, PoolView.draft("draft", "draft", "draft"), FILTERS);
    }

    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly(Stream.concat(FILTERS.stream(), Page.ARGUMENTS.stream()).toArray(String[]::new));
        Map<String, List<Hypervisor>> hosts = hypervisors.list().stream().collect(Collectors.groupingBy(Hypervisor::pool));
        List<HostPool> all = pools.pools(); // before their profiles, of which one may be made between the two looks
        Map<String, HostProfile> profiles = pools.profiles().stream().collect(Collectors.toMap(HostProfile::name, one -> one));
        return ALL.page(all.stream()
                .filter(pool -> profiles.containsKey(pool.profile()))
                .filter(pool -> query.text("zone").map(pool.zone()::equals).orElse(true))
                .filter(pool -> query.text("profile").map(pool.profile()::equals).orElse(true))
                .map(pool -> new PoolView(pool, hosts.getOrDefault(pool.name(), List.of()), profiles.get(pool.profile()), () -> reconciler.status(pool)))
                .toList(), query, context);
    }

    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Map<String, Object> members = body.members();
        for (String name : List.of("name", "zone", "profile")) {
            if (members.get(name) == null) {
                throw new Failure.Missing(name, "A host pool is hosts of one profile in one availability zone.");
            }
        }
        PoolView draft = PoolView.draft(PoolNames.check("name", Values.text(members.get("name"), "name")), "", "");
        HostPool created = service.create(PoolView.TABLE.create(draft, members, context).pool());
        return ResponseEntity.created(URI.create(context.base() + "/v1/host_pools/" + created.name()))
                .body(PoolView.TABLE.detail(view(created), context));
    }

    @GetMapping("/{name}")
    Map<String, Object> show(@PathVariable String name, Query query, RequestContext context) {
        query.allowOnly("fields");
        return PoolView.TABLE.show(view(find(name)), PoolView.TABLE.wantedOfOne(query, context), context);
    }

    @PatchMapping("/{name}")
    Map<String, Object> change(@PathVariable String name, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        PoolView.TABLE.check(patch, context);
        HostPool updated = service.updatePool(name, pool -> PoolView.TABLE.patch(new PoolView(pool, List.of(), null, () -> ""), patch).pool());
        return PoolView.TABLE.detail(view(updated), context);
    }

    @DeleteMapping("/{name}")
    ResponseEntity<Void> delete(@PathVariable String name) {
        service.deletePool(name);
        return ResponseEntity.noContent().build();
    }

    @PutMapping("/{name}/rollout")
    ResponseEntity<Void> rollout(@PathVariable String name, JsonBody body, RequestContext context) {
        JsonObject members = body.object("target", "reason");
        String target = members.required("target");
        if (members.has("reason") && !target.equals("halt")) {
            throw new Failure.Invalid("reason", "goes with the target 'halt' alone.");
        }
        switch (target) {
            case "reimage" -> service.reimage(name);
            case "resume" -> service.resume(name);
            case "halt" -> service.halt(name, members.has("reason") ? Values.text(members.get("reason"), "reason", LONGEST_REASON) : "asked for");
            default -> throw new Failure.Invalid("target", "'%s' is not one of reimage, halt, resume.".formatted(target));
        }
        return ResponseEntity.accepted().location(URI.create(context.base() + "/v1/host_pools/" + name)).build();
    }

    private HostPool find(String name) {
        return pools.pool(name).orElseThrow(() -> new Failure.NotFound("Host pool", name));
    }

    private PoolView view(HostPool pool) {
        return new PoolView(pool, hypervisors.ofPool(pool.name()), pools.profile(pool.profile()).orElseThrow(),
                () -> reconciler.status(pool));
    }
}
