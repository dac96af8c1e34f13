package io.bessemer.conductor.simulation;

import io.bessemer.conductor.Conductor;
import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.agent.AgentSession;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowQueue;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Inventory;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortId;
import io.bessemer.core.node.PortQuery;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.Vif;
import io.bessemer.core.node.VifStore;
import io.bessemer.core.plan.DeployTemplate;
import io.bessemer.core.plan.InspectionRule;
import io.bessemer.core.plan.Plans;
import io.bessemer.core.plan.Runbook;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// The stores in memory, with a tap before and after every write at which a simulation may crash the process. They outlive it.
public final class MemoryStores {
    private final Clock clock;
    private final FlowQueue queue;
    private final Runnable tap;
    private final Map<NodeId, Node> nodes = new LinkedHashMap<>();
    private final Map<PortId, Port> ports = new LinkedHashMap<>();
    private final List<Vif> vifs = new ArrayList<>();
    private final Map<NodeId, Flow> flows = new LinkedHashMap<>();
    private final Map<NodeId, List<HistoryEntry>> histories = new LinkedHashMap<>();
    private final Map<NodeId, List<TimelineEvent>> timelines = new LinkedHashMap<>();
    private final Map<NodeId, Inventory> inventories = new LinkedHashMap<>();
    private final Map<NodeId, AgentSession> sessions = new LinkedHashMap<>();
    private final Map<UUID, AgentCommand> commands = new LinkedHashMap<>();
    private final Map<NodeId, Set<UUID>> commandsOf = new LinkedHashMap<>();
    private final Map<String, Token> tokens = new LinkedHashMap<>();

    private final Map<NodeId, Hypervisor> hypervisors = new LinkedHashMap<>();
    private final MemoryPools pools;
    private final MemoryGuests guests;
    private final MemoryAllocations allocations;
    private final Plans plans;

    private io.bessemer.core.pool.AuthorityStore.Keys authority;

    /// sees each change of a member at the moment of its commit
    private BiConsumer<Hypervisor, Hypervisor> moved = (_, _) -> {};

    private record Token(NodeId node, long attempt, Instant expiresAt) {}

    /// @param tap called before and after every write; may throw to crash
    public MemoryStores(Clock clock, FlowQueue queue, Runnable tap) {
        this.clock = clock;
        this.queue = queue;
        this.tap = tap;
        this.guests = new MemoryGuests(clock, tap, hypervisors::containsKey);
        this.allocations = new MemoryAllocations(clock, tap, () -> new Nodes());
        this.plans = new Plans(new MemoryPlans<>(clock, tap, DeployTemplate::of), new MemoryPlans<>(clock, tap, Runbook::of),
                new MemoryPlans<>(clock, tap, InspectionRule::of));
        this.pools = new MemoryPools(clock, tap, pool -> hypervisors.values().stream().filter(host -> host.pool().equals(pool))
                .map(host -> host.node().toString()).toList());
    }

    void whenMembersMove(BiConsumer<Hypervisor, Hypervisor> witness) {
        moved = witness;
    }

    public Conductor.Stores all() {
        return new Conductor.Stores(new Nodes(), new Ports(), new Flows(), new Agents(), new Timelines(), pools, new Hypervisors(), new Authority(), guests, allocations, plans, new Vifs());
    }

    private synchronized <T> T write(java.util.function.Supplier<T> effect) {
        tap.run();
        T result = effect.get();
        tap.run();
        return result;
    }

    private final class Authority implements io.bessemer.core.pool.AuthorityStore {
        @Override
        public Optional<Keys> find() {
            return Optional.ofNullable(authority);
        }

        @Override
        public Keys keep(Keys made, Instant now) {
            return write(() -> authority = authority == null ? made : authority);
        }
    }

    private final class Nodes implements NodeStore {
        @Override
        public Node create(Node node) {
            return write(() -> {
                if (nodes.containsKey(node.id())) {
                    throw new Failure.NodeAlreadyExists(node.id().toString());
                }
                requireUnique(node);
                Node stored = node.toBuilder().version(1).build();
                nodes.put(node.id(), stored);
                return stored;
            });
        }

        private void requireUnique(Node node) {
            for (Node other : nodes.values()) {
                if (other.id().equals(node.id())) {
                    continue;
                }
                if (node.name() != null && node.name().equals(other.name())) {
                    throw new Failure.NameAlreadyExists("node", node.name());
                }
                if (node.instanceUuid() != null && node.instanceUuid().equals(other.instanceUuid())) {
                    throw new Failure.InstanceAssociated(node.instanceUuid().toString(), node.id().toString());
                }
            }
        }

