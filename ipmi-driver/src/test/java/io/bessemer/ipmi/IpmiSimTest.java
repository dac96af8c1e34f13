package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.driver.IndicatorInterface.Indicator;
import io.bessemer.core.driver.IndicatorInterface.State;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.session.IpmiSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The driver against OpenIPMI's simulator: cipher suites up to 3, boot flags without their valid bit.
class IpmiSimTest {
    @TempDir
    private static Path directory;

    private static IpmiSim simulator;
    private static IpmiHardwareType ipmi;

    @BeforeAll
    static void start() throws Exception {
        simulator = IpmiSim.start(directory);
        ipmi = new IpmiHardwareType(IpmiSettings.defaults().withBreaker(100, Duration.ofSeconds(1)));
    }

    @AfterAll
    static void stop() throws Exception {
        ipmi.close();
        if (simulator != null) {
            simulator.close();
        }
    }

    @Test
    void falls_back_to_suite_3_and_controls_power() throws Exception {
        DriverNode node = TestNodes.node(simulator.port());
        ipmi.power().apply(node, PowerAction.OFF);
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        ipmi.power().apply(node, PowerAction.ON);
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
        String before = simulator.events();
        ipmi.power().apply(node, PowerAction.RESET);
        assertThat(simulator.events()).isEqualTo(before + "reset\n");
    }

    @Test
    void tolerates_boot_flags_that_read_back_as_not_valid() throws Exception {
        DriverNode node = TestNodes.node(simulator.port());
        ipmi.management().setBootDevice(node, BootDevice.PXE, BootMode.UEFI, false);
        ipmi.management().setBootDevice(node, BootDevice.DISK, BootMode.BIOS, true);
    }

    @Test
    void takes_a_boot_mode_and_does_not_say_which_it_has() throws Exception {
        DriverNode node = TestNodes.node(simulator.port());
        BootModeInterface modes = ipmi.bootModes().orElseThrow();
        modes.setBootMode(node, BootMode.UEFI);
        assertThat(modes.bootMode(node)).as("its flags are never valid").isEmpty();
    }

    @Test
    void its_identify_light_is_turned_on_and_off() throws Exception {
        DriverNode node = TestNodes.node(simulator.port());
        IndicatorInterface lights = ipmi.indicators().orElseThrow();
        Indicator led = lights.indicators(node).getFirst();
        assertThat(led.uniqueName()).isEqualTo("led@chassis");
        lights.setState(node, led, State.ON);
        lights.setState(node, led, State.OFF);
        assertThat(simulator.events()).contains("identify");
        assertThat(lights.state(node, led)).isIn(State.OFF, State.UNKNOWN);
    }

    @Test
    void without_sensor_data_records_it_has_no_sensors() throws Exception {
        assertThat(ipmi.management().sensors(TestNodes.node(simulator.port()))).isEmpty();
    }

    @Test
    void says_who_made_it() throws Exception {
        assertThat(ipmi.management().identity(TestNodes.node(simulator.port())).facts()).containsEntry("manufacturer_id", 0x1291);
    }

    @Test
    void a_pinned_suite_that_it_does_not_know_is_named() {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_cipher_suite", 17);
        assertThatThrownBy(() -> ipmi.power().state(node))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("it refuses the cipher suites [17]");
    }

    @Test
    void wrong_password_and_wrong_user_are_told_apart() {
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(simulator.port(), "ipmi_password", "wrong")))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("the password of user 'admin' is wrong");
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(simulator.port(), "ipmi_username", "nobody")))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("it does not know user 'nobody'");
    }

    @Test
    void suite_0_works_when_it_is_asked_for() throws Exception {
        DriverNode node = TestNodes.node(simulator.port(), "ipmi_cipher_suite", "0", "ipmi_password", "any at all");
        assertThat(ipmi.power().state(node)).isIn(PowerState.ON, PowerState.OFF);
    }
}
