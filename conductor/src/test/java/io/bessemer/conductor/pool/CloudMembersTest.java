package io.bessemer.conductor.pool;

import static io.bessemer.conductor.pool.Hosts.NOW;
import static io.bessemer.conductor.pool.Hosts.PROFILE;
import static io.bessemer.conductor.pool.Hosts.deployed;
import static io.bessemer.conductor.pool.Hosts.pool;
import static io.bessemer.conductor.pool.Hosts.verifying;
import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.Cloud;
import io.bessemer.core.pool.Cloud.Progress;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostReport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Members of a pool whose hosts join a cloud, which answers as it is told.
class CloudMembersTest {
    private static final NodeId NODE = new NodeId(new UUID(0, 1));
    private static final HostProfile IN_CLOUD = PROFILE.toBuilder().cloud("stack").build();

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    };
    private final ToldCloud cloud = new ToldCloud();
    private Database database;
    private HostService hosts;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = Database.open(DatabaseSettings.embedded(), directory, clock);
        database.pools().create(new AvailabilityZone("az1", null, NOW, null));
        database.pools().create(IN_CLOUD);
        database.pools().create(pool(1).toBuilder().halted("so that the member moves by itself only").build());
        hosts = new HostService(database.pools(), database.hypervisors(), database.nodes(), database.timeline(),
                new CertificateAuthority(database.authority(), clock), Map.of("stack", cloud), () -> {}, clock, HostSettings.defaults());
        database.nodes().create(deployed(1).build());
        database.hypervisors().create(Hosts.inCloud(verifying(1, pool(1)), "stack"), List.of());
        passes();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void what_joined_is_only_enabled_from_then_on() {
        cloud.answers.put(HostPlanner.Wish.JOIN, new Progress.Waiting("it has not reported"));
        assertThat(pass()).as("once a look").containsExactly("join");
        assertThat(member().reason()).isEqualTo("cloud stack: it has not reported");
        cloud.answers.put(HostPlanner.Wish.JOIN, new Progress.Done());
        cloud.answers.put(HostPlanner.Wish.ENABLE, new Progress.Waiting("a trait"));
        assertThat(pass()).containsExactly("join", "enable");
        passes(); // a report between two looks
        assertThat(pass()).containsExactly("enable");
        cloud.answers.put(HostPlanner.Wish.ENABLE, new Progress.Done());
        assertThat(pass()).containsExactly("enable");
        assertThat(member().state()).isEqualTo(HypervisorState.ENABLED);
        assertThat(member().reason()).isNull();
        passes();
        assertThat(pass()).isEmpty();
    }

    @Test
    void a_new_verification_joins_anew() {
        pass();
        move(HypervisorEvent.VERIFY);
        passes();
        assertThat(pass()).containsExactly("join", "enable");
        assertThat(member().state()).isEqualTo(HypervisorState.ENABLED);
    }

    @Test
    void a_host_in_quarantine_is_disabled_in_its_cloud_once() {
        pass();
        move(HypervisorEvent.FAIL);
        cloud.answers.put(HostPlanner.Wish.DRAIN, new Progress.Waiting("2 servers"));
        assertThat(pass()).containsExactly("drain");
        assertThat(pass()).isEmpty();
        assertThat(member().reason()).isEqualTo("as the test likes");
    }

    @Test
    void a_cloud_that_cannot_be_asked_is_no_fault_of_the_host() {
        cloud.answers.put(HostPlanner.Wish.JOIN, new Progress.Unavailable("401, check the password"));
        assertThat(pass()).containsExactly("join");
        assertThat(member().state()).isEqualTo(HypervisorState.VERIFYING);
        assertThat(member().reason()).isEqualTo("cloud stack: 401, check the password");
        cloud.answers.clear();
        assertThat(pass()).containsExactly("join", "enable");
        assertThat(member().state()).isEqualTo(HypervisorState.ENABLED);
        move(HypervisorEvent.FAIL);
        cloud.answers.put(HostPlanner.Wish.DRAIN, new Progress.Unavailable("away"));
        assertThat(pass()).containsExactly("drain");
        assertThat(member().reason()).as("why it is in quarantine").isEqualTo("as the test likes");
        cloud.answers.clear();
        assertThat(pass()).as("again, since nobody heard").containsExactly("drain");
        assertThat(pass()).isEmpty();
    }

    @Test
    void a_cloud_may_be_away_for_longer_than_a_host_may_take() {
        Duration limit = IN_CLOUD.deadlines().verify();
        cloud.answers.put(HostPlanner.Wish.JOIN, new Progress.Unavailable("connection refused"));
        Reconciler reconciler = reconciler();
        for (Instant end = NOW.plus(limit.multipliedBy(3)); now.get().isBefore(end); now.set(now.get().plusSeconds(30))) {
            passes(); // its agent goes on reporting
            reconciler.pass();
            assertThat(member().state()).as("after %s", Duration.between(NOW, now.get())).isEqualTo(HypervisorState.VERIFYING);
        }
        cloud.answers.put(HostPlanner.Wish.JOIN, new Progress.Waiting("it has not reported"));
        for (int i = 0; i < 12 && member().state() == HypervisorState.VERIFYING; i++) {
            passes();
            reconciler.pass();
            now.set(now.get().plusSeconds(30));
        }
        assertThat(member().state()).as("its cloud is there again, and waits for the host").isEqualTo(HypervisorState.QUARANTINED);
        assertThat(member().reason()).contains("did not take the host within 20 min").contains("it has not reported");
    }

    @Test
    void a_cloud_that_is_not_configured_is_told_and_waited_for() {
        database.hypervisors().commit(Hosts.inCloud(member(), "moon"), List.of());
        now.set(NOW.plus(Duration.ofHours(1)));
        database.hypervisors().commit(member().toBuilder().putOff(now.get().plusSeconds(1)).build(), List.of());
        passes();
        assertThat(pass()).isEmpty();
        assertThat(member().reason()).isEqualTo("Profile kvm names cloud 'moon', which is not configured. Configured: [stack]");
        assertThat(member().deadline()).isAfter(now.get().plusSeconds(60));
    }

    @Test
    void a_host_that_its_cloud_does_not_take_goes_into_quarantine() {
        cloud.answers.put(HostPlanner.Wish.JOIN, new Progress.Failed("its name changed"));
        assertThat(pass()).containsExactly("join", "drain");
        assertThat(member().state()).isEqualTo(HypervisorState.QUARANTINED);
        assertThat(member().reason()).isEqualTo("cloud stack: its name changed");
    }

    @Test
    void a_drain_that_is_called_off_is_called_off_in_the_cloud_too() {
        pass();
        move(HypervisorEvent.DRAIN);
        cloud.answers.put(HostPlanner.Wish.DRAIN, new Progress.Waiting("2 servers"));
        assertThat(pass()).containsExactly("drain");
        assertThat(pass()).containsExactly("drain");
        move(HypervisorEvent.ENABLE);
        cloud.answers.put(HostPlanner.Wish.ENABLE, new Progress.Waiting("a trait"));
        assertThat(pass()).containsExactly("enable");
        assertThat(member().reason()).isEqualTo("cloud stack: a trait");
        cloud.answers.put(HostPlanner.Wish.ENABLE, new Progress.Done());
        assertThat(pass()).containsExactly("enable");
        assertThat(member().reason()).isNull();
        assertThat(pass()).isEmpty();
    }

    @Test
    void no_secret_of_the_cloud_is_kept_with_the_member() {
        pass();
        HostOrders orders = hosts.orders().of(member(), IN_CLOUD);
        assertThat(orders.files()).isNotEmpty();
        assertThat(orders.id()).as("known to all who may see the member").hasSize(32).isNotEqualTo(HostOrders.of(orders.phase(), orders.zone(), orders.pool(),
                orders.hypervisor(), orders.verification(), orders.networks(), orders.storagePools(), orders.files(), orders.services(), false, orders.reportEvery()).id());
        var restarted = new CertificateAuthority(database.authority(), clock);
        assertThat(new OrdersBook(HostSettings.defaults().reportEvery(), Map.of("stack", cloud), restarted::seal).of(member(), IN_CLOUD).id()).isEqualTo(orders.id());
        assertThat(member().toString()).contains("cloud=enabled").doesNotContain("hush");
        assertThat(database.timeline().read(NODE, NOW.minusSeconds(1), 100).toString()).contains("enabled").doesNotContain("hush");
    }

    /// What the cloud was asked for by one look of a reconciler that has just begun.
    private List<String> pass() {
        cloud.asked.clear();
        reconciler().pass();
        return List.copyOf(cloud.asked);
    }

    private Reconciler reconciler() {
        return new Reconciler(database.pools(), database.hypervisors(), database.nodes(), null, hosts.orders(), Map.of("stack", cloud), Runnable::run, () -> {}, hosts, clock);
    }

    /// Its agent reports that all checks passed; and lies about its cloud.
    private void passes() {
        Hypervisor member = member();
        hosts.report(new HostIdentity(NODE, member.attempt()), new HostReport("0.1.0", "h1", now.get(), "", new HostReport.FirstBoot(HostReport.FirstBootStatus.DONE, List.of()),
                Map.of("cloud", "enabled"), HostReport.Capacity.NONE, new HostReport.Verification(member.verification(), HostReport.VerificationState.PASSED,
                        List.of(new HostReport.Check("cpu", HostReport.CheckStatus.PASSED, "", 1))), List.of()), "192.0.2.1", Duration.ZERO);
    }

    private void move(HypervisorEvent event) {
        assertThat(database.hypervisors().commit(member().moved(event, "as the test likes", IN_CLOUD, NOW), List.of())).isPresent();
    }

    private Hypervisor member() {
        return database.hypervisors().find(NODE).orElseThrow();
    }

    private static final class ToldCloud implements Cloud {
        final Map<HostPlanner.Wish, Progress> answers = new EnumMap<>(HostPlanner.Wish.class);
        final List<String> asked = new ArrayList<>();

        @Override
        public String name() {
            return "stack";
        }

        @Override
        public Setup setup(Host host) {
            return new Setup(List.of(new HostFile("/etc/nova/nova.conf", "0640", "root:nova", "hush")), List.of("nova-compute"));
        }

        @Override
        public Progress join(Host host) {
            return answer(HostPlanner.Wish.JOIN);
        }

        @Override
        public Progress enable(Host host) {
            return answer(HostPlanner.Wish.ENABLE);
        }

        @Override
        public Progress drain(Host host) {
            return answer(HostPlanner.Wish.DRAIN);
        }

        @Override
        public Progress leave(Host host) {
            return answer(HostPlanner.Wish.LEAVE);
        }

        private Progress answer(HostPlanner.Wish wish) {
            asked.add(wish.name().toLowerCase(Locale.ROOT));
            return answers.getOrDefault(wish, new Progress.Done());
        }
    }
}
