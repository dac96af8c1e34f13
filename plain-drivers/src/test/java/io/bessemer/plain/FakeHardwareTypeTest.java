package io.bessemer.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.tuple;

import io.bessemer.core.driver.BiosInterface.Setting;
import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.driver.VirtualMediaInterface.Device;
import io.bessemer.core.driver.VirtualMediaInterface.Drive;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FakeHardwareTypeTest {
    private final HardwareType fake = new FakeHardwareType();

    @Test
    void both_types_are_found_as_a_vendors_would_be() {
        assertThat(ServiceLoader.load(HardwareType.class)).extracting(HardwareType::name).contains("fake-hardware", "manual-management");
    }

    @Test
    void a_machine_is_as_it_was_told_last_and_after_a_restart_as_its_node_says() throws Exception {
        DriverNode node = node(PowerState.OFF);
        assertThat(fake.power().state(node)).isEqualTo(PowerState.OFF);
        fake.power().apply(node, PowerAction.ON);
        assertThat(fake.power().state(node)).isEqualTo(PowerState.ON);
        fake.power().apply(node, PowerAction.SOFT_OFF);
        assertThat(fake.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(new FakeHardwareType().power().state(node(PowerState.ON))).as("after a restart").isEqualTo(PowerState.ON);
        assertThat(new FakeHardwareType().power().state(node(null))).as("nobody looked yet").isEqualTo(PowerState.OFF);
    }

    @Test
    void a_fake_machine_has_one_temperature_and_one_managed_by_hand_no_sensors() throws Exception {
        assertThat(fake.management().sensors(node(null))).extracting(Sensor::kind, Sensor::name, Sensor::reading).containsExactly(tuple(Sensor.Kind.TEMPERATURE, "Inlet Temp", 21.5));
        assertThatThrownBy(() -> new ManualManagementType().management().sensors(node(null))).isInstanceOfSatisfying(DriverException.class,
                e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.UNSUPPORTED));
    }

    @Test
    void a_delay_lies_between_its_ends_and_is_short_rather_than_long() {
        FakeDelays.Range range = new FakeDelays.Range(Duration.ofSeconds(2), Duration.ofSeconds(6));
        assertThat(range.any(0)).isEqualTo(Duration.ofSeconds(2));
        assertThat(range.any(0.5)).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3500));
        assertThat(range.any(1)).isEqualTo(Duration.ofSeconds(6));
        assertThat(new FakeHardwareType(new FakeDelays(Map.of("deploy", new FakeDelays.Range(Duration.ofSeconds(1), Duration.ofSeconds(1))))).pretends("deploy"))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(fake.pretends("deploy")).isZero();
        assertThatThrownBy(() -> new FakeDelays.Range(Duration.ofSeconds(2), Duration.ofSeconds(1))).hasMessageContaining("the longer one last");
    }

    @Test
    void bios_settings_are_as_they_were_given_until_a_factory_reset() throws Exception {
        DriverNode node = node(null);
        BiosInterface bios = fake.bios().orElseThrow();
        assertThat(bios.settings(node)).isEmpty();
        bios.apply(node, Map.of("b", "1", "a", "2"));
        bios.apply(node, Map.of("b", "3"));
        assertThat(bios.settings(node)).extracting(Setting::name, Setting::value).containsExactly(tuple("a", "2"), tuple("b", "3"));
        bios.factoryReset(node);
        assertThat(bios.settings(node)).isEmpty();
    }

    @Test
    void a_boot_mode_is_kept_and_one_of_bios_has_no_secure_boot() throws Exception {
        DriverNode node = node(null);
        BootModeInterface modes = fake.bootModes().orElseThrow();
        assertThat(modes.bootMode(node)).isEmpty();
        assertThat(modes.secureBoot(node)).isEmpty();
        modes.setBootMode(node, BootMode.UEFI);
        modes.setSecureBoot(node, true);
        assertThat(modes.secureBoot(node)).contains(true);
        modes.setBootMode(node, BootMode.BIOS);
        assertThat(modes.bootMode(node)).contains(BootMode.BIOS);
        assertThat(modes.secureBoot(node)).contains(false);
        modes.setSecureBoot(node, false);
        assertThatThrownBy(() -> modes.setSecureBoot(node, true)).isInstanceOfSatisfying(DriverException.class,
                e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.REFUSED)).hasMessageContaining("Set its boot mode to uefi first");
    }

    @Test
    void a_drive_shows_what_was_attached_last_until_it_is_detached() throws Exception {
        DriverNode node = node(null);
        VirtualMediaInterface media = fake.virtualMedia().orElseThrow();
        media.detach(node, Set.of(Device.CDROM));
        media.attach(node, Device.CDROM, "http://a/1.iso");
        media.attach(node, Device.CDROM, "http://a/2.iso");
        assertThat(media.drives(node)).containsExactly(new Drive(Device.DISK, null), new Drive(Device.CDROM, "http://a/2.iso"), new Drive(Device.FLOPPY, null));
        media.detach(node, Set.of(Device.CDROM));
        media.detach(node, Set.of(Device.CDROM));
        assertThat(media.drives(node)).allMatch(drive -> drive.image() == null);
    }

    @Test
    void a_vendor_method_compares_bar_with_its_word() throws Exception {
        VendorInterface vendor = fake.vendor().orElseThrow();
        assertThat(vendor.call(node(null), "third_method_sync", "POST", Map.of("bar", "meow"))).contains(true);
        assertThat(vendor.call(node(null), "second_method", "POST", Map.of("bar", "meow"))).contains(false);
        assertThat(vendor.call(node(null), "log_passthrough", "POST", Map.of())).isEmpty();
        assertThatThrownBy(() -> vendor.call(node(null), "second_method", "POST", Map.of("bar", ""))).isInstanceOf(Failure.Missing.class).hasMessageContaining("bar is missing");
        assertThat(fake.properties()).as("as Ironic's").containsKeys("B1", "B2");
    }

    private static DriverNode node(PowerState known) {
        return new DriverNode(NodeId.of("00000000-0000-0000-0000-000000000001"), "n", Map.of(), Map.of(), known, false);
    }
}
