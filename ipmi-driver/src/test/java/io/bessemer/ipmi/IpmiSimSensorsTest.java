package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.driver.Sensor.Kind;
import io.bessemer.core.driver.Sensor.Threshold;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiSettings;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sensors of OpenIPMI's simulator, which gives no record at once (0xCA), as `ipmitool` reads them and as we do.
class IpmiSimSensorsTest {
    /// ipmitool's words, and ours
    private static final Map<String, String> UNITS = Map.of("degrees C", "Cel", "degrees F", "Cel", "Volts", "V", "Amps", "A", "Watts", "W", "RPM", "RPM", "percent", "Percent");
    /// as `ipmitool sensor` prints them after the state
    private static final List<Threshold> COLUMNS = List.of(Threshold.LOWER_FATAL, Threshold.LOWER_CRITICAL, Threshold.LOWER_NON_CRITICAL, Threshold.UPPER_NON_CRITICAL,
            Threshold.UPPER_CRITICAL, Threshold.UPPER_FATAL);
    private static final Map<String, String> HEALTH = Map.of("ok", "OK", "nc", "Warning", "cr", "Critical", "nr", "Critical");

    @TempDir
    private static Path directory;

    private static IpmiSim simulator;
    private static IpmiHardwareType ipmi;

    @BeforeAll
    static void start() throws Exception {
        try (InputStream sensors = IpmiSimSensorsTest.class.getResourceAsStream("/sensors.emu")) {
            simulator = IpmiSim.start(directory, new String(sensors.readAllBytes(), StandardCharsets.UTF_8));
        }
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
    void readings_units_thresholds_and_health_are_those_of_ipmitool() throws Exception {
        Map<String, Sensor> ours = read();
        int compared = 0;
        for (String[] row : ipmitool()) {
            if (row[2].equals("discrete")) {
                continue;
            }
            Sensor sensor = row[1].equals("30.000") ? ours.get("IPMI") : ours.get(row[0]); // it does not know 6-bit names
            assertThat(sensor).as("%s", (Object) row).isNotNull();
            boolean fahrenheit = row[2].equals("degrees F");
            double expected = fahrenheit ? (Double.parseDouble(row[1]) - 32) / 1.8 : Double.parseDouble(row[1]);
            assertThat(sensor.reading()).as(row[0]).isCloseTo(expected, within(0.0006));
            assertThat(sensor.unit()).as(row[0]).isEqualTo(UNITS.get(row[2]));
            assertThat(sensor.health()).as(row[0]).isEqualTo(HEALTH.get(row[3]));
            assertThat(sensor.state()).isEqualTo("Enabled");
            for (Threshold threshold : COLUMNS) {
                String limit = row[4 + COLUMNS.indexOf(threshold)];
                Double told = sensor.thresholds().get(threshold);
                if (limit.equals("na")) {
                    assertThat(told).as("%s %s", row[0], threshold).isNull();
                } else {
                    assertThat(told).as("%s %s", row[0], threshold).isCloseTo(Double.parseDouble(limit), within(0.0006));
                }
            }
            compared++;
        }
        assertThat(compared).isEqualTo(11);
    }

    @Test
    void states_are_told_in_words() throws Exception {
        Map<String, Sensor> sensors = read();
        assertThat(sensors.get("PS1 Status")).satisfies(sensor -> {
            assertThat(sensor.kind()).isEqualTo(Kind.POWER);
            assertThat(sensor.id()).isEqualTo("PS1 Status (0x8)");
            assertThat(sensor.physicalContext()).isEqualTo("PowerSupply");
            assertThat(sensor.reading()).isNull();
            assertThat(sensor.unit()).isNull();
            assertThat(sensor.state()).isEqualTo("Present; Input lost");
            assertThat(sensor.health()).isEqualTo("Critical");
            assertThat(sensor.facts()).containsEntry("sensor_number", 8).containsEntry("entity", "10.1");
        });
        assertThat(sensors.get("Drive 0")).satisfies(sensor -> {
            assertThat(sensor.kind()).isEqualTo(Kind.DRIVE);
            assertThat(sensor.state()).isEqualTo("Present; Predictive failure");
            assertThat(sensor.health()).isEqualTo("Warning");
        });
        assertThat(sensors.get("Drive 1")).satisfies(sensor -> {
            assertThat(sensor.state()).isEqualTo("Absent");
            assertThat(sensor.health()).isNull();
            assertThat(sensor.facts()).containsEntry("entity", "26.2");
        });
        assertThat(sensors.get("PS Redundancy").state()).isEqualTo("Redundancy lost");
        assertThat(sensors).doesNotContainKey("CPU1 Status").hasSize(15);
    }

    @Test
    void a_second_reading_does_not_read_the_records_again() throws Exception {
        read();
        long before = ipmi.counters().get(Event.SENT);
        Map<String, Sensor> again = read();
        assertThat(again).hasSize(15);
        assertThat(ipmi.counters().get(Event.SENT) - before).as("info, 15 readings, thresholds of 11").isEqualTo(1 + 15 + 11);
    }

    @Test
    void clients_that_ask_at_once_do_not_take_each_other_the_reservation() throws Exception {
        DriverNode node = TestNodes.node(simulator.port());
        try (IpmiHardwareType other = new IpmiHardwareType(IpmiSettings.defaults()); ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Sensor>>> answers = clients.invokeAll(Collections.nCopies(4, () -> other.management().sensors(node)));
            for (Future<List<Sensor>> answer : answers) {
                assertThat(answer.get()).hasSize(15);
            }
            assertThat(other.counters().get(Event.SENT)).as("one walk of less than 120 requests, and the readings of each").isLessThan(120 + 4 * 27);
        }
    }

    private static Map<String, Sensor> read() throws Exception {
        DriverNode node = TestNodes.node(simulator.port());
        return ipmi.management().sensors(node).stream().collect(Collectors.toMap(Sensor::name, sensor -> sensor, (one, _) -> one, LinkedHashMap::new));
    }

    /// Rows of `ipmitool sensor`, its cells without blanks.
    private static List<String[]> ipmitool() throws Exception {
        Process process = new ProcessBuilder("ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", Integer.toString(simulator.port()), "-U", IpmiSim.USER, "-P",
                IpmiSim.PASSWORD, "sensor").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor()).isZero();
        return said.lines().map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toArray(String[]::new)).toList();
    }
}
