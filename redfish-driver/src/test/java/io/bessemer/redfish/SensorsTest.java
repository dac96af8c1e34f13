package io.bessemer.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.driver.Sensor.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What each vendor's BMC tells of its sensors, by its written answers.
class SensorsTest {
    private static final String DELL = "/redfish/v1/Chassis/System.Embedded.1";
    private static final String DELL_DRIVE = "/redfish/v1/Systems/System.Embedded.1/Storage/RAID.Integrated.1-1/Drives/Disk.Bay.0";

    private static List<Sensor> read(StubbedBmc bmc) throws Exception {
        try (RedfishHardwareType driver = bmc.driver()) {
            return driver.management().sensors(bmc.node());
        }
    }

    /// `Fan 0@1 Fan 1: 16.0 Percent Enabled OK`
    private static List<String> lines(List<Sensor> sensors) {
        return sensors.stream().map(sensor -> "%s %s %s: %s %s %s %s".formatted(sensor.kind().wire(), sensor.id(), sensor.name(), sensor.reading(), sensor.unit(),
                sensor.state(), sensor.health())).toList();
    }

    private static Sensor named(List<Sensor> sensors, String name) {
        return sensors.stream().filter(sensor -> sensor.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void dell_tells_temperatures_fans_supplies_what_the_machine_draws_and_drives() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9")) {
            List<Sensor> sensors = read(bmc);
            assertThat(lines(sensors)).containsExactly("Temperature iDRAC.Embedded.1#CPU1Temp@System.Embedded.1 CPU1 Temp: 38.0 Cel Enabled OK",
                    "Temperature iDRAC.Embedded.1#SystemBoardInletTemp@System.Embedded.1 System Board Inlet Temp: 23.0 Cel Enabled OK",
                    "Fan 0x17||Fan.Embedded.1A@System.Embedded.1 System Board Fan1A: 4560.0 RPM Enabled OK",
                    "Power PSU.Slot.1:Power@System.Embedded.1 PS1 Status: 71.5 W Enabled OK",
                    "Power PSU.Slot.2:Power@System.Embedded.1 PS2 Status: null null UnavailableOffline Critical",
                    "Power control-PowerControl:Power@System.Embedded.1 System Power Control: 142.0 W null null",
                    "Drive Physical Disk 0:1:0:RAID.Integrated.1-1@System.Embedded.1 Physical Disk 0:1:0: null null Enabled null",
                    "Drive Physical Disk 0:1:1:RAID.Integrated.1-1@System.Embedded.1 Physical Disk 0:1:1: null null Enabled Warning",
                    "Drive Solid State Disk 0:AHCI.Embedded.1-1@System.Embedded.1 Solid State Disk 0: null null Enabled null");
            assertThat(named(sensors, "System Board Inlet Temp").thresholds()).isEqualTo(Map.of(Threshold.LOWER_CRITICAL, -7.0, Threshold.LOWER_NON_CRITICAL, 3.0,
                    Threshold.UPPER_CRITICAL, 42.0, Threshold.UPPER_NON_CRITICAL, 38.0));
            assertThat(named(sensors, "CPU1 Temp").physicalContext()).isEqualTo("CPU");
            assertThat(named(sensors, "CPU1 Temp").facts()).isEqualTo(Map.of("identity", "iDRAC.Embedded.1#CPU1Temp", "sensor_number", 1L));
            assertThat(named(sensors, "PS1 Status").facts()).isEqualTo(Map.of("identity", "PSU.Slot.1", "power_capacity_watts", 750L, "line_input_voltage", 230L,
                    "serial_number", "CN000000000001"));
            assertThat(named(sensors, "Solid State Disk 0").facts()).isEqualTo(Map.of("model", "SSDSCKJB240G7R", "capacity_bytes", 240057409536L));
            assertThat(bmc.requests("GET", DELL + "/Sensors")).as("it has Thermal, which tells the same in one answer").isEmpty();
        }
    }

