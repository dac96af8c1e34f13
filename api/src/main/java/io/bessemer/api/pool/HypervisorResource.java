package io.bessemer.api.pool;

import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.conductor.PoolService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolStore;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/hypervisors`: the members of pools, by the UUID or the name of their node.
@RestController
@RequestMapping("/v1/hypervisors")
final class HypervisorResource {
    private static final Collection<HypervisorView> ALL = new Collection<>("hypervisors", "Hypervisor", HypervisorView.TABLE,
            view -> view.host().node().toString());
    private static final List<HypervisorEvent> VERBS = List.of(HypervisorEvent.VERIFY, HypervisorEvent.DRAIN, HypervisorEvent.ENABLE, HypervisorEvent.REMOVE);
    private static final Set<String> STATES = Set.of("state", "reason", "state_since", "deadline", "verbs");

    private final HypervisorStore hypervisors;
    private final PoolStore pools;
    private final NodeStore nodes;
    private final NodeFinder finder;
    private final PoolService service;

    HypervisorResource(HypervisorStore hypervisors, PoolStore pools, NodeStore nodes, NodeFinder finder, PoolService service) {
        this.hypervisors = hypervisors;
        this.pools = pools;
        this.nodes = nodes;
        this.finder = finder;
        this.service = service;
    }

    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly(Stream.concat(Stream.of("pool", "zone", "state"), Page.ARGUMENTS.stream()).toArray(String[]::new));
        Optional<HypervisorState> state = query.text("state")
                .map(text -> Shapes.word(text, "state", HypervisorState::fromWire, HypervisorState::wire, HypervisorState.class));
        Map<NodeId, String> names = new HashMap<>(); // a node without a name has a null value, which toMap refuses
        List<Hypervisor> hosts = (query.has("pool") ? hypervisors.ofPool(query.values().get("pool")) : hypervisors.list()).stream()
                .filter(host -> query.text("zone").map(host.zone()::equals).orElse(true))
                .filter(host -> state.map(host.state()::equals).orElse(true))
                .toList();
        if (!hosts.isEmpty()) {
            nodes.list(NodeQuery.all()).forEach(node -> names.put(node.id(), node.name()));
        }
        Map<String, HostProfile> profiles = profiles();
        return ALL.page(hosts.stream().map(host -> new HypervisorView(host, names.get(host.node()), profiles.get(host.pool()))).toList(),
                query, context);
    }

    @GetMapping("/{ident}")
    Map<String, Object> show(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly("fields");
        List<Field<HypervisorView>> wanted = HypervisorView.TABLE.wantedOfOne(query, context);
        return HypervisorView.TABLE.show(view(ident), wanted, context);
    }

    @GetMapping("/{ident}/states")
    Map<String, Object> states(@PathVariable String ident, RequestContext context) {
        return HypervisorView.TABLE.show(view(ident), HypervisorView.TABLE.all(context).stream().filter(field -> STATES.contains(field.name())).toList(),
                context);
    }

    @PutMapping("/{ident}/states")
    ResponseEntity<Void> ask(@PathVariable String ident, JsonBody body, RequestContext context) {
        String target = body.object("target").required("target");
        HypervisorEvent verb = VERBS.stream().filter(known -> known.wire().equals(target)).findFirst()
                .orElseThrow(() -> new Failure.Invalid("target", "'%s' is not one of %s.".formatted(target,
                        VERBS.stream().map(HypervisorEvent::wire).collect(Collectors.joining(", ")))));
        service.ask(view(ident).host().node(), verb);
        return ResponseEntity.accepted().location(URI.create(context.base() + "/v1/hypervisors/" + ident + "/states")).build();
    }

    private HypervisorView view(String ident) {
        Node node = finder.lookUp(ident).orElseThrow(() -> new Failure.NotFound("Hypervisor", ident));
        Hypervisor host = hypervisors.find(node.id()).orElseThrow(() -> new Failure.NotFound("Hypervisor", ident));
        return new HypervisorView(host, node.name(), profiles().get(host.pool()));
    }

    /// By pool. The pools first: a profile is there before its pool and until after it, but one may be made between the two looks.
    private Map<String, HostProfile> profiles() {
        List<HostPool> all = pools.pools();
        Map<String, HostProfile> named = pools.profiles().stream().collect(Collectors.toMap(HostProfile::name, one -> one));
        return all.stream().filter(pool -> named.containsKey(pool.profile())).collect(Collectors.toMap(HostPool::name, pool -> named.get(pool.profile())));
    }
}
