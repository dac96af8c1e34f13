package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.protocol.PayloadType;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody sits between us and a BMC whose machine is off. Whatever that one does, we never hear "on".
@ParameterizedClass(name = "cipher suite {0}")
@ValueSource(ints = {3, 17})
class TamperedPacketTest {
    private static final IpmiSettings IMPATIENT = IpmiSettings.defaults().withCommandTimeout(Duration.ofMillis(40)).withRetries(2)
            .withControlTimeout(Duration.ofMillis(60)).withBreaker(1000, Duration.ofSeconds(1));

    private final int suite;
    private BmcSimulator simulator;
    private UdpMeddler meddler;
    private IpmiHardwareType ipmi;
    private DriverNode node;

    TamperedPacketTest(int suite) {
        this.suite = suite;
    }

    @BeforeEach
    void logIn() throws Exception {
        simulator = BmcSimulator.start();
        meddler = new UdpMeddler(simulator.address());
        ipmi = new IpmiHardwareType(IMPATIENT);
        node = TestNodes.node(meddler.port(), "ipmi_cipher_suite", suite);
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        meddler.forget();
    }

    @AfterEach
    void stop() throws Exception {
        ipmi.close();
        meddler.close();
        simulator.close();
    }

    @Test
    void an_answer_with_a_changed_integrity_code_is_dropped() {
        meddler.meddle(answer -> List.of(inSession(answer) ? flipped(answer, answer.length - 1) : answer));
        nothingIsBelieved(Event.TAMPERED);
    }

    @Test
    void an_answer_changed_anywhere_that_the_code_covers_is_dropped() throws Exception {
        // byte 5 holds the flags, 6 to 9 the session, 10 to 13 the sequence, 16 on the payload; the true answer follows
        for (int at = 4; at < 60; at++) {
            int changed = at;
            meddler.meddle(answer -> List.of(flipped(answer, Math.min(changed, answer.length - 1)), answer));
            assertThat(ipmi.power().state(node)).as("byte %d changed", at).isEqualTo(PowerState.OFF);
        }
    }

    @Test
    void a_forged_answer_without_any_protection_is_dropped_and_counted() throws Exception {
        meddler.meddle(answer -> forgeries(answer, message -> new IpmiPacket.RmcpPlus(PayloadType.IPMI, false, false, session(answer), 7, message, 0).encode()));
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(ipmi.counters().get(Event.UNPROTECTED)).isGreaterThanOrEqualTo(63);
    }

    @Test
    void a_forged_answer_outside_any_session_is_dropped_and_counted() throws Exception {
        meddler.meddle(answer -> forgeries(answer, message -> IpmiPacket.RmcpPlus.unprotected(PayloadType.IPMI, message).encode()));
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(ipmi.counters().get(Event.UNPROTECTED)).isGreaterThanOrEqualTo(63);
    }

    @Test
    void a_forged_answer_in_the_format_of_IPMI_1_5_is_dropped_and_counted() throws Exception {
        meddler.meddle(answer -> forgeries(answer, message -> new IpmiPacket.Sessionless(message).encode()));
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(ipmi.counters().get(Event.UNPROTECTED)).isGreaterThanOrEqualTo(63);
    }

    @Test
    void a_forged_answer_that_says_it_is_protected_and_is_not_is_dropped() throws Exception {
        meddler.meddle(answer -> forgeries(answer, message -> {
            byte[] bare = new IpmiPacket.RmcpPlus(PayloadType.IPMI, true, true, session(answer), 7, message, 0).encode();
            return Arrays.copyOf(bare, bare.length + 2 + 16);
        }));
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(ipmi.counters().get(Event.TAMPERED)).isGreaterThanOrEqualTo(63);
    }

    @Test
    void an_answer_stripped_of_its_code_is_dropped() {
        meddler.meddle(answer -> {
            if (!inSession(answer)) {
                return List.of(answer);
            }
            int end = 16 + (answer[14] & 0xff | (answer[15] & 0xff) << 8);
            byte[] stripped = Arrays.copyOf(answer, end);
            stripped[5] &= (byte) 0xbf;
            return List.of(stripped);
        });
        nothingIsBelieved(Event.UNPROTECTED);
    }

    @Test
    void an_old_answer_told_again_is_dropped_and_counted() throws Exception {
        ipmi.power().state(node);
        byte[] off = meddler.answers().getLast();
        ipmi.power().apply(node, PowerAction.ON);
        for (int i = 0; i < 70; i++) {
            // by now the request sequence has come round to that of the old answer
            meddler.meddle(answer -> List.of(off, answer));
            assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
        }
        assertThat(ipmi.counters().get(Event.REPLAYED)).isGreaterThanOrEqualTo(70);
    }