        @Override
        public Optional<Node> find(NodeId id) {
            synchronized (MemoryStores.this) {
                return Optional.ofNullable(nodes.get(id));
            }
        }

        @Override
        public Optional<Node> findByName(String name) {
            return list(NodeQuery.all()).stream().filter(node -> name.equals(node.name())).findFirst();
        }

        @Override
        public Optional<Node> findByInstance(UUID instance) {
            return list(NodeQuery.all()).stream().filter(node -> instance.equals(node.instanceUuid())).findFirst();
        }

        @Override
        public List<Node> list(NodeQuery query) {
            synchronized (MemoryStores.this) {
                return List.copyOf(nodes.values());
            }
        }

        @Override
        public CommitResult commit(Change change) {
            return write(() -> {
                NodeId id = change.before().id();
                Node present = nodes.get(id);
                if (present == null) {
                    return new CommitResult.Gone();
                }
                if (present.version() != change.before().version()) {
                    return new CommitResult.Changed(present);
                }
                if (!present.equals(change.before())) {
                    throw new IllegalStateException("a change must be from the node as it was read, or the database will not see all of it: " + change.before());
                }
                requireUnique(change.after());
                allocations.follow(change.before(), change.after());
                Node stored = change.after().toBuilder().version(present.version() + 1).updatedAt(clock.instant()).build();
                nodes.put(id, stored);
                histories.computeIfAbsent(id, key -> new ArrayList<>()).addAll(change.history().stream().map(entry -> entry.of(present)).toList());
                timelines.computeIfAbsent(id, key -> new ArrayList<>()).addAll(change.timeline());
                switch (change.flow()) {
                    case FlowUpdate.None() -> {
                    }
                    case FlowUpdate.Start(Flow flow) -> {
                        flows.put(id, flow);
                        queue.schedule(id, clock.instant());
                    }
                    case FlowUpdate.Save(Flow flow) -> flows.put(id, flow);
                    case FlowUpdate.End() -> flows.remove(id);
                }
                return new CommitResult.Applied(stored);
            });
        }

        @Override
        public boolean delete(NodeId id) {
            return write(() -> {
                ports.values().removeIf(port -> port.node().equals(id));
                vifs.removeIf(vif -> vif.node().equals(id));
                flows.remove(id);
                sessions.remove(id);
                commands.values().removeIf(command -> command.node().equals(id));
                timelines.remove(id);
                hypervisors.remove(id);
                guests.gone(id);
                histories.remove(id);
                return nodes.remove(id) != null;
            });
        }

        @Override
        public List<ShardSize> shards() {
            throw new UnsupportedOperationException("no flow asks for shards");
        }

        @Override
        public List<HistoryEntry> history(NodeId id) {
            synchronized (MemoryStores.this) {
                return List.copyOf(histories.getOrDefault(id, List.of())).reversed();
            }
        }

        @Override
        public Optional<Inventory> inventory(NodeId id) {
            return Optional.ofNullable(inventories.get(id));
        }

        @Override
        public void saveInventory(NodeId id, Inventory inventory) {
            write(() -> inventories.put(id, inventory));
        }
    }

    private final class Ports implements PortStore {
        @Override
        public Port create(Port port) {
            return write(() -> {
                if (ports.values().stream().anyMatch(other -> other.address().equals(port.address()))) {
                    throw new Failure.MacAlreadyExists(port.address().value());
                }
                ports.put(port.id(), port);
                return port;
            });
        }

        @Override
        public Optional<Port> find(PortId id) {
            return Optional.ofNullable(ports.get(id));
        }

        @Override
        public Optional<Owner> ownerOf(MacAddress address) {
            return findByAddress(address).map(port -> new Owner(port.node(), port.pxeEnabled()));
        }

        @Override
        public Map<MacAddress, Owner> ownersOf(Collection<MacAddress> addresses) {
            return addresses.stream().filter(address -> ownerOf(address).isPresent()).collect(Collectors.toMap(address -> address, address -> ownerOf(address).orElseThrow()));
        }

        @Override
        public Optional<Port> findByAddress(MacAddress address) {
            synchronized (MemoryStores.this) {
                return ports.values().stream().filter(port -> port.address().equals(address)).findFirst();
            }
        }

        @Override
        public Optional<Port> findByName(String name) {
            return ports.values().stream().filter(port -> name.equals(port.name())).findFirst();
        }

        @Override
        public List<Port> ofNode(NodeId node) {
            synchronized (MemoryStores.this) {
                return ports.values().stream().filter(port -> port.node().equals(node)).toList();
            }
        }

