package io.bessemer.conductor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RamdiskWayTest {
    private static final String SERVER = "http://172.22.0.1:8088";
    private static final String IMAGE = SERVER + "/boot/files/ipxe.iso";

    private static Rig manageable(String boot, String mode, String server) {
        Rig rig = new Rig();
        rig.giveVirtualDrives();
        rig.enroll();
        rig.edit(node -> {
            Map<String, Object> info = new LinkedHashMap<>(node.driverInfo());
            info.put("external_http_url", server);
            return node.toBuilder().driverInfo(info).interfaces(Map.of("boot", boot)).properties(Map.of("capabilities", "boot_mode:" + mode)).build();
        });
        rig.verb(LifecycleEvent.MANAGE);
        rig.settle();
        return rig;
    }

    @Test
    void a_virtual_drive_holds_the_boot_image_until_the_machine_goes_to_its_disk() {
        Rig rig = manageable("redfish-virtual-media", "uefi", SERVER + "/");
        rig.verb(LifecycleEvent.INSPECT);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.media()).containsExactly("media: cdrom has " + IMAGE);
        rig.verb(LifecycleEvent.PROVIDE);
        rig.settle();
        rig.edit(node -> node.toBuilder().instanceInfo(Map.of("image_source", "tiny")).build());
        rig.verb(LifecycleEvent.DEPLOY);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(rig.media()).endsWith("media: [CDROM] emptied");
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.machine().hostBoots()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"redfish-https,media: boots " + IMAGE, "http-ipxe,", "ipxe,"})
    void other_ways_lead_into_the_ramdisk_too(String boot, String media) {
        Rig rig = manageable(boot, "uefi", SERVER);
        rig.verb(LifecycleEvent.INSPECT);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(String.join("", rig.media())).isEqualTo(media == null ? "" : media);
    }

    @ParameterizedTest
    @CsvSource({"bios,http://172.22.0.1:8088,needs UEFI", "uefi,,driver_info/external_http_url of node web-1 is ''", "uefi,172.22.0.1,is '172.22.0.1'",
            "uefi,http://172.22.0.1:8088/path,such as http://172.22.0.1:8088"})
    void what_a_virtual_drive_needs_is_told(String mode, String server, String told) {
        Rig rig = manageable("redfish-virtual-media", mode, server == null ? "" : server);
        rig.verb(LifecycleEvent.INSPECT);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.INSPECT_FAILED);
        assertThat(rig.node().lastError()).contains(told);
        assertThat(rig.media()).isEmpty();
    }
}
