package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.RawCommand;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Controllers behind a BMC: the blades of a chassis.
class BridgingTest {
    private final IpmiHardwareType ipmi = new IpmiHardwareType(IpmiSettings.defaults().withCommandTimeout(Duration.ofMillis(200)).withRetries(2)
            .withControlTimeout(Duration.ofMillis(500)).withBreaker(1000, Duration.ofSeconds(1)));

    @AfterEach
    void close() {
        ipmi.close();
    }

    @Test
    void each_controller_behind_a_BMC_is_a_machine_of_its_own() throws Exception {
        try (BmcSimulator simulator = BmcSimulator.start()) {
            DriverNode chassis = TestNodes.node(simulator.port());
            DriverNode one = single(simulator.port(), "0x82");
            DriverNode other = single(simulator.port(), "0x84");
            DriverNode deeper = TestNodes.node(simulator.port(), "ipmi_bridging", "dual", "ipmi_transit_channel", 7, "ipmi_transit_address", "0x72",
                    "ipmi_target_channel", 0, "ipmi_target_address", "0x82");
            ipmi.power().apply(one, PowerAction.ON);
            assertThat(ipmi.power().state(one)).isEqualTo(PowerState.ON);
            assertThat(ipmi.power().state(other)).isEqualTo(PowerState.OFF);
            assertThat(ipmi.power().state(deeper)).isEqualTo(PowerState.OFF);
            assertThat(ipmi.power().state(chassis)).isEqualTo(PowerState.OFF);
            ipmi.power().apply(deeper, PowerAction.ON);
            ipmi.power().apply(one, PowerAction.OFF);
            assertThat(ipmi.power().state(deeper)).isEqualTo(PowerState.ON);
            assertThat(ipmi.power().state(one)).isEqualTo(PowerState.OFF);
            ipmi.management().setBootDevice(deeper, BootDevice.PXE, BootMode.UEFI, true);
            assertThat(ipmi.management().bootDevice(deeper).device()).contains(BootDevice.PXE);
            assertThat(ipmi.management().bootDevice(one).device()).isEmpty();
            assertThat(ipmi.counters().get(Event.SESSION_OPENED)).as("one session with the BMC serves them all").isEqualTo(1);
        }
    }

    @Test
    void a_controller_that_is_not_there_is_told_from_a_BMC_that_does_not_answer() throws Exception {
        try (BmcSimulator simulator = BmcSimulator.start()) {
            assertThatThrownBy(() -> ipmi.power().state(single(simulator.port(), "0x7e")))
                    .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
                    .hasMessageContaining("it could not pass IPMI request 0x00 0x01 on: Send Message was answered with completion code 0x83")
                    .hasMessageContaining("driver_info/ipmi_target_channel and ipmi_target_address");
        }
    }

    @Test
    void what_ipmi_sim_says_of_a_second_controller_is_what_ipmitool_reads(@TempDir Path directory) throws Exception {
        try (IpmiSim sim = IpmiSim.start(directory, """
                mc_add 0x30 0x17 no-device-sdrs 0x25 7 5 0x0b 0x2222 0xf05
                mc_enable 0x30
                """)) {
            DriverNode behind = TestNodes.node(sim.port(), "ipmi_username", IpmiSim.USER, "ipmi_password", IpmiSim.PASSWORD, "ipmi_bridging", "single",
                    "ipmi_target_channel", 0, "ipmi_target_address", "0x30");
            String ours = switch (ipmi.raw(behind, RawCommand.parse("06 01"))) {
                case Answer.Done<byte[]>(byte[] data) -> HexFormat.ofDelimiter(" ").formatHex(data);
                case Answer.Refused<byte[]> refused -> throw new AssertionError(refused);
            };
            assertThat(ours).startsWith("17 05 07 05");
            assertThat(ours).isEqualTo(ipmitool(sim.port(), "-b", "0", "-t", "0x30", "raw", "6", "1"));
            assertThat(ipmi.management().identity(behind).facts()).containsEntry("product_id", 0xf05);
            DriverNode nobody = TestNodes.node(sim.port(), "ipmi_username", IpmiSim.USER, "ipmi_password", IpmiSim.PASSWORD, "ipmi_bridging", "single",
                    "ipmi_target_channel", 0, "ipmi_target_address", "0x44");
            assertThatThrownBy(() -> ipmi.power().state(nobody)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
        }
    }

    private static String ipmitool(int port, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", Integer.toString(port),
                "-U", IpmiSim.USER, "-P", IpmiSim.PASSWORD));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return out.strip();
    }

    private static DriverNode single(int port, String address) {
        return TestNodes.node(port, "ipmi_bridging", "single", "ipmi_target_channel", 0, "ipmi_target_address", address);
    }
}
