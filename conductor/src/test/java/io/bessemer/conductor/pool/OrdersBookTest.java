package io.bessemer.conductor.pool;

import static io.bessemer.conductor.pool.Hosts.NOW;
import static io.bessemer.conductor.pool.Hosts.PROFILE;
import static io.bessemer.conductor.pool.Hosts.bootstrapping;
import static io.bessemer.conductor.pool.Hosts.enabled;
import static io.bessemer.conductor.pool.Hosts.pool;
import static io.bessemer.conductor.pool.Hosts.verifying;
import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.Cloud;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.host.protocol.HostFile;
import io.bessemer.host.protocol.HostOrders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrdersBookTest {
    private static final HostPool POOL = pool(2);
    private static final HostProfile IN_CLOUD = PROFILE.toBuilder().cloud("stack").build();

    @Test
    void a_host_of_a_cloud_gets_its_files_until_it_leaves() {
        OrdersBook book = book("/etc/nova/nova.conf", "password = hush");
        Hypervisor enabled = named(enabled(1, POOL));
        for (Hypervisor member : List.of(passed(named(verifying(1, POOL))), enabled, enabled.moved(HypervisorEvent.DRAIN, null, IN_CLOUD, NOW))) {
            HostOrders orders = book.of(member, IN_CLOUD);
            assertThat(orders.files()).as(member.state().wire()).containsExactly(
                    new HostFile("/etc/nova/nova.conf", "0640", "root:nova", "password = hush, host = h1, address = 192.0.2.1"));
            assertThat(orders.services()).containsExactly("nova-compute");
            assertThat(orders.toString()).doesNotContain("hush");
        }
        for (HypervisorEvent event : List.of(HypervisorEvent.REMOVE, HypervisorEvent.FAIL)) {
            HostOrders orders = book.of(enabled.moved(event, null, IN_CLOUD, NOW), IN_CLOUD);
            assertThat(orders.files()).isEmpty();
            assertThat(orders.services()).isEmpty();
        }
    }

    @Test
    void the_agent_of_a_cloud_waits_for_the_checks_unless_it_runs_already() {
        OrdersBook book = book("/etc/nova/nova.conf", "hush");
        Hypervisor verifying = named(verifying(1, POOL));
        assertThat(book.of(verifying, IN_CLOUD).services()).as("its cloud could give it guests before anybody disables it").isEmpty();
        assertThat(book.of(verifying, IN_CLOUD).files()).isEmpty();
        assertThat(book.of(passed(verifying), IN_CLOUD).services()).containsExactly("nova-compute");
        assertThat(book.of(passed(verifying), IN_CLOUD).verification()).as("so that nothing is checked twice").isEqualTo(book.of(verifying, IN_CLOUD).verification());
        assertThat(book.of(CloudState.with(verifying, CloudState.ENABLED), IN_CLOUD).services()).as("asked to verify a host with guests").containsExactly("nova-compute");
    }

    @Test
    void what_a_host_was_imaged_as_is_what_it_is_told_whatever_became_of_its_profile() {
        Hypervisor host = named(enabled(1, POOL));
        HostOrders orders = book("/etc/a", "hush").of(host, IN_CLOUD.toBuilder().cloud(null).hypervisor(HypervisorKind.LXC).build());
        assertThat(orders.hypervisor()).as("asked at lxc's libvirt, it would say that it has no guests").isEqualTo("kvm");
        assertThat(orders.services()).containsExactly("nova-compute");
    }

    @Test
    void a_secret_that_changed_makes_other_orders() {
        Hypervisor member = named(enabled(1, POOL));
        assertThat(book("/etc/a", "one").of(member, IN_CLOUD).id()).isEqualTo(book("/etc/a", "one").of(member, IN_CLOUD).id())
                .isNotEqualTo(book("/etc/a", "two").of(member, IN_CLOUD).id()).startsWith("sealed-");
    }

    @Test
    void a_host_that_did_not_join_or_is_in_no_cloud_gets_none() {
        OrdersBook book = book("/etc/a", "hush");
        assertThat(book.of(bootstrapping(1, POOL), IN_CLOUD).files()).isEmpty();
        assertThat(book.of(Hosts.inCloud(named(enabled(1, POOL)), null), IN_CLOUD).files()).isEmpty();
        assertThat(book.of(Hosts.inCloud(named(enabled(1, POOL)), "unknown"), IN_CLOUD).files()).isEmpty();
    }

    @Test
    void what_a_host_may_not_be_given_is_told_instead_of_given() {
        OrdersBook book = book("/root/.profile", "hush");
        Hypervisor member = named(verifying(1, POOL));
        assertThat(book.of(member, IN_CLOUD).files()).isEmpty();
        assertThat(book.complaint(member, IN_CLOUD)).hasValueSatisfying(complaint -> assertThat(complaint)
                .startsWith("The host cannot be given what cloud stack needs there: path must be an absolute path below /etc or /var/lib").contains("'/root/.profile'")
                .endsWith("Check bessemer.clouds.stack.").doesNotContain("hush"));
        assertThat(book("/etc/a", "hush").complaint(member, IN_CLOUD)).isEmpty();
    }

    @Test
    void a_host_that_may_be_silent_for_seconds_reports_within_them() {
        var deadlines = PROFILE.deadlines();
        HostProfile strict = PROFILE.toBuilder().deadlines(new HostProfile.Deadlines(deadlines.deploy(), deadlines.bootstrap(), deadlines.verify(), deadlines.drain(),
                Duration.ofSeconds(9))).build();
        OrdersBook book = book("/etc/a", "one");
        assertThat(book.of(enabled(1, POOL), PROFILE).reportEvery()).isEqualTo(Duration.ofSeconds(10));
        assertThat(book.of(enabled(1, POOL), strict).reportEvery()).isEqualTo(Duration.ofSeconds(3));
        assertThat(OrdersBook.often(strict, Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(3));
    }

    private static Hypervisor named(Hypervisor member) {
        return Hosts.inCloud(member.toBuilder().facts(Map.of(Facts.HOSTNAME, "h1")).build(), "stack");
    }

    private static Hypervisor passed(Hypervisor member) {
        Map<String, Object> facts = new HashMap<>(member.facts());
        facts.put(Facts.VERIFICATION, Map.of("id", member.verification(), "state", "passed"));
        return member.toBuilder().facts(facts).build();
    }

    private static OrdersBook book(String path, String secret) {
        return new OrdersBook(Duration.ofSeconds(10), Map.of("stack", new Cloud() {
            @Override
            public String name() {
                return "stack";
            }

            @Override
            public Setup setup(Host host) {
                String content = "%s, host = %s, address = %s".formatted(secret, host.hostname(), host.address());
                return new Setup(List.of(new Cloud.HostFile(path, "0640", "root:nova", content)), List.of("nova-compute"));
            }

            @Override
            public Progress join(Host host) {
                return new Progress.Done();
            }

            @Override
            public Progress enable(Host host) {
                return new Progress.Done();
            }

            @Override
            public Progress drain(Host host) {
                return new Progress.Done();
            }

            @Override
            public Progress leave(Host host) {
                return new Progress.Done();
            }
        }), id -> "sealed-" + id.hashCode());
    }
}
