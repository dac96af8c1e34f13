package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.ManagementInterface.BmcIdentity;
import io.bessemer.core.driver.ManagementInterface.BootDeviceSetting;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.RawCommand;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiSettings;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The driver against `bmcsim`, a simulator with cipher suites 3 and 17 and true boot flags.
class IpmiHardwareTypeTest {
    private static final IpmiSettings QUICK = IpmiSettings.defaults().withCommandTimeout(Duration.ofMillis(100))
            .withControlTimeout(Duration.ofMillis(300)).withBreaker(100, Duration.ofSeconds(1));
    private static BmcSimulator simulator;
    private static IpmiHardwareType ipmi;

    @BeforeAll
    static void start() throws Exception {
        simulator = BmcSimulator.start();
        ipmi = new IpmiHardwareType(QUICK);
    }

    @AfterAll
    static void stop() {
        ipmi.close();
        simulator.close();
    }

    @Test
    void a_bmc_that_keeps_no_sensor_data_records_is_told_of_as_one_that_cannot() throws Exception {
        try (BmcSimulator bare = BmcSimulator.start("-q", "bare")) {
            assertThatThrownBy(() -> ipmi.management().sensors(TestNodes.node(bare.port())))
                    .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                    .hasMessageContaining("refused Get SDR (record 0x0000): completion code 0xc1").hasMessageContaining("This BMC cannot do it.");
        }
    }

