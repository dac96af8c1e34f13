package io.bessemer.host.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.host.protocol.HostReport.Capacity;
import io.bessemer.host.protocol.HostReport.Check;
import io.bessemer.host.protocol.HostReport.CheckStatus;
import io.bessemer.host.protocol.HostReport.FirstBoot;
import io.bessemer.host.protocol.HostReport.FirstBootStatus;
import io.bessemer.host.protocol.HostReport.Guest;
import io.bessemer.host.protocol.HostReport.VerificationState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";
    private static final String REQUEST = "-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void every_message_survives_the_way_to_a_map_and_back() throws DecodeException {
        var ticket = new JoinTicket("https://10.0.0.1:6387", UUID.randomUUID(), "one-time", CERTIFICATE, "az1", "az1-kvm");
        assertThat(JoinTicket.fromMap(ticket.toMap())).isEqualTo(ticket);
        var request = new JoinRequest(REQUEST, "0.1.0", "h1");
        assertThat(JoinRequest.fromMap(request.toMap())).isEqualTo(request);
        var answer = new JoinAnswer(CERTIFICATE, NOW, orders(HostPhase.VERIFYING));
        assertThat(JoinAnswer.fromMap(answer.toMap())).isEqualTo(answer);
        var renewal = new CertificateRequest(REQUEST);
        assertThat(CertificateRequest.fromMap(renewal.toMap())).isEqualTo(renewal);
        var renewed = new CertificateAnswer(CERTIFICATE, NOW);
        assertThat(CertificateAnswer.fromMap(renewed.toMap())).isEqualTo(renewed);
        assertThat(HostReport.fromMap(report().toMap())).isEqualTo(report());
        var first = new HostReport("0.1.0", "h1", NOW, "", new FirstBoot(FirstBootStatus.RUNNING, List.of()), Map.of(), Capacity.NONE, null, List.of());
        assertThat(HostReport.fromMap(first.toMap())).isEqualTo(first);
    }

    @Test
    void equal_orders_have_equal_ids_and_others_do_not() {
        assertThat(orders(HostPhase.ENABLED).id()).isEqualTo(orders(HostPhase.ENABLED).id()).hasSize(32)
                .isNotEqualTo(orders(HostPhase.VERIFYING).id());
    }

    @Test
    void tokens_are_not_shown() {
        assertThat(new JoinTicket("https://h", new UUID(0, 1), "hush", CERTIFICATE, "", "").toString()).doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            url   | http://10.0.0.1:6387 | url must be https://HOST:PORT, but is 'http://10.0.0.1:6387'
            url   | https://u@h          | url must be https://HOST:PORT, but is 'https://u@h'
            node  | 17                   | node must be a UUID, but is '17'
            ca    | trust me             | ca must be a PEM text of at most 16384 characters that begins with -----BEGIN CERTIFICATE-----, but is 'trust me'
            token |                      | token must be a text of at most 65536 characters, but is absent
            """)
    void a_bad_ticket_names_the_field(String field, String value, String complaint) {
        var map = new LinkedHashMap<>(new JoinTicket("https://h", new UUID(0, 1), "t", CERTIFICATE, "", "").toMap());
        map.put(field, value);
        assertThatThrownBy(() -> JoinTicket.fromMap(map)).isInstanceOf(DecodeException.class).hasMessage(complaint);
    }

    @Test
    void bad_orders_name_the_field() {
        assertComplaint("phase", "idle", "phase must be one of verifying, enabled, draining, leaving, quarantined, but is 'idle'");
        assertComplaint("verification", null, "verification must be an object, but is absent");
        assertComplaint("verification", Map.of("id", 1, "checks", List.of(7), "timeout_seconds", 5),
                "verification.checks must be a list of texts, but is 'a list of 1'");
        assertComplaint("report_every_seconds", 0, "report_every_seconds must be a whole number from 1 to 3600, but is 0");
        assertComplaint("shut_down_guests", "no", "shut_down_guests must be true or false, but is 'no'");
    }

    @Test
    void names_and_paths_of_orders_cannot_leave_their_place() {
        assertComplaint("networks", List.of(Map.of("name", "a'/><b", "bridge", "br0", "cidr", "10.0.0.0/24")),
                "networks[0].name must be a name of 1 to 63 letters, digits, '.', '_' and '-', but is 'a'/><b'");
        assertComplaint("networks", List.of(Map.of("name", "a", "bridge", "a-bridge-too-long", "cidr", "10.0.0.0/24")),
                "networks[0].bridge must be at most 15 characters, but is 'a-bridge-too-long'");
        assertComplaint("networks", List.of(Map.of("name", "a", "bridge", "br0", "nic", "eth0", "cidr", "10.0.0.0/24")),
                "networks[0].cidr must be given without a nic, and absent with one, but is '10.0.0.0/24'");
        assertComplaint("storage_pools", List.of(Map.of("name", "a", "path", "/srv/../etc")),
                "storage_pools[0].path must be an absolute path of letters, digits, '.', '_' and '-', without '..', but is '/srv/../etc'");
    }

    @Test
    void a_bad_report_names_the_field() {
        Map<String, Object> map = new LinkedHashMap<>(report().toMap());
        map.put("guests", List.of(Map.of("uuid", "1", "name", "g")));
        assertThatThrownBy(() -> HostReport.fromMap(map)).hasMessage("guests[0].uuid must be a UUID, but is '1'");
        map.put("guests", List.of());
        map.put("time", "noon");
        assertThatThrownBy(() -> HostReport.fromMap(map)).hasMessage("time must be a time as in 2026-01-01T00:00:00Z, but is 'noon'");
        map.put("time", NOW.toString());
        map.put("verification", Map.of("id", 1, "state", "passed", "checks", List.of(Map.of("check", "cpu", "status", "passed", "seconds", Double.NaN))));
        assertThatThrownBy(() -> HostReport.fromMap(map)).hasMessage("verification.checks[0].seconds must be a number from 0.0 to 2.147483647E9, but is NaN");
    }

    @Test
    void what_files_say_is_not_shown_and_counts_for_the_id() {
        HostOrders orders = orders(HostPhase.ENABLED);
        assertThat(orders.toString()).contains("/etc/nova/nova.conf").doesNotContain("hush");
        assertThat(with(List.of(new HostFile("/etc/nova/nova.conf", "0640", "root:nova", "password = other\n"))).id()).isNotEqualTo(orders.id());
        assertThat(with(orders.files()).id()).isEqualTo(orders.id());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            path  | /etc/../root/.profile
            path  | /etc/./passwd        
            path  | /etc//passwd         
            path  | /etcetera/nova       
            path  | /var/log/nova        
            path  | etc/nova             
            path  | /etc                 
            mode  | 4755                 
            mode  | 640                  
            owner | nova                 
            """)
    void a_file_that_a_host_may_not_be_given_names_the_field(String field, String value) {
        var allowed = Map.of("path", "an absolute path below /etc or /var/lib of letters, digits, '@', '.', '_' and '-', without '..'",
                "mode", "four octal digits as in 0640, the first one 0", "owner", "user:group as in root:nova");
        var file = new LinkedHashMap<String, Object>(Map.of("path", "/etc/a", "mode", "0640", "owner", "root:root", "content", "hush"));
        file.put(field, value);
        assertComplaint("files", List.of(file), "files[0].%s must be %s, but is '%s'".formatted(field, allowed.get(field), value));
    }

    @Test
    void files_and_services_have_limits_and_no_complaint_says_what_is_in_them() {
        var large = Map.of("path", "/etc/a", "mode", "0640", "owner", "root:root", "content", "x".repeat(HostFile.MOST_BYTES));
        Map<String, Object> map = new LinkedHashMap<>(orders(HostPhase.ENABLED).toMap());
        map.put("files", List.of(large));
        assertThatCode(() -> HostOrders.fromMap(map)).doesNotThrowAnyException();
        var more = Map.of("path", "/etc/b", "mode", "0640", "owner", "root:root", "content", "\u00e9");
        assertComplaint("files", List.of(large, more), "files must be of at most 1048576 bytes together, but is 1048578");
        assertComplaint("files", List.of(more, more), "files must be one of each path, but is 'two of /etc/b'");
        assertComplaint("files", Collections.nCopies(65, more), "files must be a list of at most 64 elements, but is 'a list of 65'");
        assertComplaint("files", List.of(Map.of("path", "/etc/b", "mode", "0640", "owner", "root:root", "content", List.of("hush"))),
                "files[0].content must be a text, but is absent");
        assertComplaint("services", List.of("--now"), "services must be names of systemd's units, as in nova-compute, but is '--now'");
    }

    @Test
    void orders_of_a_server_that_knows_no_files_are_understood() throws DecodeException {
        Map<String, Object> map = new LinkedHashMap<>(orders(HostPhase.ENABLED).toMap());
        map.remove("files");
        map.remove("services");
        assertThat(HostOrders.fromMap(map).files()).isEmpty();
        assertThat(HostOrders.fromMap(map).services()).isEmpty();
    }

    @Test
    void orders_with_guests_and_moves_survive_the_way_and_have_another_id() throws DecodeException {
        HostOrders plain = orders(HostPhase.ENABLED);
        HostOrders orders = plain.withGuests(List.of(guest("g1", GuestOrder.GuestState.RUNNING, "<domain/>"), guest("g2", GuestOrder.GuestState.SHUT_OFF, "<domain/>"),
                guest("g3", GuestOrder.GuestState.ABSENT, "")), List.of(MOVE));
        assertThat(HostOrders.fromMap(orders.toMap())).isEqualTo(orders);
        assertThat(orders.id()).hasSize(32).isNotEqualTo(plain.id());
        assertThat(orders.withGuests(orders.guests(), orders.moves()).id()).isEqualTo(orders.id());
        assertThat(orders.withGuests(orders.guests(), List.of()).id()).isNotEqualTo(orders.id());
        assertThat(orders.withGuests(List.of(guest("g1", GuestOrder.GuestState.RUNNING, "<domain>hush</domain>")), List.of()).toString()).contains("g1").doesNotContain("hush");
        assertThat(plain.withGuests(List.of(), List.of()).id()).isEqualTo(plain.id());
    }

    @Test
    void a_guest_or_a_move_that_a_host_may_not_be_given_names_the_field_and_not_the_definition() {
        Map<String, Object> guest = new LinkedHashMap<>(guest("g1", GuestOrder.GuestState.RUNNING, "hush").toMap());
        guest.put("state", "paused");
        assertComplaint("guests", List.of(guest), "guests[0].state must be one of running, shut off, absent, but is 'paused'");
        guest.put("state", "running");
        guest.put("name", "../g");
        assertComplaint("guests", List.of(guest), "guests[0].name must be a name of 1 to 63 letters, digits, '.', '_' and '-', but is '../g'");
        guest.put("name", "g1");
        guest.put("xml", List.of("hush"));
        assertComplaint("guests", List.of(guest), "guests[0].xml must be a text, but is absent");
        guest.put("xml", "x".repeat(GuestOrder.MOST_XML_BYTES + 1));
        assertComplaint("guests", List.of(guest), "guests must be with xml of at most 65536 bytes each, but is '65537 bytes of guest g1'");
        guest.put("xml", "hush");
        assertComplaint("guests", List.of(guest, guest), "guests must be one of each uuid and name, but is 'two of g1'");
        assertComplaint("guests", Collections.nCopies(1001, guest), "guests must be a list of at most 1000 elements, but is 'a list of 1001'");
        var many = new java.util.ArrayList<Map<String, Object>>();
        for (int i = 0; i < 65; i++) {
            many.add(new GuestOrder(new UUID(0, i), "g" + i, GuestOrder.GuestState.RUNNING, "x".repeat(GuestOrder.MOST_XML_BYTES)).toMap());
        }
        assertComplaint("guests", many, "guests must be with xml of at most 4194304 bytes together, but is 4259840");
        for (String uri : List.of("qemu+tls://h2/system", "qemu+ssh://10.0.0.6/system", "qemu+tls://10.0.0.6/system?no_verify=1", "qemu:///system")) {
            Map<String, Object> move = new LinkedHashMap<>(MOVE.toMap());
            move.put("uri", uri);
            assertComplaint("moves", List.of(move), "moves[0].uri must be libvirt's URI of a host as in qemu+tls://10.0.0.6/system, but is '%s'".formatted(uri));
        }
    }

    @Test
    void what_an_older_peer_does_not_say_of_guests_is_none() throws DecodeException {
        Map<String, Object> orders = new LinkedHashMap<>(orders(HostPhase.ENABLED).toMap());
        orders.remove("guests");
        orders.remove("moves");
        assertThat(HostOrders.fromMap(orders).guests()).isEmpty();
        assertThat(HostOrders.fromMap(orders).moves()).isEmpty();
        Map<String, Object> report = new LinkedHashMap<>(report().toMap());
        report.keySet().removeAll(List.of("guest_orders", "guest_errors", "moves"));
        Map<String, Object> guest = new LinkedHashMap<>(report().guests().getFirst().toMap());
        guest.remove("consoles");
        report.put("guests", List.of(guest));
        HostReport read = HostReport.fromMap(report);
        assertThat(read.guests().getFirst().consoles()).isEmpty();
        assertThat(read.guestErrors()).isEmpty();
        assertThat(read.moves()).isEmpty();
        assertThat(read.guestOrders()).as("it follows all that it knows").isEqualTo(read.orders());
    }

    @Test
    void a_report_tells_of_guests_their_consoles_errors_and_moves() throws DecodeException {
        HostReport plain = report();
        var told = new HostReport(plain.version(), plain.hostname(), plain.time(), plain.orders(), plain.firstBoot(), plain.facts(), plain.capacity(), plain.verification(),
                List.of(new Guest("6f1c7b1e-0000-4000-8000-000000000001", "g1", "running", 1, 256, List.of("vnc://127.0.0.1:5900", "pty:/dev/pts/3"))), "c3d4",
                Map.of("6f1c7b1e-0000-4000-8000-000000000002", "no such network"),
                List.of(new MoveReport(MOVE.guest(), 7, MoveReport.State.FAILED, "no route"), new MoveReport(new UUID(0, 9), 8, MoveReport.State.RUNNING, "3 of 256 MiB copied")));
        assertThat(HostReport.fromMap(told.toMap())).isEqualTo(told);
        Map<String, Object> map = new LinkedHashMap<>(told.toMap());
        map.put("moves", List.of(Map.of("guest", MOVE.guest().toString(), "number", 7, "state", "lost")));
        assertThatThrownBy(() -> HostReport.fromMap(map)).hasMessage("moves[0].state must be one of waiting, running, failed, gone, but is 'lost'");
    }

    @Test
    void a_host_is_reached_by_libvirts_uri_with_its_address() {
        assertThat(MoveOrder.uri("qemu:///system", "10.0.0.6")).isEqualTo("qemu+tls://10.0.0.6/system");
        assertThat(MoveOrder.uri("qemu:///system", "fd00::6")).isEqualTo("qemu+tls://[fd00::6]/system");
        assertThat(new MoveOrder(MOVE.guest(), "g1", 1, "qemu+tls://[fd00::6]/system", "h2").address()).isEqualTo("[fd00::6]");
        assertThat(MOVE.address()).isEqualTo("10.0.0.6");
    }

    private static final MoveOrder MOVE = new MoveOrder(UUID.fromString("6f1c7b1e-0000-4000-8000-000000000001"), "g1", 7, "qemu+tls://10.0.0.6/system", "h2");

    private static GuestOrder guest(String name, GuestOrder.GuestState state, String xml) {
        return new GuestOrder(UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)), name, state, xml);
    }

    private static HostOrders with(List<HostFile> files) {
        HostOrders orders = orders(HostPhase.ENABLED);
        return HostOrders.of(orders.phase(), orders.zone(), orders.pool(), orders.hypervisor(), orders.verification(), orders.networks(), orders.storagePools(),
                files, orders.services(), orders.shutDownGuests(), orders.reportEvery());
    }

    private static void assertComplaint(String field, Object value, String complaint) {
        Map<String, Object> map = new LinkedHashMap<>(orders(HostPhase.ENABLED).toMap());
        map.put(field, value);
        assertThatThrownBy(() -> HostOrders.fromMap(map)).isInstanceOf(DecodeException.class).hasMessage(complaint);
    }

    private static HostOrders orders(HostPhase phase) {
        return HostOrders.of(phase, "az1", "az1-kvm", "kvm", new HostOrders.Verification(1, List.of("cpu", "canary"), Duration.ofMinutes(20)),
                List.of(new HostOrders.Network("default", "virbr0", null, "192.168.122.0/24"), new HostOrders.Network("lan", "br0", "eth0", null)),
                List.of(new HostOrders.StoragePool("default", "/var/lib/libvirt/images")),
                List.of(new HostFile("/etc/nova/nova.conf", "0640", "root:nova", "password = hush\n")), List.of("nova-compute"), false, Duration.ofSeconds(10));
    }

    private static HostReport report() {
        return new HostReport("0.1.0", "h1", NOW, "a1b2", new FirstBoot(FirstBootStatus.ERROR, List.of("no mirror")),
                Map.of("kernel", "6.1.0", "cpu", Map.of("threads", 2)), new Capacity(2, 2048, 8, 1, 1, 256, 3),
                new HostReport.Verification(1, VerificationState.FAILED,
                        List.of(new Check("cpu", CheckStatus.PASSED, "svm", 0.1), new Check("canary", CheckStatus.FAILED, "no line", 61))),
                List.of(new Guest("6f1c7b1e-0000-4000-8000-000000000001", "g1", "shut off", 1, 256)));
    }
}
