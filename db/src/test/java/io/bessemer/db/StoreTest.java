package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Chassis;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Inventory;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodePower;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore.CommitResult;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.Requester;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.PowerTarget;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store promises, whichever database is below.
abstract class StoreTest extends DatabaseCase {
    static final Instant START = Instant.parse("2026-03-29T00:59:59.123456789Z"); // an hour that a local time zone may lack

    private final AtomicReference<Instant> time = new AtomicReference<>(START);
    private final List<NodeId> queued = Collections.synchronizedList(new ArrayList<>());

    @Override
    Clock clock() {
        return ticking(time::get);
    }

    @BeforeEach
    void accept_flows() {
        queued.clear();
        database.flowQueue((node, _) -> queued.add(node));
    }

    @Test
    void a_node_with_every_field_set_is_read_as_it_was_stored() {
        Node node = full(NodeId.random());
        Node created = database.nodes().create(node);
        assertThat(created.version()).isEqualTo(1);
        assertThat(database.nodes().find(node.id())).contains(created);
        assertThat(database.nodes().findByName(node.name())).contains(created);
        assertThat(database.nodes().findByInstance(node.instanceUuid())).contains(created);
        assertThat(created.toBuilder().version(node.version()).createdAt(node.createdAt()).updatedAt(node.updatedAt())
                .provisionUpdatedAt(node.provisionUpdatedAt()).inspectionStartedAt(node.inspectionStartedAt())
                .inspectionFinishedAt(node.inspectionFinishedAt()).build()).isEqualTo(node);
        assertThat(created.createdAt()).isEqualTo("2026-03-29T00:59:59.123456Z");
        assertThat(database.nodes().list(NodeQuery.all())).contains(created);
    }