    @Test
    void the_service_loader_finds_it() {
        assertThat(ServiceLoader.load(HardwareType.class)).anyMatch(type -> type instanceof IpmiHardwareType && type.name().equals("ipmi"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "17", ""})
    void turns_a_machine_on_and_off_with_each_cipher_suite(String suite) throws Exception {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_cipher_suite", suite, "ipmi_address", "127.0.1." + suite.length());
        ipmi.power().apply(node, PowerAction.ON);
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
        ipmi.power().apply(node, PowerAction.RESET);
        ipmi.power().apply(node, PowerAction.CYCLE);
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
        ipmi.power().apply(node, PowerAction.SOFT_OFF);
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        ipmi.power().apply(node, PowerAction.OFF);
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
    }

    @Test
    void cycling_a_machine_that_is_off_starts_it_although_the_BMC_refuses_the_cycle() throws Exception {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_address", "127.0.2.1");
        ipmi.power().apply(node, PowerAction.CYCLE);
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
    }

    @Test
    void resetting_a_machine_that_is_off_is_refused_with_the_completion_code() {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_address", "127.0.2.2");
        assertThatThrownBy(() -> ipmi.power().apply(node, PowerAction.RESET))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("completion code 0xd5 (command not supported in the present state)")
                .hasMessageContaining("BMC 127.0.2.2:" + simulator.port() + " of node rack1-17 (" + TestNodes.ID + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pxe", "disk", "cdrom", "bios", "safe"})
    void sets_each_boot_device_for_both_firmwares_once_and_for_good(String wire) throws Exception {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_address", "127.0.3.1");
        BootDevice device = BootDevice.fromWire(wire).orElseThrow();
        for (BootMode mode : BootMode.values()) {
            for (boolean persistent : new boolean[] {true, false}) {
                ipmi.management().setBootDevice(node, device, mode, persistent);
                assertThat(ipmi.management().bootDevice(node)).isEqualTo(new BootDeviceSetting(Optional.of(device), Optional.of(persistent)));
                byte[] flags = raw(node, "00 09 05 00 00");
                assertThat(flags[2] & 0xff).isEqualTo(0x80 | (persistent ? 0x40 : 0) | (mode == BootMode.UEFI ? 0x20 : 0));
            }
        }
    }

    @Test
    void supermicro_UEFI_gets_its_own_number_for_the_disk() throws Exception {
        DriverNode plain = TestNodes.node(simulator.port(), "ipmi_address", "127.0.3.2");
        DriverNode node = new DriverNode(plain.id(), plain.name(), plain.driverInfo(), java.util.Map.of("vendor", "Supermicro"), null, false);
        ipmi.management().setBootDevice(node, BootDevice.DISK, BootMode.UEFI, true);
        assertThat(HexFormat.of().formatHex(raw(node, "00 09 05 00 00"))).isEqualTo("0105e024000000");
        assertThat(ipmi.management().bootDevice(node).device()).contains(BootDevice.DISK);
    }

    @Test
    void a_boot_device_that_IPMI_does_not_have_is_unsupported() {
        DriverNode node = TestNodes.node(simulator.port());
        assertThatThrownBy(() -> ipmi.management().setBootDevice(node, BootDevice.WANBOOT, BootMode.BIOS, false))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageContaining("supported are pxe, disk, cdrom, bios and safe");
    }

    @Test
    void identifies_itself_lights_its_LED_and_takes_an_NMI() throws Exception {
        DriverNode node = TestNodes.node(simulator.port());
        assertThat(ipmi.management().identity(node)).isEqualTo(BmcIdentity.ipmi(0x157, 1, "2.50", "2.0"));
        ipmi.management().identify(node, 15);
        ipmi.management().injectNmi(node);
    }

    @Test
    void the_boot_mode_is_the_EFI_bit_and_the_device_stays() throws Exception {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_address", "127.0.3.7");
        ipmi.management().setBootDevice(node, BootDevice.PXE, BootMode.BIOS, false);
        BootModeInterface modes = ipmi.bootModes().orElseThrow();
        assertThat(modes.bootMode(node)).contains(BootMode.BIOS);
        modes.setBootMode(node, BootMode.UEFI);
        assertThat(modes.bootMode(node)).contains(BootMode.UEFI);
        assertThat(HexFormat.of().formatHex(raw(node, "00 09 05 00 00"))).isEqualTo("0105a004000000");
        assertThat(ipmi.management().bootDevice(node).device()).contains(BootDevice.PXE);
        assertThat(modes.secureBoot(node)).isEmpty();
        assertThatThrownBy(() -> modes.setSecureBoot(node, true)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
    }

    @Test
    void an_unknown_raw_command_gives_its_completion_code_as_a_value() throws Exception {
        DriverNode node = TestNodes.node(simulator.port());
        assertThat(ipmi.raw(node, RawCommand.parse("0x2e 0x10 0x0a"))).isEqualTo(new Answer.Refused<byte[]>(CompletionCode.Generic.INVALID_COMMAND));
    }

    @Test
    void one_session_serves_many_polls() throws Exception {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_address", "127.0.4.1");
        ipmi.power().state(node);
        long before = ipmi.counters().get(Event.SESSION_OPENED);
        for (int i = 0; i < 100; i++) {
            ipmi.power().state(node);
        }
        assertThat(ipmi.counters().get(Event.SESSION_OPENED)).isEqualTo(before);
    }

    @Test
    void a_wrong_password_is_told_from_a_dead_BMC() {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_address", "127.0.4.2", "ipmi_password", "wrong");
        assertThatThrownBy(() -> ipmi.power().state(node))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("the password of user 'admin' is wrong")
                .hasMessageContaining("Check driver_info/ipmi_password")
                .hasMessageNotContaining("'wrong'");
    }

    @Test
    void a_wrong_user_is_told_from_a_wrong_password() {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_address", "127.0.4.3", "ipmi_username", "nobody");
        assertThatThrownBy(() -> ipmi.power().state(node))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("it does not know user 'nobody'")
                .hasMessageContaining("Check driver_info/ipmi_username");
    }

    @Test
    void changed_credentials_open_a_new_session() throws Exception {
        DriverNode right = TestNodes.node(simulator.port(), "ipmi_address", "127.0.4.4");
        DriverNode wrong = TestNodes.node(simulator.port(), "ipmi_address", "127.0.4.4", "ipmi_password", "other");
        ipmi.power().state(right);
        assertThatThrownBy(() -> ipmi.power().state(wrong)).isInstanceOf(DriverException.class);
        assertThat(ipmi.power().state(right)).isEqualTo(PowerState.OFF);
    }

    @Test
    void send_raw_sends_what_it_is_told_and_says_what_is_wrong_with_it() throws Exception {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_address", "127.0.5.1");
        VendorInterface vendor = ipmi.vendor().orElseThrow();
        assertThat(vendor.methods()).containsOnlyKeys("send_raw", "bmc_reset");
        ipmi.power().apply(node, PowerAction.OFF);
        assertThat(vendor.call(node, "send_raw", "POST", Map.of("raw_bytes", "0x00 0x02 0x01"))).isEmpty(); // Chassis Control, power up
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
        ipmi.power().apply(node, PowerAction.OFF);
        assertThatThrownBy(() -> vendor.call(node, "send_raw", "POST", Map.of("raw_bytes", "0x2e 0x10"))).isInstanceOf(DriverException.class).hasMessageContaining("refused raw 0x2e 0x10");
        assertThatThrownBy(() -> vendor.call(node, "send_raw", "POST", Map.of())).isInstanceOf(Failure.Missing.class).hasMessageContaining("raw_bytes is missing");
        for (Object bad : List.of("0x00", "0x01 0x00", "zz 01", 7, "0x00 ".repeat(300))) {
            assertThatThrownBy(() -> vendor.call(node, "send_raw", "POST", Map.of("raw_bytes", bad))).as("%s", bad).isInstanceOf(Failure.Invalid.class).hasMessageStartingWith("raw_bytes: ");
        }
    }

    @Test
    void a_reset_is_warm_unless_the_argument_says_cold() throws Exception {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_address", "127.0.5.2");
        VendorInterface vendor = ipmi.vendor().orElseThrow();
        // the simulator takes a cold one alone
        assertThatThrownBy(() -> vendor.call(node, "bmc_reset", "POST", Map.of())).hasMessageContaining("refused Warm Reset");
        assertThatThrownBy(() -> vendor.call(node, "bmc_reset", "POST", Map.of("warm", true))).hasMessageContaining("refused Warm Reset");
        assertThat(vendor.call(node, "bmc_reset", "POST", Map.of("warm", "False"))).isEmpty();
        ipmi.bmc().orElseThrow().reset(node, false);
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThatThrownBy(() -> vendor.call(node, "bmc_reset", "POST", Map.of("warm", "tepid"))).isInstanceOf(Failure.Invalid.class).hasMessageStartingWith("warm: ");
    }

    private static byte[] raw(DriverNode node, String bytes) throws DriverException {
        return switch (ipmi.raw(node, RawCommand.parse(bytes))) {
            case Answer.Done<byte[]>(byte[] data) -> data;
            case Answer.Refused<byte[]>(CompletionCode code) -> throw new AssertionError(bytes + " was refused: " + code);
        };
    }
}