    @Test
    void hpe_writes_zero_degrees_for_what_is_absent_which_is_no_reading() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5")) {
            List<Sensor> sensors = read(bmc);
            assertThat(lines(sensors)).containsExactly("Temperature 0@1 01-Inlet Ambient: 20.0 Cel Enabled OK", "Temperature 2@1 03-CPU 2: null null Absent null",
                    "Fan 0@1 Fan 1: 16.0 Percent Enabled OK", "Power 0:Power@1 HpeServerPowerSupply: 56.0 W Enabled OK", "Power control-0:Power@1 : 94.0 W null null");
            assertThat(named(sensors, "HpeServerPowerSupply").facts()).containsEntry("last_power_output_watts", 56L);
        }
    }

    @Test
    void supermicro_has_drives_in_the_older_way_and_two_of_one_name_are_both_told() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("supermicro-x11")) {
            bmc.set("/redfish/v1/Systems/1/SimpleStorage/1", "/Devices", List.of(Map.of("Name", "SATA Disk", "Status", Map.of("State", "Enabled", "Health", "OK")),
                    Map.of("Name", "SATA Disk", "Status", Map.of("State", "Enabled", "Health", "Critical"))));
            List<Sensor> sensors = read(bmc);
            assertThat(lines(sensors)).containsExactly("Temperature 0@1 CPU1 Temp: 45.0 Cel Enabled OK", "Fan 0@1 FAN1: 6700.0 RPM Enabled OK", "Fan 1@1 FAN2: null null Absent null",
                    "Power 0:Power@1 Power Supply Bay 1: 68.0 W Enabled OK", "Power control-0:Power@1 System Power Control: 126.0 W Enabled OK",
                    "Drive SATA Disk:1@1 SATA Disk: null null Enabled OK", "Drive SATA Disk:1@1#2 SATA Disk: null null Enabled Critical");
            assertThat(named(sensors, "CPU1 Temp").thresholds()).containsOnlyKeys(Threshold.values()).containsEntry(Threshold.UPPER_FATAL, 83.0);
            assertThat(named(sensors, "FAN1").facts()).isEqualTo(Map.of("identity", "0", "min_reading_range", 300L, "max_reading_range", 25500L));
        }
    }

    private static final String[] NEWER = {"Temperature temperature_inlet@chassis inlet: 24.5 Cel Enabled OK", "Fan fantach_fan0@chassis fan0: 8200.0 RPM Enabled OK",
        "Power powersupply0:PowerSubsystem@chassis powersupply0: null null Enabled OK", "Power power_total@chassis total power: 311.0 W Enabled OK"};

    @Test
    void a_newer_bmc_has_a_resource_for_each_sensor() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("openbmc")) {
            List<Sensor> sensors = read(bmc);
            assertThat(lines(sensors)).containsExactly(NEWER);
            assertThat(named(sensors, "inlet").thresholds()).isEqualTo(Map.of(Threshold.UPPER_NON_CRITICAL, 40.0, Threshold.UPPER_CRITICAL, 45.0));
        }
    }

    @Test
    void a_bmc_that_can_give_a_collection_with_its_members_is_asked_once() throws Exception {
        String collection = "/redfish/v1/Chassis/chassis/Sensors";
        try (StubbedBmc bmc = new StubbedBmc("openbmc")) {
            bmc.set("/redfish/v1/", "/ProtocolFeaturesSupported/ExpandQuery/NoLinks", true);
            bmc.answers("GET", collection + "?$expand=.($levels=1)", 200, """
                    {"Members": [{"@odata.id": "%1$s/temperature_inlet", "Id": "temperature_inlet", "Name": "inlet", "ReadingType": "Temperature", "Reading": 24.5,
                      "Status": {"Health": "OK", "State": "Enabled"}}]}""".formatted(collection));
            assertThat(lines(read(bmc))).containsExactly(NEWER[0], NEWER[2]);
            assertThat(bmc.requests("GET", collection)).isEmpty();
            assertThat(bmc.requests("GET", collection + "/temperature_inlet")).isEmpty();
            assertThat(bmc.requests("GET", "/redfish/v1/Chassis/chassis/PowerSubsystem/PowerSupplies/powersupply0")).as("whose collection was refused so").hasSize(1);
        }
    }

    @Test
    void a_part_that_is_refused_or_not_there_or_no_sensor_costs_only_itself() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9")) {
            bmc.answers("GET", DELL + "/Thermal", 500, "{}");
            bmc.answers("GET", DELL_DRIVE, 404, "{}");
            bmc.set(DELL + "/Power", "/PowerSupplies", Arrays.asList(null, 7, Map.of("Name", 7, "Status", "fine", "LastPowerOutputWatts", "many")));
            assertThat(lines(read(bmc))).containsExactly("Power 2:Power@System.Embedded.1 : null null null null",
                    "Power control-PowerControl:Power@System.Embedded.1 System Power Control: 142.0 W null null",
                    "Drive Physical Disk 0:1:1:RAID.Integrated.1-1@System.Embedded.1 Physical Disk 0:1:1: null null Enabled Warning",
                    "Drive Solid State Disk 0:AHCI.Embedded.1-1@System.Embedded.1 Solid State Disk 0: null null Enabled null");
        }
    }

    @Test
    void a_bmc_that_tells_nothing_because_it_refuses_is_an_error_and_one_that_has_nothing_is_not() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5")) {
            bmc.answers("GET", "/redfish/v1/Chassis/1/", 403, StubbedBmc.error("Base.1.8.InsufficientPrivilege", "There are insufficient privileges.", ""));
            assertThatThrownBy(() -> read(bmc)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                    .hasMessageContaining("GET /redfish/v1/Chassis/1/ was answered 403");
            bmc.answers("GET", "/redfish/v1/Chassis/1/", 404, "{}");
            assertThat(read(bmc)).isEmpty();
        }
    }

    @Test
    void a_bmc_with_no_end_of_sensors_is_cut() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5")) {
            List<Map<String, Object>> fans = new ArrayList<>();
            IntStream.range(0, 600).forEach(i -> fans.add(Map.of("MemberId", "0", "Name", "f".repeat(1000), "Reading", i)));
            bmc.set("/redfish/v1/Chassis/1/Thermal/", "/Fans", fans);
            List<Sensor> found = read(bmc).stream().filter(sensor -> sensor.kind() == Sensor.Kind.FAN).toList();
            assertThat(found).hasSize(256).allMatch(sensor -> sensor.name().length() == 255).extracting(Sensor::id).doesNotHaveDuplicates().contains("0@1", "0@1#256");
        }
    }
}
