package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.EventLog;
import io.bessemer.core.driver.SystemEvent;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.command.SetUserPassword;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiSettings;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Event log, parts, accounts, network and watchdog of OpenIPMI's simulator, as `ipmitool` reads them and as we do.
class IpmiSimBmcTest {
    private static final String LONG_PASSWORD = "twenty-bytes-are-max";

    @TempDir
    private Path directory;

    private IpmiSim simulator;
    private IpmiHardwareType ipmi;
    private BmcInterface bmc;
    private DriverNode node;

    @BeforeEach
    void start() throws Exception {
        Files.copy(IpmiSimBmcTest.class.getResourceAsStream("/fru.bin"), directory.resolve("fru.bin"));
        simulator = IpmiSim.start(directory, resource("/sensors.emu") + resource("/events.emu") + "mc_add_fru_data 0x20 0 512 file 0 \"%s\"\n".formatted(directory.resolve("fru.bin")));
        ipmi = new IpmiHardwareType(IpmiSettings.defaults().withBreaker(100, Duration.ofSeconds(1)));
        bmc = ipmi.bmc().orElseThrow();
        node = TestNodes.node(simulator.port());
    }

    private static String resource(String name) throws Exception {
        try (InputStream in = IpmiSimBmcTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterEach
    void stop() throws Exception {
        ipmi.close();
        if (simulator != null) {
            simulator.close();
        }
    }

    @Test
    void events_are_those_of_ipmitool() throws Exception {
        EventLog log = bmc.events(node, 100);
        assertThat(log.entries()).isEqualTo(15);
        assertThat(log.overflow()).isFalse();
        List<String> rows = ipmitool("sel", "elist").lines().filter(line -> !line.isBlank()).toList();
        assertThat(rows).hasSize(15);
        int compared = 0;
        for (int i = 0; i < rows.size(); i++) {
            SystemEvent event = log.events().get(i);
            String[] row = cells(rows.get(i), "\\|");
            assertThat(event.record()).isEqualTo(Integer.parseInt(row[0], 16));
            if (row.length < 5 || row[3].startsWith("Unknown")) {
                continue;
            }
            assertThat(event.sinceStart()).as(rows.get(i)).isEqualTo(Duration.ofSeconds(Long.parseLong(row[2])));
            if (row[3].startsWith("OEM record")) {
                assertThat(event.event()).isEqualTo("OEM record 0xc1 of manufacturer 0x000157");
                assertThat(row[5]).isEqualTo(event.raw());
                continue;
            }
            assertThat(row[4]).as(rows.get(i)).isEqualTo(event.event());
            assertThat(row[5].equals("Asserted")).isEqualTo(event.asserted());
            String sensor = event.sensor() == null ? "#0x%02x".formatted(event.number()) : event.sensor().startsWith("Drive") || event.sensor().startsWith("CPU1 S") ? "" : event.sensor();
            assertThat(row[3].replace("Watchdog2", "Watchdog 2")).startsWith(event.sensorType()).endsWith(sensor);
            if (row.length > 6) {
                String[] said = row[6].split(" "); // Reading 95 > Threshold 90 degrees C
                assertThat("%.2f".formatted(event.reading())).isEqualTo("%.2f".formatted(Double.parseDouble(said[1])));
                assertThat("%.2f".formatted(event.threshold())).isEqualTo("%.2f".formatted(Double.parseDouble(said[4])));
                assertThat(event.unit()).isEqualTo(said[5].equals("Volts") ? "V" : "Cel");
            }
            compared++;
        }
        assertThat(compared).isEqualTo(12);
        assertThat(log.events().get(6)).satisfies(event -> {
            assertThat(event.source()).isEqualTo("SMI handler");
            assertThat(event.health()).isEqualTo("Critical");
            assertThat(event.raw()).isEqualTo("a10102");
        });
        assertThat(log.events().get(14).event()).isEqualTo("OEM record 0xf0");
    }

    private static String[] cells(String row, String separator) {
        return Arrays.stream(row.split(separator)).map(String::strip).toArray(String[]::new);
    }

    @Test
    void the_newest_are_read_without_the_others() throws Exception {
        bmc.events(node, 100); // learns the sensors
        long before = ipmi.counters().get(Event.SENT);
        assertThat(bmc.events(node, 3).events()).extracting(SystemEvent::record).containsExactly(13, 14, 15);
        assertThat(ipmi.counters().get(Event.SENT) - before).as("info, newest, first of three, three, SDR info, time").isEqualTo(8);
    }

    @Test
    void the_clock_is_set_and_stamps_what_follows() throws Exception {
        assertThat(bmc.events(node, 1).clock()).as("it counts from its start").isNull();
        Instant now = Instant.parse("2026-03-01T10:00:00Z");
        bmc.setClock(node, now);
        ipmitool("raw", "0x0a", "0x44", "0", "0", "2", "0", "0", "0", "0", "0x20", "0", "4", "1", "1", "1", "0x59", "95", "90"); // Add SEL Entry
        EventLog log = bmc.events(node, 1);
        assertThat(log.clock()).isBetween(now, now.plusSeconds(60));
        assertThat(log.events().getFirst().at()).isBetween(now, now.plusSeconds(60));
        assertThat(log.events().getFirst().sinceStart()).isNull();
        assertThat(log.events().getFirst().sensorType()).isEqualTo("Temperature");
    }

    @Test
    void a_cleared_log_is_empty() throws Exception {
        bmc.clearEvents(node);
        assertThat(bmc.events(node, 10).events()).isEmpty();
        assertThat(ipmitool("sel", "info")).containsPattern("Entries +: 0");
        bmc.clearEvents(node);
    }

    @Test
    void parts_are_those_of_ipmitool() throws Exception {
        List<BmcInterface.Fru> all = bmc.fru(node);
        assertThat(all).hasSize(1);
        assertThat(all.getFirst().name()).isEqualTo("Builtin FRU Device");
        Map<String, String> ours = new LinkedHashMap<>();
        all.getFirst().facts().forEach((area, facts) -> {
            if (facts instanceof Map<?, ?> fields) {
                fields.forEach((field, value) -> (value instanceof List<?> many ? many.stream() : Stream.of(value)).forEach(one -> ours.merge(area + " " + field, one.toString(), String::concat)));
            }
        });
        Map<String, String> words = Map.ofEntries(Map.entry("Chassis Type", "chassis type"), Map.entry("Chassis Part Number", "chassis part_number"), Map.entry("Chassis Serial", "chassis serial"),
                Map.entry("Chassis Extra", "chassis custom"), Map.entry("Board Mfg", "board manufacturer"), Map.entry("Board Product", "board name"), Map.entry("Board Serial", "board serial"),
                Map.entry("Board Part Number", "board part_number"), Map.entry("Board Extra", "board custom"), Map.entry("Product Manufacturer", "product manufacturer"),
                Map.entry("Product Name", "product name"), Map.entry("Product Part Number", "product part_number"), Map.entry("Product Version", "product version"),
                Map.entry("Product Serial", "product serial"), Map.entry("Product Asset Tag", "product asset_tag"));
        List<String> compared = new ArrayList<>();
        for (String line : ipmitool("fru", "print").lines().toList()) {
            String[] row = cells(line, " : ");
            if (row.length == 2 && words.containsKey(row[0])) {
                assertThat(ours.get(words.get(row[0]))).as(line).isEqualTo(row[1]);
                compared.add(row[0]);
            }
        }
        assertThat(compared).hasSize(15);
        assertThat(all.getFirst().facts()).containsEntry("multirecords", List.of("power supply information", "OEM record 0xc0")).doesNotContainKey("errors");
    }

    @Test
    void the_description_is_that_of_ipmitool() throws Exception {
        for (String[] setting : new String[][] {{"ipsrc", "dhcp"}, {"ipaddr", "10.1.2.3"}, {"netmask", "255.255.254.0"}, {"defgw", "ipaddr", "10.1.2.1"}, {"vlan", "id", "1234"}}) {
            ipmitool(Stream.concat(Stream.of("lan", "set", "1"), Arrays.stream(setting)).toArray(String[]::new));
        }
        Map<String, Object> told = bmc.description(node);
        Map<String, String> mc = facts(ipmitool("mc", "info"));
        assertThat(told).containsEntry("firmware", mc.get("Firmware Revision")).containsEntry("ipmi_version", mc.get("IPMI Version"))
                .containsEntry("manufacturer_id", Integer.valueOf(mc.get("Manufacturer ID"))).containsEntry("device_revision", Integer.valueOf(mc.get("Device Revision")));
        assertThat(told.get("guid")).isEqualTo(facts(ipmitool("mc", "guid")).get("System GUID"));
        Map<String, String> theirs = facts(ipmitool("lan", "print", "1"));
        Map<?, ?> lan = (Map<?, ?>) told.get("lan");
        assertThat(theirs.get("IP Address")).isEqualTo("10.1.2.3");
        assertThat(lan.get("address")).isEqualTo(theirs.get("IP Address"));
        assertThat(lan.get("mask")).isEqualTo(theirs.get("Subnet Mask"));
        assertThat(lan.get("gateway")).isEqualTo(theirs.get("Default Gateway IP"));
        assertThat(lan.get("mac")).isEqualTo(theirs.get("MAC Address"));
        assertThat(theirs.get("IP Address Source")).isEqualTo("DHCP Address");
        assertThat(lan.get("source")).isEqualTo("DHCP");
        assertThat(String.valueOf(lan.get("vlan"))).isEqualTo(theirs.get("802.1q VLAN ID")).isEqualTo("1234");
        List<?> suites = (List<?>) lan.get("cipher_suites");
        assertThat(suites.stream().map(suite -> ((Map<?, ?>) suite).get("id").toString()).toList()).isEqualTo(List.of(theirs.get("RMCP+ Cipher Suites").split(",")));
        assertThat(suites).allSatisfy(suite -> assertThat(((Map<?, ?>) suite).get("privilege")).isEqualTo("ADMINISTRATOR"));
        List<?> accounts = (List<?>) told.get("accounts");
        List<String> rows = ipmitool("user", "list", "1").lines().filter(line -> line.matches("[23] .*")).toList();
        assertThat(accounts).hasSize(2).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
            String[] row = rows.get(i).split("\\s+");
            Map<?, ?> account = (Map<?, ?>) accounts.get(i);
            assertThat(List.of(account.get("id").toString(), account.get("name"), account.get("link_authentication").toString(), account.get("messaging").toString(), account.get("privilege")))
                    .isEqualTo(List.of(row[0], row[1], row[3], row[4], row[5]));
        }
        assertThat(told.get("warnings").toString()).contains("Account 'admin' (user 2) has a name that makers ship").doesNotContain("anonymous", "Cipher suite 0");
        assertThat(told.toString()).doesNotContain(IpmiSim.PASSWORD);
    }

    private static Map<String, String> facts(String said) {
        Map<String, String> facts = new LinkedHashMap<>();
        said.lines().map(line -> line.split(":", 2)).filter(row -> row.length == 2).forEach(row -> facts.putIfAbsent(row[0].strip(), row[1].strip()));
        return facts;
    }

    @Test
    void an_operator_is_warned_of_open_doors() throws Exception {
        ipmitool("user", "priv", "1", "4", "1");
        ipmitool("user", "enable", "1");
        ipmitool("channel", "setaccess", "1", "1", "ipmi=on", "privilege=4");
        ipmitool("user", "set", "password", "2", "admin");
        DriverNode known = TestNodes.node(simulator.port(), "ipmi_password", "admin");
        assertThat(bmc.description(known).get("warnings").toString()).contains("The anonymous account (user 1) is enabled with privilege ADMINISTRATOR",
                "The password of account 'admin', by which the BMC is driven, is one that makers ship");
    }

    @Test
    void a_password_is_set_and_tried_by_a_new_login() throws Exception {
        String password = "sixteen-at-most.";
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        assertThat(bmc.admits(node, password)).isFalse();
        bmc.setPassword(node, password);
        assertThat(bmc.admits(node, password)).isTrue();
        assertThat(bmc.admits(node, IpmiSim.PASSWORD)).as("a session that is open does not count").isFalse();
        assertThat(ipmi.power().state(node)).as("it goes on, though").isEqualTo(PowerState.OFF);
    }

    /// As it does with ipmitool's.
    @Test
    void of_a_long_password_the_simulator_keeps_sixteen_bytes() throws Exception {
        bmc.setPassword(node, LONG_PASSWORD);
        assertThat(bmc.admits(node, LONG_PASSWORD)).isFalse();
        assertThat(bmc.admits(node, LONG_PASSWORD.substring(0, 16))).isTrue();
    }

    @Test
    void a_password_is_sent_in_sixteen_or_twenty_bytes_and_never_shown() {
        assertThat(HexFormat.of().formatHex(new SetUserPassword(2, "secret").call().data())).isEqualTo("0202" + "736563726574" + "00".repeat(10));
        assertThat(HexFormat.of().formatHex(new SetUserPassword(3, LONG_PASSWORD).call().data())).isEqualTo("8302" + HexFormat.of().formatHex(LONG_PASSWORD.getBytes(StandardCharsets.US_ASCII)));
        assertThat(new SetUserPassword(2, "secret") + " " + new SetUserPassword(2, "secret").call() + " " + new SetUserPassword(2, "secret").title()).doesNotContain("secret");
    }

    @Test
    void while_a_password_is_pending_the_one_that_works_is_taken() throws Exception {
        DriverNode pending = TestNodes.node(simulator.port(), "ipmi_password_pending", "next-password");
        assertThat(ipmi.power().state(pending)).isEqualTo(PowerState.OFF);
        bmc.setPassword(pending, "next-password");
        simulator.close();
        simulator.start(); // it forgets sessions, and what was set
        ipmi.power().state(pending);
        bmc.setPassword(pending, "next-password");
        try (IpmiHardwareType later = new IpmiHardwareType(IpmiSettings.defaults().withBreaker(100, Duration.ofSeconds(1)))) {
            assertThat(later.power().state(pending)).isEqualTo(PowerState.OFF);
            long logins = later.counters().get(Event.SESSION_OPENED);
            assertThat(later.power().state(pending)).isEqualTo(PowerState.OFF);
            assertThat(later.bmc().orElseThrow().events(pending, 100).events()).isNotEmpty();
            assertThat(later.counters().get(Event.SESSION_OPENED)).as("the one that worked is asked first").isEqualTo(logins);
            DriverNode neither = TestNodes.node(simulator.port(), "ipmi_password", "wrong", "ipmi_password_pending", "wrong-too");
            assertThatThrownBy(() -> later.power().state(neither)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.AUTHENTICATION))
                    .hasMessageNotContaining("wrong-too");
        }
    }

