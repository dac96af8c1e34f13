package io.bessemer.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedfishInspectionTest {
    private static Map<String, Object> look(StubbedBmc bmc, RedfishHardwareType driver) throws DriverException {
        return driver.inspection().orElseThrow().look(bmc.node()).inventory();
    }

    @Test
    void dell_has_threads_memory_volumes_before_drives_and_links() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            Map<String, Object> found = look(bmc, driver);
            assertThat(found.get("cpu")).as("the graphics adapter is no processor").isEqualTo(Map.of("architecture", "x86_64", "count", 48L, "frequency", 4000L,
                    "model_name", "Intel(R) Xeon(R) Silver 4116 CPU @ 2.10GHz"));
            assertThat(found.get("memory")).isEqualTo(Map.of("physical_mb", 196608L));
            assertThat(found.get("disks")).as("of the controller with a volume that one, of the other the drive that is there").isEqualTo(List.of(
                    Map.of("name", "Virtual Disk 0", "size", 958999298048L),
                    Map.of("name", "Solid State Disk 0", "size", 240057409536L, "model", "SSDSCKJB240G7R", "serial", "PHDW00000000240A", "vendor", "INTEL", "rotational", false)));
            assertThat(found.get("interfaces")).isEqualTo(List.of(
                    Map.of("name", "NIC.Integrated.1-1-1", "mac_address", "e4:43:4b:00:00:01", "has_carrier", true, "speed_mbps", 10240L),
                    Map.of("name", "NIC.Integrated.1-2-1", "mac_address", "e4:43:4b:00:00:02", "has_carrier", false)));
            assertThat(found.get("system_vendor")).isEqualTo(Map.of("product_name", "PowerEdge R640", "serial_number", "CN00000000000A", "manufacturer", "Dell Inc.",
                    "system_uuid", "4c4c4544-0000-1000-8000-b0c04f000001"));
            assertThat(found.get("boot")).isEqualTo(Map.of("current_boot_mode", "uefi"));
        }
    }

    @Test
    void hpe_shows_sockets_without_processors_and_interfaces_without_addresses() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5"); RedfishHardwareType driver = bmc.driver()) {
            Map<String, Object> found = look(bmc, driver);
            assertThat((Map<?, ?>) found.get("cpu")).extracting("count").isEqualTo(24L);
            assertThat(found.get("interfaces")).isEqualTo(List.of(Map.of("name", "1", "mac_address", "98:f2:b3:00:00:01")));
            assertThat(found.get("disks")).isEqualTo(List.of());
        }
    }

    @Test
    void supermicro_has_simple_storage_and_a_fraction_of_memory_and_says_nothing_of_its_processors() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("supermicro-x11"); RedfishHardwareType driver = bmc.driver()) {
            Map<String, Object> found = look(bmc, driver);
            assertThat(found.get("cpu")).isEqualTo(Map.of("count", 2L, "model_name", "Intel(R) Xeon(R) processor"));
            assertThat(found.get("memory")).isEqualTo(Map.of("physical_mb", 768L));
            assertThat(found.get("disks")).isEqualTo(List.of(Map.of("name", "SATA Disk 0", "size", 500107862016L, "model", "ST500NM0011", "vendor", "Seagate")));
            assertThat(found.get("boot")).isEqualTo(Map.of("current_boot_mode", "bios"));
        }
    }

    @Test
    void lenovo_that_knows_nothing_yet_is_not_an_error_of_the_bmc() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("xcc"); RedfishHardwareType driver = bmc.driver()) {
            Map<String, Object> found = look(bmc, driver);
            assertThat(found.get("memory")).isEqualTo(Map.of());
            assertThat(found.get("interfaces")).isEqualTo(List.of());
        }
    }

    @Test
    void a_bmc_that_fails_half_way_fails_the_inspection() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            bmc.answers("GET", "/redfish/v1/Systems/System.Embedded.1/Storage", 500, "{}");
            assertThatThrownBy(() -> look(bmc, driver)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.BUSY));
        }
    }
}
