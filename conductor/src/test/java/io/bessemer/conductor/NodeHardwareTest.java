package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.driver.VirtualMediaInterface.Device;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Node;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// With a driver that has nothing but power and boot device.
class NodeHardwareTest {
    private final Rig rig = new Rig();

    private NodeHardware hardware() {
        return rig.conductor().nodeHardware();
    }

    private static void unsupported(ThrowingCallable call, String what) {
        assertThatThrownBy(call).isInstanceOf(Failure.Unsupported.class).hasMessageContaining("fake").hasMessageContaining("does not support " + what);
    }

    @Test
    void what_the_driver_lacks_is_refused_and_leaves_the_node_as_it_was() {
        rig.enroll();
        rig.edit(node -> node.toBuilder().interfaces(Map.of("firmware", "no-firmware")).build());
        Node before = rig.node();
        unsupported(() -> hardware().setBootMode(rig.id(), BootMode.UEFI), "boot modes");
        unsupported(() -> hardware().setSecureBoot(rig.id(), true), "secure boot");
        unsupported(() -> hardware().setTargetRaid(rig.id(), Map.of()), "RAID configuration");
        unsupported(() -> hardware().logicalDiskProperties("fake"), "RAID configuration");
        unsupported(() -> hardware().setConsole(rig.id(), true), "a console");
        unsupported(() -> hardware().indicators(rig.id()), "indicators");
        unsupported(() -> hardware().indicator(rig.id(), "led@system"), "indicators");
        unsupported(() -> hardware().setIndicator(rig.id(), "led@system", IndicatorInterface.State.ON), "indicators");
        unsupported(() -> hardware().drives(rig.id()), "virtual media");
        unsupported(() -> hardware().events(rig.id(), 10), "the event log of its BMC");
        unsupported(() -> hardware().clearEvents(rig.id()), "the event log of its BMC");
        unsupported(() -> hardware().setBmcClock(rig.id()), "the clock of its BMC");
        unsupported(() -> hardware().fru(rig.id()), "an inventory of parts");
        unsupported(() -> hardware().bmc(rig.id()), "a description of its BMC");
        unsupported(() -> hardware().resetBmc(rig.id(), false), "a reset of its BMC");
        unsupported(() -> hardware().changeBmcPassword(rig.id(), Optional.empty()), "a change of its BMC's password");
        unsupported(() -> hardware().attach(rig.id(), Device.CDROM, "http://a/b"), "virtual media");
        unsupported(() -> hardware().detach(rig.id(), Set.of()), "virtual media");
        assertThat(hardware().bios(rig.id())).isEmpty();
        assertThat(hardware().firmware(rig.id())).isEmpty();
        assertThat(hardware().vendorMethods(rig.id())).isEmpty();
        assertThat(hardware().driverVendorMethods("fake")).isEmpty();
        assertThat(hardware().console(rig.id()).enabled()).isFalse();
        assertThatThrownBy(() -> hardware().callVendor(rig.id(), "send_raw", "POST", Map.of())).isInstanceOf(Failure.Invalid.class)
                .hasMessageContaining("No handler for method send_raw. Known: none.");
        assertThat(rig.node()).isEqualTo(before);
    }
}