    @Test
    void a_password_that_a_BMC_cannot_have_is_refused_without_being_told() {
        for (String bad : List.of("", "twenty-one-characters", "with blank", "umläut", "tab\t")) {
            assertThatThrownBy(() -> bmc.checkPassword(node, bad)).as(bad).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.CONFIGURATION))
                    .hasMessageContaining("has %d characters; IPMI 2.0 allows 1 to 20".formatted(bad.length()));
        }
        DriverNode open = TestNodes.node(simulator.port(), "ipmi_cipher_suite", "0");
        assertThatThrownBy(() -> bmc.checkPassword(open, "good-password")).hasMessageContaining("takes any password");
    }

    /// The simulator has no timer that resets its machine, and does not say how much is left.
    @Test
    void a_watchdog_is_told() throws Exception {
        ipmitool("raw", "0x06", "0x24", "0x44", "0x00", "0x00", "0x00", "0x10", "0x27");
        Map<String, Object> told = new LinkedHashMap<>(Map.of("running", true, "use", "SMS/OS", "action", "none", "timeout_seconds", 1000.0));
        told.put("left_seconds", null);
        assertThat(bmc.description(node).get("watchdog")).isEqualTo(told);
        assertThat(bmc.description(node).get("warnings").toString()).doesNotContain("watchdog");
    }

    private String ipmitool(String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of("ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", Integer.toString(simulator.port()), "-U", IpmiSim.USER, "-P", IpmiSim.PASSWORD));
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        process.waitFor();
        return said;
    }
}
