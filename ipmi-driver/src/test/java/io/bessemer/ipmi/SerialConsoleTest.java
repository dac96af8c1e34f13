package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.driver.SerialConsole;
import io.bessemer.core.driver.SerialConsole.Line;
import io.bessemer.core.driver.SerialConsole.State;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiSettings;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Serial Over LAN against OpenIPMI's simulator, with ipmitool as the other client.
class SerialConsoleTest {
    private static final IpmiSettings QUICK = IpmiSettings.defaults().withCommandTimeout(Duration.ofMillis(100)).withBreaker(1000, Duration.ofSeconds(1))
            .withKeepAlive(Duration.ofSeconds(2), Duration.ofMinutes(5)); // so often it looks whether the console is still its own

    @TempDir
    private Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private SerialMachine machine;
    private IpmiSim simulator;
    private IpmiHardwareType ipmi;

    private <T extends AutoCloseable> T kept(T resource) {
        open.add(resource);
        return resource;
    }

    @BeforeEach
    void start() throws Exception {
        machine = kept(new SerialMachine());
        simulator = kept(IpmiSim.withConsole(directory, machine.port()));
        ipmi = kept(new IpmiHardwareType(QUICK));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    /// What a watcher was told.
    private static final class Heard implements SerialConsole.Watcher {
        private final StringBuffer text = new StringBuffer();
        private final StringBuffer states = new StringBuffer();
        private volatile State state;

        @Override
        public void text(byte[] bytes) {
            text.append(new String(bytes, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void state(State now, String why) {
            states.append(now).append(' ').append(why).append('\n');
            state = now;
        }

        void await(State wanted) throws InterruptedException {
            Await.until(() -> state == wanted, () -> "state " + wanted + ", not:\n" + states);
        }

        void awaitText(String wanted) throws InterruptedException {
            Await.until(() -> text.indexOf(wanted) >= 0, () -> "text '" + wanted + "', not: " + text + "\n" + states);
        }
    }

    private Line console(IpmiHardwareType with, Heard heard, Object... more) throws Exception {
        return kept(with.serialConsole("ipmitool-socat").orElseThrow().open(TestNodes.node(simulator.port(), more), heard));
    }

    @Test
    void text_goes_both_ways_in_order_while_commands_go_on() throws Exception {
        Heard heard = new Heard();
        Line line = console(ipmi, heard);
        heard.await(State.CONNECTED);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            String said = "line %d of the machine's boot\r\n".formatted(i);
            all.append(said);
            machine.say(said);
            assertThat(ipmi.power().state(TestNodes.node(simulator.port()))).isIn(PowerState.ON, PowerState.OFF);
        }
        heard.awaitText("line 39 of the machine's boot\r\n");
        assertThat(heard.text.toString()).isEqualTo(all.toString());
        String typed = "0123456789abcdef".repeat(40);
        assertThat(line.write(typed.getBytes(StandardCharsets.US_ASCII))).isTrue();
        Await.until(() -> machine.typed().length() >= typed.length(), machine::typed);
        assertThat(machine.typed()).isEqualTo(typed);
        line.sendBreak(); // ipmi_sim passes it with the next character, as telnet does
        line.write(new byte[] {'!'});
        Await.until(() -> machine.typed().endsWith("!"), machine::typed);
        assertThat(machine.typed()).isEqualTo(typed + "\u00ff\u00f3!");
        assertThat(ipmi.counters().get(Event.SESSION_OPENED)).as("one for commands, one for the console").isEqualTo(2);
    }

    @Test
    void without_protection_too_when_it_is_asked_for() throws Exception {
        Heard heard = new Heard();
        console(ipmi, heard, "ipmi_cipher_suite", "0");
        heard.await(State.CONNECTED);
        machine.say("in the clear");
        heard.awaitText("in the clear");
    }

    @Test
    void ipmitool_reads_the_same() throws Exception {
        Heard heard = new Heard();
        Line line = console(ipmi, heard);
        heard.await(State.CONNECTED);
        String said = "\u001b[1mBIOS\u001b[0m \r\n" + "x".repeat(300) + "\u0000\u00ff done\r\n";
        machine.say(said);
        heard.awaitText("done\r\n");
        line.close();
        Process ipmitool = ipmitool();
        machine.say(said);
        String read = readUntil(ipmitool.getInputStream(), "done\r\n");
        ipmitool.destroy();
        assertThat(read).endsWith(heard.text.toString());
        assertThat(heard.text.toString()).isEqualTo(said);
    }

    /// `sol activate`, operational; ends when its input does.
    private Process ipmitool() throws Exception {
        Process process = new ProcessBuilder("script", "-qec", "ipmitool -I lanplus -C 3 -H 127.0.0.1 -p %d -U %s -P %s sol activate"
                .formatted(simulator.port(), IpmiSim.USER, IpmiSim.PASSWORD), "/dev/null").redirectErrorStream(true).start();
        kept(process::destroyForcibly);
        readUntil(process.getInputStream(), "SOL Session operational.  Use ~? for help]\r\n");
        return process;
    }

    private static String readUntil(InputStream in, String end) throws Exception {
        StringBuilder all = new StringBuilder();
        while (all.indexOf(end) < 0) {
            int read = in.read();
            if (read < 0) {
                throw new AssertionError("ended after: " + all);
            }
            all.append((char) read);
        }
        return all.toString();
    }

    @Test
    void one_that_somebody_else_has_is_taken_over_once() throws Exception {
        Process ipmitool = ipmitool();
        Heard heard = new Heard();
        console(ipmi, heard);
        heard.await(State.CONNECTED);
        assertThat(heard.states.toString()).contains("CONNECTED taken over from another session");
        machine.say("for the new owner\r\n");
        heard.awaitText("for the new owner\r\n");
        try (OutputStream keys = ipmitool.getOutputStream()) {
            keys.write('\r');
        }
        // another client of the same kind takes it: back once is enough
        IpmiHardwareType other = kept(new IpmiHardwareType(QUICK));
        Heard rival = new Heard();
        console(other, rival);
        rival.await(State.CONNECTED);
        Await.until(() -> heard.states.indexOf("is left to that one") >= 0, () -> heard.states + "\n" + rival.states);
        assertThat(heard.states.toString()).contains("LOST");
        machine.say("for the last\r\n");
        rival.awaitText("for the last\r\n");
    }

    @Test
    void a_bmc_that_restarts_is_connected_again() throws Exception {
        Heard heard = new Heard();
        Line line = console(ipmi, heard);
        heard.await(State.CONNECTED);
        machine.say("before");
        heard.awaitText("before");
        simulator.close();
        line.write("typed at nothing".getBytes(StandardCharsets.US_ASCII));
        heard.await(State.LOST);
        assertThat(line.write(new byte[] {'x'})).as("while it is not connected").isFalse();
        simulator.start();
        heard.await(State.CONNECTED);
        Await.until(() -> {
            try {
                machine.say("again");
            } catch (java.io.UncheckedIOException unplugged) {
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return heard.text.indexOf("again") >= 0;
        }, heard.text::toString);
        assertThat(machine.typed()).isEmpty();
    }

    @Test
    void packets_lost_doubled_and_forged_cost_no_character_and_add_none() throws Exception {
        try (UdpMeddler meddler = new UdpMeddler(simulator.address())) {
            Heard heard = new Heard();
            Line line = kept(ipmi.serialConsole("ipmitool-socat").orElseThrow().open(TestNodes.node(meddler.port()), heard));
            heard.await(State.CONNECTED);
            int[] count = {0};
            meddler.meddle(answer -> {
                byte[] forged = answer.clone();
                forged[forged.length - 1] ^= 1;
                byte[] unprotected = HexFormat.of().parseHex("0600ff0706010000000000000000050005000000" + "21");
                return switch (count[0]++ % 4) {
                    case 0 -> List.of();
                    case 1 -> List.of(answer, answer);
                    case 2 -> List.of(forged, unprotected, answer);
                    default -> List.of(answer);
                };
            });
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                all.append(i).append("abc");
                machine.say(i + "abc");
                line.write(new byte[] {(byte) ('0' + i)});
                heard.awaitText(all.toString());
            }
            Await.until(() -> machine.typed().length() >= 10, machine::typed);
            assertThat(machine.typed()).isEqualTo("0123456789");
            assertThat(heard.text.toString()).isEqualTo(all.toString());
            assertThat(ipmi.counters().get(Event.TAMPERED)).isPositive();
        }
    }

    @Test
    void a_bmc_without_a_console_says_so_once() throws Exception {
        IpmiSim plain = kept(IpmiSim.start(java.nio.file.Files.createDirectory(directory.resolve("plain"))));
        Heard heard = new Heard();
        kept(ipmi.serialConsole("ipmitool-socat").orElseThrow().open(TestNodes.node(plain.port()), heard));
        heard.await(State.UNAVAILABLE);
        assertThat(heard.states.toString()).startsWith("CONNECTING").contains("UNAVAILABLE the BMC has no Serial Over LAN (Activate Payload: completion code");
    }

    @Test
    void one_that_is_disabled_is_enabled_only_where_the_node_says_so() throws Exception {
        assertThat(tool("sol", "set", "enabled", "false", "1")).isNotNull();
        assertThat(tool("sol", "info", "1")).containsPattern("Enabled +: false");
        Heard told = new Heard();
        console(ipmi, told);
        told.await(State.UNAVAILABLE);
        assertThat(told.states.toString()).contains("Serial Over LAN is disabled on the BMC; set driver_info/ipmi_sol_enable to true");
        assertThat(tool("sol", "info", "1")).containsPattern("Enabled +: false");
        Heard heard = new Heard();
        console(ipmi, heard, "ipmi_sol_enable", true);
        heard.await(State.CONNECTED);
        assertThat(tool("sol", "info", "1")).containsPattern("Enabled +: true");
        machine.say("enabled\r\n");
        heard.awaitText("enabled");
    }

    /// Its process was killed before it said that it was done.
    @Test
    void a_change_that_somebody_began_and_never_ended_is_ended() throws Exception {
        assertThat(tool("sol", "set", "enabled", "false", "1")).isNotNull();
        assertThat(tool("raw", "0x0c", "0x21", "0x01", "0x00", "0x01")).as("set in progress").doesNotContain("rsp=");
        assertThat(tool("raw", "0x0c", "0x21", "0x01", "0x00", "0x01")).as("refused to others").contains("rsp=0x81");
        Heard heard = new Heard();
        console(ipmi, heard, "ipmi_sol_enable", true);
        heard.await(State.CONNECTED);
        assertThat(heard.states.toString()).containsSubsequence("another client is changing the parameters", "somebody began to change the parameters", "CONNECTED");
        assertThat(tool("sol", "info", "1")).containsPattern("Enabled +: true");
    }

    @Test
    void the_bit_rate_is_set_where_the_node_names_one() throws Exception {
        assertThat(tool("sol", "set", "volatile-bit-rate", "9.6", "1")).isNotNull();
        assertThat(tool("sol", "info", "1")).containsPattern("Volatile Bit Rate \\(kbps\\) +: 9.6");
        Heard left = new Heard();
        Line line = console(ipmi, left);
        left.await(State.CONNECTED);
        assertThat(tool("sol", "info", "1")).as("left as it is").containsPattern("(?m)^Volatile Bit Rate \\(kbps\\) +: 9.6");
        line.close();
        Heard heard = new Heard();
        console(ipmi, heard, "ipmi_sol_bit_rate", 38400);
        heard.await(State.CONNECTED);
        assertThat(tool("sol", "info", "1")).containsPattern("(?m)^Volatile Bit Rate \\(kbps\\) +: 38.4");
    }

    private String tool(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", Integer.toString(simulator.port()), "-U", IpmiSim.USER, "-P",
                IpmiSim.PASSWORD));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    @Test
    void a_name_that_nobody_knows_is_told_as_the_console_s_state() throws Exception {
        Heard heard = new Heard();
        console(ipmi, heard, "ipmi_address", "bmc.invalid");
        heard.await(State.UNAVAILABLE);
        assertThat(heard.states.toString()).contains("bmc.invalid").contains("driver_info/ipmi_address");
    }

    @Test
    void a_password_that_is_wrong_is_tried_once() throws Exception {
        Heard heard = new Heard();
        console(ipmi, heard, "ipmi_password", "wrong");
        heard.await(State.UNAVAILABLE);
        assertThat(heard.states.toString()).contains("the password of user 'admin' is wrong");
    }

    @Test
    void when_it_is_closed_the_next_client_finds_it_free() throws Exception {
        Heard heard = new Heard();
        Line line = console(ipmi, heard);
        heard.await(State.CONNECTED);
        line.close();
        Await.until(() -> ipmi.counters().get(Event.SESSION_CLOSED) >= 1, () -> ipmi.counters().toString());
        Heard next = new Heard();
        console(ipmi, next);
        next.await(State.CONNECTED);
        assertThat(next.states.toString()).endsWith("CONNECTED \n");
    }
}