        @Override
        public List<Port> list(PortQuery query) {
            throw new UnsupportedOperationException("only the API lists ports");
        }

        @Override
        public Port update(Port port) {
            ports.put(port.id(), port);
            return port;
        }

        @Override
        public boolean delete(PortId id) {
            return ports.remove(id) != null;
        }
    }

    private final class Vifs implements VifStore {
        @Override
        public boolean attach(Vif vif) {
            return write(() -> vifs.stream().noneMatch(other -> vif.port() == null ? vif.portgroup().equals(other.portgroup()) : vif.port().equals(other.port()))
                    && vifs.add(vif));
        }

        @Override
        public List<Vif> ofNode(NodeId node) {
            synchronized (MemoryStores.this) {
                return vifs.stream().filter(vif -> vif.node().equals(node)).toList();
            }
        }

        @Override
        public boolean detach(NodeId node, String id) {
            return write(() -> vifs.removeIf(vif -> vif.node().equals(node) && vif.id().equals(id)));
        }

        @Override
        public void detachAll(NodeId node) {
            write(() -> vifs.removeIf(vif -> vif.node().equals(node)));
        }
    }

    private final class Flows implements FlowStore {
        @Override
        public Optional<Flow> find(NodeId node) {
            synchronized (MemoryStores.this) {
                return Optional.ofNullable(flows.get(node));
            }
        }

        @Override
        public Map<NodeId, Long> attempts(Collection<NodeId> nodes) {
            synchronized (MemoryStores.this) {
                return nodes.stream().filter(flows::containsKey).collect(Collectors.toMap(node -> node, node -> flows.get(node).attempt()));
            }
        }

        @Override
        public List<Flow> list() {
            synchronized (MemoryStores.this) {
                return List.copyOf(flows.values());
            }
        }
    }

    private final class Agents implements AgentStore {
        @Override
        public Optional<AgentSession> session(NodeId node) {
            synchronized (MemoryStores.this) {
                return Optional.ofNullable(sessions.get(node));
            }
        }

        @Override
        public boolean open(AgentSession session, String bootTokenHash) {
            return write(() -> {
                Token token = tokens.get(bootTokenHash);
                if (token == null || !token.node.equals(session.node()) || token.attempt != session.attempt()
                        || !session.startedAt().isBefore(token.expiresAt)) {
                    return false;
                }
                tokens.remove(bootTokenHash);
                failUnfinished(session.node(), "the machine booted again", session.startedAt());
                sessions.put(session.node(), session);
                return true;
            });
        }

        private void failUnfinished(NodeId node, String reason, Instant at) {
            for (UUID id : commandsOf.getOrDefault(node, Set.of())) {
                commands.computeIfPresent(id, (key, one) -> one.finished() ? one : with(one, AgentCommand.Status.FAILED, reason, at));
            }
        }

        @Override
        public void seen(NodeId node, Instant at) {
            write(() -> sessions.computeIfPresent(node, (id, one) -> new AgentSession(id, one.tokenHash(), one.attempt(), one.bootMac(), one.address(),
                    one.version(), one.bootMode(), one.startedAt(), at)));
        }

        @Override
        public void adopt(NodeId node, long attempt) {
            write(() -> sessions.computeIfPresent(node, (id, one) -> new AgentSession(id, one.tokenHash(), attempt, one.bootMac(), one.address(),
                    one.version(), one.bootMode(), one.startedAt(), one.lastSeenAt())));
        }

        @Override
        public void close(NodeId node, String reason, Instant at) {
            write(() -> {
                failUnfinished(node, reason, at);
                return sessions.remove(node);
            });
        }

        @Override
        public AgentCommand ensure(AgentCommand command) {
            return write(() -> {
                Optional<AgentCommand> present = find(command.node(), command.attempt(), command.step());
                if (present.isPresent()) {
                    return present.get();
                }
                commands.put(command.id(), command);
                commandsOf.computeIfAbsent(command.node(), key -> new LinkedHashSet<>()).add(command.id());
                return command;
            });
        }

        @Override
        public Optional<AgentCommand> find(UUID id) {
            synchronized (MemoryStores.this) {
                return Optional.ofNullable(commands.get(id));
            }
        }

        @Override
        public Optional<AgentCommand> find(NodeId node, long attempt, String step) {
            return commands(node, attempt).stream().filter(one -> one.step().equals(step)).findFirst();
        }

        @Override
        public Optional<AgentCommand> next(NodeId node, long attempt) {
            return commands(node, attempt).stream().filter(one -> !one.finished()).findFirst();
        }