    @Test
    void a_chassis_is_changed_and_goes_once_no_node_is_in_it() {
        Chassis made = database.chassis().create(new Chassis(UUID.randomUUID(), "row 1", Map.of("u", 42), START, null));
        assertThat(database.chassis().find(made.id())).contains(made);
        assertThatThrownBy(() -> database.chassis().create(made)).isInstanceOf(Failure.Conflict.class).hasMessageContaining(made.id().toString());
        Chassis changed = database.chassis().update(new Chassis(made.id(), null, Map.of(), made.createdAt(), null));
        assertThat(changed.description()).isNull();
        assertThat(changed.updatedAt()).isNotNull();
        assertThat(database.chassis().list()).contains(changed);

        Node node = database.nodes().create(bare().chassisUuid(made.id()).build());
        assertThatThrownBy(() -> database.chassis().delete(made.id())).isInstanceOf(Failure.Invalid.class).hasMessageContaining("contains nodes");
        database.nodes().delete(node.id());
        assertThat(database.chassis().delete(made.id())).isTrue();
        assertThat(database.chassis().delete(made.id())).isFalse();
        assertThatThrownBy(() -> database.chassis().update(changed)).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void a_commit_stores_every_field_and_stamps_the_node() {
        Node before = database.nodes().create(bare().build());
        Node full = full(before.id()).toBuilder().allocationUuid(null).build(); // an allocation follows its node: AllocationStoreTest
        time.set(START.plusSeconds(5));
        Node applied = applied(database.nodes().commit(Change.of(before, full)));
        assertThat(applied.version()).isEqualTo(2);
        assertThat(applied.updatedAt()).isEqualTo("2026-03-29T01:00:04.123456Z").isEqualTo(applied.provisionUpdatedAt());
        assertThat(applied.createdAt()).isEqualTo(before.createdAt());
        assertThat(database.nodes().find(before.id())).contains(applied);

        Node emptied = applied.toBuilder().traits(Set.of()).extra(Map.of()).name(null).driverInfo(Map.of()).instanceUuid(null).build();
        time.set(START.plusSeconds(9));
        Node again = applied(database.nodes().commit(Change.of(applied, emptied)));
        assertThat(again.provisionUpdatedAt()).isEqualTo(applied.provisionUpdatedAt());
        assertThat(database.nodes().find(before.id())).contains(again);
        assertThat(again.traits()).isEmpty();
        assertThat(again.properties()).isEqualTo(full.properties());
    }

    @Test
    void of_two_commits_at_once_exactly_one_wins() throws Exception {
        Node node = database.nodes().create(bare().build());
        for (int round = 0; round < 20; round++) {
            Node before = database.nodes().find(node.id()).orElseThrow();
            List<CommitResult> results = together(4, writer -> database.nodes().commit(new Change(before,
                    before.toBuilder().description("writer " + writer).build(), List.of(info(node.id(), "writer " + writer)),
                    List.of(), new FlowUpdate.Start(flow(node.id(), 1)))));
            List<Node> winners = results.stream().filter(CommitResult.Applied.class::isInstance).map(StoreTest::applied).toList();
            assertThat(winners).hasSize(1);
            assertThat(results).filteredOn(CommitResult.Changed.class::isInstance).hasSize(3)
                    .allSatisfy(lost -> assertThat(((CommitResult.Changed) lost).now()).isEqualTo(winners.getFirst()));
            assertThat(database.nodes().history(node.id())).hasSize(round + 1).first()
                    .satisfies(entry -> assertThat(entry.event()).isEqualTo(winners.getFirst().description()));
        }
        assertThat(queued).hasSize(20);
    }

    @Test
    void commits_on_many_nodes_from_many_threads_all_succeed() throws Exception {
        List<Node> nodes = IntStream.range(0, 8).mapToObj(_ -> database.nodes().create(bare().build())).toList();
        List<Integer> versions = together(8, index -> {
            Node node = nodes.get(index);
            for (int i = 0; i < 25; i++) {
                node = applied(database.nodes().commit(new Change(node, node.toBuilder().traits(Set.of("CUSTOM_" + i, "HW_X")).build(),
                        List.of(info(node.id(), "move " + i)), List.of(TimelineStoreTest.event(node.id(), START, "move")),
                        i % 2 == 0 ? new FlowUpdate.Start(flow(node.id(), i)) : new FlowUpdate.End())));
            }
            return (int) node.version();
        });
        assertThat(versions).containsOnly(26);
    }

    @Test
    void a_commit_whose_flow_cannot_be_queued_stores_nothing() {
        Node before = database.nodes().create(bare().traits(Set.of("HW_A")).build());
        database.flowQueue((_, _) -> {
            throw new IllegalStateException("the queue is gone");
        });
        Change change = new Change(before, before.toBuilder().name("n-" + UUID.randomUUID()).traits(Set.of("HW_B")).build(),
                List.of(info(before.id(), "moved")), List.of(TimelineStoreTest.event(before.id(), START, "ack")), new FlowUpdate.Start(flow(before.id(), 1)));
        assertThatThrownBy(() -> database.nodes().commit(change)).hasMessage("the queue is gone");
        assertThat(database.nodes().find(before.id())).contains(before);
        assertThat(database.nodes().history(before.id())).isEmpty();
        assertThat(database.timeline().read(before.id(), null, 10)).isEmpty();
        assertThat(database.flows().find(before.id())).isEmpty();
    }

    @Test
    void what_the_queue_writes_lives_and_dies_with_the_commit() {
        Node before = database.nodes().create(bare().build());
        String task = UUID.randomUUID().toString();
        boolean[] fail = {true};
        database.flowQueue((_, _) -> {
            try (Connection connection = database.dataSource().getConnection(); var insert = connection.prepareStatement(
                    "INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version) VALUES ('t', ?, ?, FALSE, 1)")) {
                insert.setString(1, task);
                insert.setObject(2, START.atOffset(ZoneOffset.UTC).toLocalDateTime());
                insert.executeUpdate();
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
            if (fail[0]) {
                throw new IllegalStateException("crash");
            }
        });
        Change change = new Change(before, before, List.of(), List.of(), new FlowUpdate.Start(flow(before.id(), 1)));
        assertThatThrownBy(() -> database.nodes().commit(change)).hasMessage("crash");
        assertThat(raw("SELECT task_instance FROM scheduled_tasks")).doesNotContain(task);
        fail[0] = false;
        applied(database.nodes().commit(change));
        assertThat(raw("SELECT task_instance FROM scheduled_tasks")).contains(task);
    }

    @Test
    void the_scheduler_runs_what_a_commit_queued_and_nothing_that_was_rolled_back() throws Exception {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(1);
        var task = com.github.kagkarlsson.scheduler.task.helper.Tasks.oneTime("flow").execute((instance, _) -> {
            ran.add(instance.getId());
            done.countDown();
        });
        var scheduler = com.github.kagkarlsson.scheduler.Scheduler.create(database.dataSource(), task).alwaysPersistTimestampInUTC()
                .pollingInterval(Duration.ofMillis(50)).threads(2).build();
        Node failing = database.nodes().create(bare().build());
        Node node = database.nodes().create(bare().build());
        database.flowQueue((id, at) -> {
            scheduler.schedule(task.instance(id.toString()), at);
            if (id.equals(failing.id())) {
                throw new IllegalStateException("crash");
            }
        });
        assertThatThrownBy(() -> database.nodes().commit(with(failing, new FlowUpdate.Start(flow(failing.id(), 1))))).hasMessage("crash");
        applied(database.nodes().commit(with(node, new FlowUpdate.Start(flow(node.id(), 1)))));
        scheduler.start();
        try {
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            scheduler.stop();
        }
        assertThat(ran).containsExactly(node.id().toString());
    }

    @Test
    void a_flow_is_started_saved_and_ended_by_commits() {
        Node node = database.nodes().create(bare().build());
        Flow flow = flow(node.id(), 7);
        node = applied(database.nodes().commit(with(node, new FlowUpdate.Start(flow))));
        assertThat(database.flows().find(node.id())).contains(micros(flow));
        assertThat(database.flows().list()).contains(micros(flow));
        assertThat(queued).containsExactly(node.id());

        Flow progressed = new Flow(node.id(), flow.kind(), 7, 3, flow.args(), Map.of("device", "/dev/sda"), "the agent", START.plusSeconds(1),
                START.plusSeconds(60), START.plusSeconds(30), 2, flow.startedAt());
        node = applied(database.nodes().commit(with(node, new FlowUpdate.Save(progressed))));
        assertThat(database.flows().find(node.id())).contains(micros(progressed));

        node = applied(database.nodes().commit(with(node, new FlowUpdate.Start(flow(node.id(), 8)))));
        assertThat(database.flows().find(node.id()).orElseThrow().attempt()).isEqualTo(8);

        // the runner of attempt 7 is late
        CommitResult late = database.nodes().commit(new Change(node, node.toBuilder().description("late").build(),
                List.of(info(node.id(), "late")), List.of(), new FlowUpdate.Save(progressed)));
        assertThat(late).isEqualTo(new CommitResult.Changed(node));
        assertThat(database.nodes().find(node.id())).contains(node);
        assertThat(database.nodes().history(node.id())).isEmpty();

        node = applied(database.nodes().commit(with(node, new FlowUpdate.End())));
        assertThat(database.flows().find(node.id())).isEmpty();
        assertThat(database.nodes().commit(with(node, new FlowUpdate.Save(progressed)))).isEqualTo(new CommitResult.Changed(node));
    }

    @Test
    void a_commit_of_a_deleted_node_says_gone() {
        Node node = database.nodes().create(bare().build());
        assertThat(database.nodes().delete(node.id())).isTrue();
        assertThat(database.nodes().delete(node.id())).isFalse();
        assertThat(database.nodes().commit(Change.of(node, node))).isEqualTo(new CommitResult.Gone());
    }

    @Test
    void deleting_a_node_removes_all_that_is_its() {
        Node node = database.nodes().create(bare().traits(Set.of("HW_A")).build());
        NodeId id = node.id();
        Port port = database.ports().create(Port.of(id, mac(), START));
        applied(database.nodes().commit(new Change(node, node, List.of(info(id, "x")), List.of(TimelineStoreTest.event(id, START, "ack")), new FlowUpdate.Start(flow(id, 1)))));
        database.nodes().saveInventory(id, new Inventory(Map.of("cpu", 4), Map.of(), START));
        AgentStoreTest.opened(database, AgentStoreTest.session(id, 1));
        AgentCommand command = database.agents().ensure(AgentStoreTest.command(id, 1, "erase"));
        String token = AgentStoreTest.token();
        database.agents().issueBootToken(id, 1, token, START.plusSeconds(60));

        assertThat(database.nodes().delete(id)).isTrue();

        assertThat(database.ports().find(port.id())).isEmpty();
        assertThat(database.flows().find(id)).isEmpty();
        assertThat(database.nodes().history(id)).isEmpty();
        assertThat(database.nodes().inventory(id)).isEmpty();
        assertThat(database.timeline().read(id, null, 10)).isEmpty();
        assertThat(database.agents().session(id)).isEmpty();
        assertThat(database.agents().find(command.id())).isEmpty();
        assertThat(database.agents().open(AgentStoreTest.session(id, 1), token)).isFalse();
        for (String table : List.of("node_traits", "timeline", "boot_tokens", "agent_commands", "node_history")) {
            assertThat(raw("SELECT node_uuid FROM " + table)).doesNotContain(id.toString());
        }
        database.timeline().append(List.of(TimelineStoreTest.event(id, START, "discover"))); // firmware does not know that its node is gone
        assertThat(database.timeline().read(id, null, 10)).isEmpty();
    }

    @Test
    void what_must_be_unique_is_refused_by_name() {
        Node one = database.nodes().create(bare().name("uq_nodes_uuid-" + UUID.randomUUID()).instanceUuid(UUID.randomUUID()).build());
        Node two = database.nodes().create(bare().build());
        assertThatThrownBy(() -> database.nodes().create(bare().id(one.id()).build())).isInstanceOf(Failure.NodeAlreadyExists.class);
        assertThatThrownBy(() -> database.nodes().create(bare().name(one.name()).build()))
                .isInstanceOf(Failure.NameAlreadyExists.class).hasMessageContaining(one.name());
        assertThatThrownBy(() -> database.nodes().create(bare().instanceUuid(one.instanceUuid()).build()))
                .isInstanceOf(Failure.InstanceAssociated.class).hasMessageContaining(one.instanceUuid().toString())
                .hasMessageNotContaining(one.id().toString());
        assertThatThrownBy(() -> database.nodes().commit(Change.of(two, two.toBuilder().name(one.name()).build())))
                .isInstanceOf(Failure.NameAlreadyExists.class);
        assertThatThrownBy(() -> database.nodes().commit(Change.of(two, two.toBuilder().instanceUuid(one.instanceUuid()).build())))
                .isInstanceOf(Failure.InstanceAssociated.class);
        assertThat(database.nodes().find(two.id())).contains(two);
    }

    @Test
    void a_thousand_nodes_are_paged_in_order_of_creation_and_of_any_column() {
        String group = "paging-" + UUID.randomUUID();
        List<NodeId> created = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            created.add(database.nodes().create(bare().conductorGroup(group).traits(Set.of("CUSTOM_" + i))
                    .resourceClass(i % 10 == 0 ? null : "class-" + i % 3).build()).id());
        }
        assertThat(paged(group, null, false, 64)).isEqualTo(created);
        assertThat(paged(group, null, true, 333)).isEqualTo(created.reversed());
        List<NodeId> byClass = paged(group, "resource_class", false, 0);
        assertThat(byClass).hasSize(1000);
        assertThat(byClass.subList(0, 100)).isEqualTo(IntStream.range(0, 100).mapToObj(i -> created.get(i * 10)).toList());
        assertThat(paged(group, "resource_class", false, 37)).isEqualTo(byClass);
        assertThat(paged(group, "resource_class", true, 37)).isEqualTo(byClass.reversed());
        assertThat(paged(group, "created_at", true, 100)).isEqualTo(created.reversed());
        assertThat(database.nodes().list(query(group, null, false, null, 0))).last()
                .satisfies(node -> assertThat(node.traits()).containsExactly("CUSTOM_999"));
        assertThatThrownBy(() -> paged(group, "driver_info; DROP TABLE nodes", false, 1)).isInstanceOf(Failure.Invalid.class);
        assertThatThrownBy(() -> database.nodes().list(query(group, null, false, NodeId.random(), 1))).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void power_sync_reads_a_few_columns_of_all_nodes_in_pages() {
        Node full = database.nodes().create(full(NodeId.random()));
        Node bare = database.nodes().create(bare().build());
        List<NodePower> read = new ArrayList<>();
        NodeId marker = null;
        List<NodePower> page;
        do {
            page = database.nodes().listPower(NodeQuery.page(marker, 1));
            read.addAll(page);
            marker = page.isEmpty() ? null : page.getLast().id();
        } while (!page.isEmpty());
        assertThat(read).contains(NodePower.of(full), NodePower.of(bare)).doesNotHaveDuplicates()
                .hasSameSizeAs(database.nodes().list(NodeQuery.all()));
    }

    @Test
    void each_filter_of_a_listing_selects_what_it_says() {
        Node full = database.nodes().create(full(NodeId.random()));
        Node bare = database.nodes().create(bare().build());
        NodeQuery any = NodeQuery.all();
        List<NodeQuery> matching = List.of(
                filtered(full.instanceUuid(), null, null, null, null, null, null),
                filtered(null, true, true, true, "ipmi", "gold", Fault.CLEAN_FAILURE),
                new NodeQuery(null, null, null, null, List.of(ProvisionState.DEPLOY_WAIT, ProvisionState.ERROR), null, null, null, "rack-1", "conductor-1",
                        "owner-1", "lessee-1", full.chassisUuid(), "shard-1", "100% FULL_", full.parentNode(), true, null, 0, "id", true, null));
        for (NodeQuery query : matching) {
            assertThat(database.nodes().list(query)).contains(full).doesNotContain(bare);
        }
        assertThat(database.nodes().list(filtered(null, false, false, false, "fake", null, null))).contains(bare).doesNotContain(full);
        assertThat(database.nodes().list(any)).containsSubsequence(full, bare);
        for (String project : List.of("owner-1", "lessee-1")) {
            assertThat(database.nodes().list(any.visibleTo(project))).contains(full).doesNotContain(bare);
        }
        assertThat(database.nodes().list(any.visibleTo("owner-2"))).isEmpty();
        assertThat(database.nodes().list(NodeQuery.in(ProvisionState.ENROLL))).contains(bare).doesNotContain(full);
    }

    @Test
    void history_keeps_the_newest_three_hundred() {
        Node node = database.nodes().create(bare().build());
        for (int i = 0; i < 8; i++) {
            int from = i * 50;
            node = applied(database.nodes().commit(new Change(node, node, IntStream.range(from, from + 50)
                    .mapToObj(n -> info(NodeId.of("00000000-0000-0000-0000-000000000000"), "entry " + n)).toList(), List.of(), new FlowUpdate.None())));
        }
        List<HistoryEntry> history = database.nodes().history(node.id());
        assertThat(history).hasSize(300).extracting(HistoryEntry::event).startsWith("entry 399", "entry 398").endsWith("entry 100");
        assertThat(raw("SELECT id FROM node_history WHERE node_uuid = '" + node.id() + "'")).hasSize(300);
        assertThat(history).allMatch(entry -> entry.at().equals(Micros.of(START)) && entry.severity().equals("INFO"));

        for (int i = 0; i < 25; i++) {
            node = applied(database.nodes().commit(new Change(node, node, List.of(info(node.id(), "single " + i)), List.of(), new FlowUpdate.None())));
        }
        assertThat(database.nodes().history(node.id())).hasSize(300).extracting(HistoryEntry::event).startsWith("single 24");
        assertThat(raw("SELECT id FROM node_history WHERE node_uuid = '" + node.id() + "'")).hasSizeBetween(300, 310);
    }

    @Test
    void an_entry_of_history_knows_who_asked_and_what_the_node_was_then() {
        Node enrolled = database.nodes().create(bare().build());
        Node moved = applied(database.nodes().commit(new Change(enrolled, enrolled.toBuilder().provisionState(ProvisionState.VERIFYING)
                .targetProvisionState(ProvisionState.MANAGEABLE).build(), List.of(info(enrolled.id(), "one").by(new Requester("u1", "p1"))), List.of(), new FlowUpdate.None())));
        HistoryEntry first = database.nodes().history(enrolled.id()).getFirst();
        assertThat(first.by()).isEqualTo(new Requester("u1", "p1"));
        assertThat(first.state()).isEqualTo(ProvisionState.ENROLL);
        assertThat(first.target()).isNull();
        assertThat(first.inState()).as("it has never moved").isNull();

        Instant later = moved.provisionUpdatedAt().plusSeconds(90);
        database.nodes().commit(new Change(moved, moved, List.of(HistoryEntry.error(moved.id(), later, "c", "provisioning", "two")), List.of(), new FlowUpdate.None()));
        HistoryEntry second = database.nodes().history(enrolled.id()).getFirst();
        assertThat(second.by()).isEqualTo(Requester.BESSEMER);
        assertThat(second.state()).isEqualTo(ProvisionState.VERIFYING);
        assertThat(second.target()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(second.inState()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void secrets_are_nowhere_in_clear_text_but_read_back() {
        String password = "hunter2-" + UUID.randomUUID();
        String drive = Base64.getEncoder().encodeToString(("user-data of " + UUID.randomUUID()).repeat(100_000).getBytes(StandardCharsets.UTF_8));
        Map<String, Object> instance = Map.of("image_source", "http://images/x", "configdrive", drive, "nested",
                List.of(Map.of("registry_token", password)), "$sealed", "not ours");
        Node node = database.nodes().create(bare().driverInfo(Map.of("ipmi_address", "10.0.0.7", "ipmi_password", password, "port", 623))
                .instanceInfo(instance).build());
        Flow flow = Flow.start(node.id(), FlowKind.DEPLOY, 1, Map.of("configdrive", Map.of("user_data", password)), Micros.of(START));
        node = applied(database.nodes().commit(with(node, new FlowUpdate.Start(flow))));

        String stored = String.join("\n", raw("SELECT driver_info FROM nodes WHERE uuid = '" + node.id() + "'"))
                + String.join("\n", raw("SELECT instance_info FROM nodes WHERE uuid = '" + node.id() + "'"))
                + String.join("\n", raw("SELECT args FROM flows WHERE node_uuid = '" + node.id() + "'"));
        assertThat(stored).contains("10.0.0.7", "623", "$sealed").doesNotContain(password).doesNotContain(drive.substring(0, 60));
        assertThat(database.nodes().find(node.id())).contains(node);
        assertThat(database.nodes().find(node.id()).orElseThrow().instanceInfo()).isEqualTo(instance);
        assertThat(database.flows().find(node.id())).contains(flow);
    }

    @Test
    void a_sealed_value_opens_only_where_it_was_sealed() throws Exception {
        Node one = database.nodes().create(bare().driverInfo(Map.of("ipmi_password", "one")).build());
        Node two = database.nodes().create(bare().build());
        String stolen = raw("SELECT driver_info FROM nodes WHERE uuid = '" + one.id() + "'").getFirst();
        try (Connection connection = database.dataSource().getConnection();
                var update = connection.prepareStatement("UPDATE nodes SET driver_info = ? WHERE uuid = ?")) {
            update.setString(1, stolen);
            update.setString(2, two.id().toString());
            update.executeUpdate();
        }
        assertThatThrownBy(() -> database.nodes().find(two.id())).hasMessageContaining("does not open");
        database.nodes().delete(two.id());
    }

    @Test
    void inventory_is_replaced() {
        NodeId node = database.nodes().create(bare().build()).id();
        assertThat(database.nodes().inventory(node)).isEmpty();
        database.nodes().saveInventory(node, new Inventory(Map.of("cpu", Map.of("count", 4)), Map.of(), START));
        Inventory second = new Inventory(Map.of("disks", List.of(Map.of("size", 1L << 40, "wwn", "0x5000"))), Map.of("lldp", "x"), Micros.of(START));
        database.nodes().saveInventory(node, second);
        assertThat(database.nodes().inventory(node)).contains(second);
        assertThatThrownBy(() -> database.nodes().saveInventory(NodeId.random(), second)).isInstanceOf(Failure.NotFound.class);
    }

    private List<NodeId> paged(String group, String sort, boolean descending, int limit) {
        List<NodeId> all = new ArrayList<>();
        NodeId marker = null;
        while (true) {
            List<NodeId> page = database.nodes().list(query(group, sort, descending, marker, limit)).stream().map(Node::id).toList();
            all.addAll(page);
            if (limit == 0 || page.size() < limit) {
                return all;
            }
            marker = page.getLast();
        }
    }

    private static NodeQuery query(String group, String sort, boolean descending, NodeId marker, int limit) {
        return new NodeQuery(null, null, null, null, List.of(), null, null, null, group, null, null, null, null, null, null, null, false, marker, limit, sort,
                descending, null);
    }

    private static NodeQuery filtered(UUID instance, Boolean associated, Boolean maintenance, Boolean retired, String driver, String resourceClass,
            Fault fault) {
        return new NodeQuery(instance, associated, maintenance, retired, List.of(), driver, resourceClass, fault, null, null, null, null, null, null,
                null, null, false, null, 0, null, false, null);
    }

    /// Runs `work` in that many threads at once.
    static <T> List<T> together(int threads, IntFunction<T> work) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = IntStream.range(0, threads).mapToObj(i -> executor.submit((Callable<T>) () -> {
                gate.await();
                return work.apply(i);
            })).toList();
            gate.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(30, TimeUnit.SECONDS));
            }
            return results;
        }
    }

    /// the first column of every row, as any SQL client sees it
    private static Node applied(CommitResult result) {
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
        return ((CommitResult.Applied) result).node();
    }

    private static Change with(Node node, FlowUpdate flow) {
        return new Change(node, node, List.of(), List.of(), flow);
    }

    private static Flow flow(NodeId node, long attempt) {
        return Flow.start(node, FlowKind.DEPLOY, attempt, Map.of("steps", List.of()), START);
    }

    private static Flow micros(Flow flow) {
        return new Flow(flow.node(), flow.kind(), flow.attempt(), flow.cursor(), flow.args(), flow.memo(), flow.waitingFor(),
                Micros.of(flow.stepStartedAt()), Micros.of(flow.deadline()), Micros.of(flow.wakeAt()), flow.retries(), Micros.of(flow.startedAt()));
    }

    private static HistoryEntry info(NodeId node, String event) {
        return HistoryEntry.info(node, START, "conductor-1", "provisioning", event);
    }

    static MacAddress mac() {
        byte[] bytes = new byte[6];
        java.util.concurrent.ThreadLocalRandom.current().nextBytes(bytes);
        bytes[0] = 0x02;
        return MacAddress.of(bytes);
    }

    static Node.Builder bare() {
        return Node.builder(NodeId.random(), "fake");
    }

    private static Node full(NodeId id) {
        Map<String, Object> json = new java.util.LinkedHashMap<>();
        json.put("z", 1);
        json.put("a", List.of("ü", true, 1.5));
        json.put("null", null);
        json.put("deep", Map.of("password", "p", "n", 1L << 40));
        return Node.builder(id, "ipmi").attempt(4).name("node-" + UUID.randomUUID()).interfaces(Map.of("power", "ipmitool")).driverInfo(json)
                .driverInternalInfo(json).instanceInfo(json).properties(json).extra(json).networkData(json).raidConfig(json).targetRaidConfig(json)
                .cleanStep(json).deployStep(json).serviceStep(json).instanceUuid(UUID.randomUUID()).instanceName("vm").chassisUuid(UUID.randomUUID())
                .allocationUuid(UUID.randomUUID()).parentNode(UUID.randomUUID()).resourceClass("gold").conductorGroup("rack-1").conductor("conductor-1")
                .owner("owner-1").lessee("lessee-1").description("is 100% full_ of \uD83D\uDE80").shard("shard-1").traits(Set.of("HW_CPU_X86_VMX", "CUSTOM_A"))
                .powerState(PowerState.ON).targetPowerState(PowerTarget.SOFT_REBOOT).provisionState(ProvisionState.DEPLOY_WAIT)
                .targetProvisionState(ProvisionState.ACTIVE).provisionUpdatedAt(START).inspectionStartedAt(START).inspectionFinishedAt(START)
                .maintenance(true).maintenanceReason("why").fault(Fault.CLEAN_FAILURE).lastError("e".repeat(100_000)).reservation("conductor-1")
                .consoleEnabled(true).automatedClean(false).protectedFromDelete(true).protectedReason("r").retired(true).retiredReason("old")
                .disablePowerOff(true).bootMode(BootMode.UEFI).secureBoot(true).createdAt(START).updatedAt(START).build();
    }
}
