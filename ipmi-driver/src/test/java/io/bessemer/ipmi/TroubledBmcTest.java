package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.RawCommand;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// BMCs that lose packets, forget sessions, want another key, or are not there.
class TroubledBmcTest {
    private static final IpmiSettings QUICK = IpmiSettings.defaults().withCommandTimeout(Duration.ofMillis(60)).withRetries(3)
            .withControlTimeout(Duration.ofMillis(100)).withBreaker(1000, Duration.ofSeconds(1));
    private static final String KEY = "twentybyteslongkey20";

    private final List<AutoCloseable> open = new ArrayList<>();
    private IpmiHardwareType ipmi = kept(new IpmiHardwareType(QUICK));

    private <T extends AutoCloseable> T kept(T resource) {
        open.add(resource);
        return resource;
    }

    private BmcSimulator simulator(String... arguments) throws Exception {
        return kept(BmcSimulator.start(arguments));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 17})
    void a_fifth_of_all_packets_lost_each_way_delays_and_does_not_fail(int suite) throws Exception {
        BmcSimulator simulator = simulator("-l", "20");
        ipmi = kept(new IpmiHardwareType(QUICK.withCommandTimeout(Duration.ofMillis(20)).withRetries(8)));
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_cipher_suite", suite);
        ipmi.power().apply(node, PowerAction.ON);
        for (int i = 0; i < 30; i++) {
            assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
        }
        assertThat(ipmi.counters().get(Event.RETRANSMITTED)).isPositive();
    }

    @Test
    void a_slow_BMC_executes_a_reset_once() throws Exception {
        BmcSimulator simulator = simulator("-d", "80000");
        ipmi = kept(new IpmiHardwareType(QUICK.withCommandTimeout(Duration.ofMillis(300)).withControlTimeout(Duration.ofSeconds(2))));
        DriverNode node = TestNodes.node(simulator.port());
        ipmi.power().apply(node, PowerAction.ON);
        ipmi.power().apply(node, PowerAction.RESET);
        ipmi.power().apply(node, PowerAction.CYCLE);
        assertThat(executedControls(node)).isEqualTo(3);
    }

    @Test
    void a_reset_whose_answers_are_lost_is_sent_byte_for_byte_the_same_and_executed_once_by_a_strict_BMC() throws Exception {
        UdpMeddler meddler = kept(new UdpMeddler(simulator("-w").address()));
        DriverNode node = TestNodes.node(meddler.port());
        ipmi.power().apply(node, PowerAction.ON);
        meddler.forget();
        meddler.meddle(_ -> List.of());
        assertThatThrownBy(() -> ipmi.power().apply(node, PowerAction.RESET))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
                .hasMessageContaining("the command may have been executed").hasMessageContaining("Read the power state");
        assertThat(meddler.requests().stream().map(HexFormat.of()::formatHex).distinct()).hasSize(1);
        assertThat(meddler.requests()).hasSize(4);
        meddler.behave();
        assertThat(executedControls(node)).isEqualTo(2);
    }

    @Test
    void a_poll_whose_answer_was_lost_is_asked_anew_of_a_BMC_that_drops_repeated_packets() throws Exception {
        UdpMeddler meddler = kept(new UdpMeddler(simulator("-w").address()));
        DriverNode node = TestNodes.node(meddler.port());
        ipmi.power().state(node);
        AtomicInteger lost = new AtomicInteger(1);
        meddler.forget();
        meddler.meddle(answer -> lost.getAndDecrement() > 0 ? List.of() : List.of(answer));
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(meddler.requests()).hasSize(3);
        assertThat(meddler.requests().get(1)).isEqualTo(meddler.requests().get(0));
        assertThat(meddler.requests().get(2)).isNotEqualTo(meddler.requests().get(0));
        assertThat(ipmi.counters().get(Event.SESSION_OPENED)).isEqualTo(1);
    }

    @Test
    void a_BMC_that_restarted_is_logged_into_again() throws Exception {
        BmcSimulator first = BmcSimulator.start();
        DriverNode node = TestNodes.node(first.port());
        ipmi.power().apply(node, PowerAction.ON);
        first.close();
        kept(BmcSimulator.startAt(first.port()));
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(ipmi.counters().get(Event.SESSION_LOST)).isEqualTo(1);
    }

    @Test
    void a_session_is_kept_alive_while_it_is_wanted_and_then_closed() throws Exception {
        BmcSimulator simulator = simulator("-t", "1");
        ipmi = kept(new IpmiHardwareType(QUICK.withKeepAlive(Duration.ofMillis(200), Duration.ofMillis(2600))));
        UdpMeddler meddler = kept(new UdpMeddler(simulator.address()));
        DriverNode node = TestNodes.node(meddler.port());
        ipmi.power().state(node);
        // the simulator ends a session after one second; one packet each 200 ms keeps it
        await(Duration.ofSeconds(10), () -> meddler.requests().size() >= 4 + 9);
        ipmi.power().state(node);
        assertThat(ipmi.counters().get(Event.SESSION_OPENED)).isEqualTo(1);
        assertThat(ipmi.counters().get(Event.SESSION_LOST)).isZero();
        await(Duration.ofSeconds(10), () -> ipmi.counters().get(Event.SESSION_CLOSED) == 1);
        ipmi.power().state(node);
        assertThat(ipmi.counters().get(Event.SESSION_OPENED)).isEqualTo(2);
    }

    @Test
    void a_key_K_G_is_used_and_its_absence_and_its_error_are_told() throws Exception {
        int port = simulator("-k", KEY).port();
        String hex = HexFormat.of().formatHex(KEY.getBytes(StandardCharsets.US_ASCII));
        assertThat(ipmi.power().state(TestNodes.node(port, "ipmi_hex_kg_key", hex))).isEqualTo(PowerState.OFF);
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(port)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("the BMC has a key K_G, and none is given (ipmi_hex_kg_key)");
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(port, "ipmi_hex_kg_key", "00".repeat(19) + "01")))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("another key K_G than ipmi_hex_kg_key");
    }

    @Test
    void a_user_without_the_privilege_is_told_which_level_it_may_not_have() throws Exception {
        int port = simulator("-m", "3").port();
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(port)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("may not have privilege level ADMINISTRATOR").hasMessageContaining("Lower driver_info/ipmi_priv_level");
        assertThat(ipmi.power().state(TestNodes.node(port, "ipmi_priv_level", "OPERATOR"))).isEqualTo(PowerState.OFF);
    }

    @Test
    void all_sessions_taken_is_busy() throws Exception {
        BmcSimulator simulator = simulator("-s", "1");
        DriverNode node = TestNodes.node(simulator.port());
        IpmiHardwareType other = kept(new IpmiHardwareType(QUICK));
        other.power().state(node);
        assertThatThrownBy(() -> ipmi.power().state(node))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BUSY))
                .hasMessageContaining("all its sessions are taken");
        other.close();
        assertThat(ipmi.power().state(node)).as("after the other closed its session").isEqualTo(PowerState.OFF);
    }

    @Test
    void a_BMC_without_suite_17_is_driven_by_suite_3_and_the_other_way_round() throws Exception {
        assertThat(ipmi.power().state(TestNodes.node(simulator("-c", "3").port()))).isEqualTo(PowerState.OFF);
        int only17 = simulator("-c", "17").port();
        assertThat(ipmi.power().state(TestNodes.node(only17))).isEqualTo(PowerState.OFF);
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(only17, "ipmi_cipher_suite", 3)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("it refuses the cipher suites [3]");
    }

    @Test
    void suite_0_is_refused_unless_the_node_asks_for_it() throws Exception {
        int port = simulator("-0", "-c", "0").port();
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(port))).hasMessageContaining("it refuses the cipher suites [17, 3]");
        assertThat(ipmi.power().state(TestNodes.node(port, "ipmi_cipher_suite", "0"))).isEqualTo(PowerState.OFF);
    }

    @Test
    void a_BMC_of_IPMI_1_5_is_told_from_a_dead_one() throws Exception {
        int port = simulator("-5").port();
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(port)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageContaining("it speaks IPMI 1.5 only");
    }

    @Test
    void a_dead_BMC_is_unreachable_and_after_three_calls_left_alone_for_a_while() throws Exception {
        BmcSimulator simulator = simulator();
        ipmi = kept(new IpmiHardwareType(QUICK.withCommandTimeout(Duration.ofMillis(10)).withBreaker(3, Duration.ofMillis(1500))));
        DriverNode node = TestNodes.node(simulator.port()).inBackground();
        simulator.freeze();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> ipmi.power().state(node))
                    .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
                    .hasMessageContaining("it did not answer").hasMessageContaining("Check the BMC's power and cable");
        }
        long sent = ipmi.counters().get(Event.SENT);
        assertThatThrownBy(() -> ipmi.power().state(node))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
                .hasMessageContaining("left alone for another 2 s");
        assertThat(ipmi.counters().get(Event.SENT)).isEqualTo(sent);
        simulator.thaw();
        await(Duration.ofSeconds(10), () -> {
            try {
                return ipmi.power().state(node) == PowerState.OFF;
            } catch (DriverException e) {
                return false;
            }
        });
    }

    @Test
    void a_call_that_is_interrupted_makes_way_for_the_next_one() throws Exception {
        BmcSimulator simulator = simulator();
        ipmi = kept(new IpmiHardwareType(QUICK.withCommandTimeout(Duration.ofSeconds(4))));
        DriverNode node = TestNodes.node(simulator.port());
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        simulator.freeze();
        long sent = ipmi.counters().get(Event.SENT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<PowerState> unwanted = threads.submit(() -> ipmi.power().state(node));
            await(Duration.ofSeconds(2), () -> ipmi.counters().get(Event.SENT) == sent + 1);
            unwanted.cancel(true);
            Future<PowerState> next = threads.submit(() -> ipmi.power().state(node));
            await(Duration.ofSeconds(2), () -> ipmi.counters().get(Event.SENT) == sent + 2); // a call in flight would go on for 16 s
            simulator.thaw();
            assertThat(next.get()).as("the late answer to the first call is not taken for its own").isEqualTo(PowerState.OFF);
            assertThat(ipmi.counters().get(Event.UNEXPECTED)).isEqualTo(1);
        }
    }

    @Test
    void a_BMC_that_is_gone_before_it_has_answered_a_reset_was_reset() throws Exception {
        BmcSimulator simulator = simulator();
        ipmi = kept(new IpmiHardwareType(QUICK));
        DriverNode node = TestNodes.node(simulator.port());
        ipmi.power().state(node); // opens the session
        simulator.freeze();
        assertThat(ipmi.vendor().orElseThrow().call(node, "bmc_reset", "POST", Map.of("warm", false))).isEmpty();
        assertThatThrownBy(() -> ipmi.vendor().orElseThrow().call(node, "send_raw", "POST", Map.of("raw_bytes", "06 01"))).isInstanceOf(DriverException.class);
        simulator.thaw();
    }

    @Test
    void an_address_that_does_not_resolve_is_named() {
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(623, "ipmi_address", "bmc.invalid")))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
                .hasMessageContaining("host name bmc.invalid").hasMessageContaining("does not resolve");
    }

    @Test
    void many_callers_at_once_wait_their_turn_with_one_request_in_flight() throws Exception {
        UdpMeddler meddler = kept(new UdpMeddler(simulator("-d", "1000").address()));
        DriverNode node = TestNodes.node(meddler.port());
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<PowerState>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                calls.add(() -> ipmi.power().state(node));
            }
            for (Future<PowerState> call : callers.invokeAll(calls)) {
                assertThat(call.get()).isEqualTo(PowerState.OFF);
            }
        }
        assertThat(ipmi.counters().get(Event.SESSION_OPENED)).isEqualTo(1);
    }

    private long executedControls(DriverNode node) throws DriverException {
        return switch (ipmi.raw(node, RawCommand.parse("30 01"))) {
            case Answer.Done<byte[]>(byte[] data) -> data[0] & 0xff;
            case Answer.Refused<byte[]> refused -> throw new AssertionError(refused);
        };
    }

    private static void await(Duration limit, Callable<Boolean> state) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!state.call()) {
            assertThat(System.nanoTime()).as("the state came within %s", limit).isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