        @Override
        public boolean report(AgentCommand updated) {
            return write(() -> {
                AgentCommand present = commands.get(updated.id());
                if (present == null || present.finished()) {
                    return false;
                }
                commands.put(updated.id(), updated);
                return true;
            });
        }

        @Override
        public List<AgentCommand> commands(NodeId node, long attempt) {
            synchronized (MemoryStores.this) {
                return commandsOf.getOrDefault(node, Set.of()).stream().map(commands::get).filter(one -> one != null && one.attempt() == attempt).toList();
            }
        }

        @Override
        public void issueBootToken(NodeId node, long attempt, String tokenHash, Instant expiresAt) {
            write(() -> tokens.put(tokenHash, new Token(node, attempt, expiresAt)));
        }
    }

    static AgentCommand with(AgentCommand one, AgentCommand.Status status, String error, Instant at) {
        return new AgentCommand(one.id(), one.node(), one.attempt(), one.step(), one.kind(), one.params(), status, one.progress(), one.result(), error,
                one.createdAt(), at);
    }

    private final class Timelines implements TimelineStore {
        @Override
        public void append(List<TimelineEvent> events) {
            write(() -> {
                events.forEach(event -> timelines.computeIfAbsent(event.node(), key -> new ArrayList<>()).add(event));
                return events;
            });
        }

        @Override
        public List<TimelineEvent> read(NodeId node, Instant since, int limit) {
            synchronized (MemoryStores.this) {
                // appended in order of time, and only the newest are asked for
                List<TimelineEvent> all = timelines.getOrDefault(node, List.of());
                int from = all.size();
                while (from > 0 && (since == null || !all.get(from - 1).at().isBefore(since))) {
                    from--;
                }
                return List.copyOf(all.subList(from, Math.min(all.size(), from + limit)));
            }
        }
    }

    private final class Hypervisors implements HypervisorStore {
        @Override
        public Optional<Hypervisor> create(Hypervisor hypervisor, List<TimelineEvent> timeline) {
            return write(() -> {
                if (!nodes.containsKey(hypervisor.node())) {
                    throw new Failure.NotFound("Node", hypervisor.node().toString());
                }
                if (pools.pool(hypervisor.pool()).isEmpty()) {
                    throw new Failure.NotFound("Host pool", hypervisor.pool());
                }
                if (hypervisors.putIfAbsent(hypervisor.node(), hypervisor) != null) {
                    return Optional.empty();
                }
                tell(timeline);
                return Optional.of(hypervisor);
            });
        }

        @Override
        public Optional<Hypervisor> find(NodeId node) {
            synchronized (MemoryStores.this) {
                return Optional.ofNullable(hypervisors.get(node));
            }
        }

        @Override
        public List<Hypervisor> list() {
            synchronized (MemoryStores.this) {
                return List.copyOf(hypervisors.values());
            }
        }

        @Override
        public List<Hypervisor> ofPool(String pool) {
            return list().stream().filter(host -> host.pool().equals(pool)).toList();
        }

        @Override
        public Optional<Hypervisor> commit(Hypervisor after, List<TimelineEvent> timeline) {
            return write(() -> {
                Hypervisor present = hypervisors.get(after.node());
                if (present == null || present.version() != after.version()) {
                    return Optional.empty();
                }
                Hypervisor stored = new Hypervisor(after.node(), after.pool(), after.zone(), after.state(), after.reason(), after.stateSince(),
                        after.deadline(), after.imaged(), after.reimage(), after.attempt(), after.joinTokenHash(), after.joinTokenExpires(),
                        after.joinKeyHash(), after.certificateSerial(), after.certificateExpires(), after.address(), after.facts(), after.capacity(),
                        after.checks(), after.verification(), after.guests(), after.reportedAt(), after.version() + 1, after.createdAt(),
                        clock.instant());
                hypervisors.put(after.node(), stored);
                moved.accept(present, stored);
                tell(timeline);
                return Optional.of(stored);
            });
        }

        @Override
        public boolean delete(NodeId node, List<TimelineEvent> timeline) {
            return write(() -> {
                if (hypervisors.remove(node) == null) {
                    return false;
                }
                guests.gone(node);
                tell(timeline);
                return true;
            });
        }

        private void tell(List<TimelineEvent> timeline) {
            timeline.forEach(event -> timelines.computeIfAbsent(event.node(), key -> new ArrayList<>()).add(event));
        }
    }

    Set<NodeId> nodesWithFlow() {
        return new HashSet<>(flows.keySet());
    }
}
