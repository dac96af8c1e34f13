package io.bessemer.ipmi.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.ipmi.BmcSimulator;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Very many BMCs asked at once.
class PaceTest {
    private static final BmcAccess ACCESS = BmcAccess.of(BmcSimulator.USER, BmcSimulator.PASSWORD);
    private static final IpmiCall STATUS = IpmiCall.query(0x00, 0x01);
    private static final int MACHINES = 5000;

    @Test
    void all_are_asked_at_once_and_all_answer() throws Exception {
        try (BmcSimulator simulator = BmcSimulator.start(); IpmiClient client = new IpmiClient(IpmiSettings.defaults())) {
            for (int round = 0; round < 2; round++) {
                List<CompletableFuture<LanMessage.Response>> answers = poll(client, simulator.port());
                for (CompletableFuture<LanMessage.Response> answer : answers) {
                    assertThat(answer.get(60, TimeUnit.SECONDS).completion()).isEqualTo(CompletionCode.Generic.OK);
                }
            }
            assertThat(client.counters().get(Event.SESSION_OPENED)).isEqualTo(MACHINES);
        }
    }

    @Test
    void dead_ones_keep_to_the_pace_and_control_goes_ahead_of_them() throws Exception {
        IpmiSettings patient = IpmiSettings.defaults().withCommandTimeout(Duration.ofSeconds(4));
        try (BmcSimulator dead = BmcSimulator.start(); BmcSimulator alive = BmcSimulator.start(); IpmiClient client = new IpmiClient(patient)) {
            dead.freeze();
            List<CompletableFuture<LanMessage.Response>> polls = poll(client, dead.port());
            LanMessage.Response control = client.call(alive.address(), ACCESS, IpmiCall.control(0x00, 0x01), false);
            assertThat(control.completion()).isEqualTo(CompletionCode.Generic.OK);
            LanMessage.Response asked = client.call(alive.address(), ACCESS, STATUS, false);
            assertThat(asked.completion()).as("somebody waits for it, so it is no poll").isEqualTo(CompletionCode.Generic.OK);
            assertThat(client.counters().get(Event.SENT)).as("a login and two calls beside the first of the dead ones").isLessThanOrEqualTo(1024 + 6);
            assertThat(polls).noneMatch(CompletableFuture::isDone);
            dead.thaw();
            for (CompletableFuture<LanMessage.Response> poll : polls) {
                assertThat(poll.get(60, TimeUnit.SECONDS).completion()).isEqualTo(CompletionCode.Generic.OK);
            }
        }
    }

    private static List<CompletableFuture<LanMessage.Response>> poll(IpmiClient client, int port) throws Exception {
        List<CompletableFuture<LanMessage.Response>> answers = new ArrayList<>();
        for (int i = 0; i < MACHINES; i++) {
            InetAddress address = InetAddress.getByAddress(new byte[] {127, 63, (byte) (i / 250), (byte) (i % 250 + 1)});
            answers.add(client.ask(new InetSocketAddress(address, port), ACCESS, STATUS, true));
        }
        return answers;
    }
}