    @Test
    void an_answer_of_another_session_is_dropped() throws Exception {
        meddler.meddle(answer -> {
            byte[] other = answer.clone();
            other[6] ^= 1;
            return List.of(other, answer);
        });
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(ipmi.counters().get(Event.UNEXPECTED)).isPositive();
    }

    @Test
    void truncated_answers_are_dropped_at_every_length() throws Exception {
        meddler.meddle(answer -> {
            List<byte[]> all = new ArrayList<>();
            for (int length = 0; length < answer.length; length++) {
                all.add(Arrays.copyOf(answer, length));
            }
            all.add(answer);
            return all;
        });
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(ipmi.counters().get(Event.MALFORMED)).isPositive();
    }

    @Test
    void a_BMC_that_cannot_prove_the_password_is_not_logged_into() throws Exception {
        relogWith(handshake(PayloadType.RAKP_2, answer -> flipped(answer, answer.length - 1)));
        assertThatThrownBy(() -> ipmi.power().state(node))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("the code in RAKP 2 does not match");
        assertThat(meddler.requests()).noneMatch(request -> request[5] == PayloadType.RAKP_3 && request[17] == 0);
    }

    @Test
    void a_changed_random_number_or_GUID_in_RAKP_2_ends_the_login() throws Exception {
        for (int at : new int[] {16 + 8, 16 + 24}) {
            relogWith(handshake(PayloadType.RAKP_2, answer -> flipped(answer, at)));
            assertThatThrownBy(() -> ipmi.power().state(node)).hasMessageContaining("the code in RAKP 2 does not match");
        }
    }

    @Test
    void a_BMC_that_cannot_prove_the_session_key_is_not_logged_into() throws Exception {
        relogWith(handshake(PayloadType.RAKP_4, answer -> flipped(answer, answer.length - 1)));
        assertThatThrownBy(() -> ipmi.power().state(node))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("K_G");
    }

    @Test
    void algorithms_weaker_than_those_proposed_are_not_accepted() throws Exception {
        relogWith(handshake(PayloadType.OPEN_SESSION_RESPONSE, answer -> {
            byte[] weak = answer.clone();
            weak[16 + 16] = 0;
            weak[16 + 24] = 0;
            weak[16 + 32] = 0;
            return weak;
        }));
        assertThatThrownBy(() -> ipmi.power().state(node)).hasMessageContaining("algorithms 0/0/0 instead of those proposed");
        assertThat(meddler.requests()).noneMatch(request -> request[5] == PayloadType.RAKP_1);
    }

    /// Starts anew, so that the next call logs in.
    private void relogWith(UdpMeddler.Meddling meddling) {
        ipmi.close();
        ipmi = new IpmiHardwareType(IMPATIENT);
        meddler.forget();
        meddler.meddle(meddling);
    }

    private static UdpMeddler.Meddling handshake(int payloadType, java.util.function.UnaryOperator<byte[]> change) {
        return answer -> List.of((answer[5] & 0x3f) == payloadType ? change.apply(answer) : answer);
    }

    private void nothingIsBelieved(Event counted) {
        assertThatThrownBy(() -> ipmi.power().state(node))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
                .hasMessageContaining("packets came in its name that were not protected as negotiated");
        assertThat(ipmi.counters().get(counted)).isPositive();
        meddler.behave();
    }

    /// "Power is on", for every request sequence, and then the true answer.
    private static List<byte[]> forgeries(byte[] answer, java.util.function.Function<byte[], byte[]> packet) {
        IntFunction<byte[]> on = sequence -> new LanMessage.Response(0x01, 0, sequence, 0x01, CompletionCode.Generic.OK, new byte[] {0x01, 0x10, 0x40, 0}).encode();
        List<byte[]> all = new ArrayList<>();
        for (int sequence = 0; sequence < 64; sequence++) {
            all.add(packet.apply(on.apply(sequence)));
        }
        all.add(answer);
        return all;
    }

    private static boolean inSession(byte[] packet) {
        return (packet[5] & 0x3f) == PayloadType.IPMI;
    }

    private static int session(byte[] packet) {
        return packet[6] & 0xff | (packet[7] & 0xff) << 8 | (packet[8] & 0xff) << 16 | (packet[9] & 0xff) << 24;
    }

    private static byte[] flipped(byte[] packet, int at) {
        byte[] changed = packet.clone();
        changed[at] ^= 0x40;
        return changed;
    }
}
