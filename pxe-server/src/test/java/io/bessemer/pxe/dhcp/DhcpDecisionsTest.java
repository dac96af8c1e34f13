package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.Capture;
import io.bessemer.pxe.MemoryLeases;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.RecordingDirectory;
import io.bessemer.pxe.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DhcpDecisionsTest {
    private static final String MAC = "52:54:00:22:00:0b"; // of all captures
    private static final String OTHER = "52:54:00:22:00:0c";
    private static final Inet4Address SERVER = address("172.22.0.1");
    private static final Subnet RELAYED = new Subnet(address("10.9.0.1"), 24, address("10.9.0.10"), address("10.9.0.20"), Optional.of(address("10.9.0.1")), List.of());

    private final RecordingDirectory directory = new RecordingDirectory();
    private final MemoryLeases store = new MemoryLeases();
    private final SettableClock clock = new SettableClock();
    private final PxeCounters counters = new PxeCounters();
    private LeaseIndex leases = new LeaseIndex(store, clock);
    private boolean discovery;
    private String lastOfRange = "172.22.0.200";

    @ParameterizedTest
    @ValueSource(strings = {"bios-virtio-ipxerom.pcap", "bios-e1000-sata.pcap", "uefi-virtio-ipxerom.pcap", "uefi-virtio-ovmf.pcap", "uefi-virtio-httpboot.pcap"})
    void captured_machines_get_what_the_server_of_the_capture_gave_them_and_our_files(String name) throws Exception {
        directory.ramdiskFor(MAC);
        Capture capture = Capture.read(name);
        List<byte[]> requests = capture.dhcpRequests();
        List<byte[]> replies = capture.dhcpReplies();
        Inet4Address given = null;
        for (int i = 0; i < requests.size(); i++) {
            DhcpMessage request = DhcpMessageTest.decode(requests.get(i));
            DhcpMessage theirs = DhcpMessageTest.decode(replies.get(i));
            if (request.type() == DhcpMessageType.REQUEST) { // takes the address that the other server had offered: let it take ours
                request = withAddress(request, given);
            }
            DhcpMessage ours = DhcpMessageTest.decode(DhcpMessageTest.encode(answer(request).orElseThrow()));
            given = ours.yourAddress();
            assertThat(ours.type()).isEqualTo(theirs.type());
            assertThat(ours.transaction()).isEqualTo(theirs.transaction());
            assertThat(ours.broadcast()).isEqualTo(theirs.broadcast());
            for (int code : List.of(DhcpOption.SERVER_IDENTIFIER, DhcpOption.LEASE_TIME, DhcpOption.RENEWAL_TIME, DhcpOption.REBINDING_TIME, DhcpOption.SUBNET_MASK,
                    DhcpOption.BROADCAST_ADDRESS, DhcpOption.ROUTER, DhcpOption.VENDOR_CLASS)) {
                assertThat(hex(ours, code)).as("option " + code).isEqualTo(hex(theirs, code));
            }
            String theirFile = theirs.bootFile().isEmpty() ? theirs.options().text(DhcpOption.BOOT_FILE_NAME).orElse("") : theirs.bootFile();
            String expected = switch (theirFile) {
                case "http://172.22.0.1:8080/boot.ipxe" -> "http://172.22.0.1:8088/boot/script/" + MAC;
                case "http://172.22.0.1:8080/ipxe.efi" -> "http://172.22.0.1:8088/boot/files/snponly.efi";
                default -> theirFile;
            };
            assertThat(ours.bootFile()).isEqualTo(expected);
            assertThat(ours.options().text(DhcpOption.BOOT_FILE_NAME).orElse("")).isEqualTo(expected);
            boolean boots = !expected.isEmpty();
            assertThat(hex(ours, DhcpOption.CLIENT_UUID)).isEqualTo(boots ? hex(request, DhcpOption.CLIENT_UUID) : "absent");
            assertThat(ours.nextServer()).isEqualTo(boots ? SERVER : DhcpMessage.NO_ADDRESS);
        }
        assertThat(directory.events).extracting(Object::toString).contains("dhcp/discover", "dhcp/offer", "dhcp/request", "dhcp/ack");
    }

    @Test
    void a_machine_that_nobody_knows_is_answered_only_in_discovery() throws Exception {
        assertThat(answer(ipxeDiscover())).isEmpty();
        assertThat(counters.value("dhcp.unknown")).isEqualTo(1);
        discovery = true;
        assertThat(answer(ipxeDiscover())).isPresent();
    }

    @Test
    void a_machine_that_shall_boot_its_disk_is_led_to_a_script_that_sends_it_there() throws Exception {
        directory.localDiskFor(MAC);
        List<byte[]> ovmf = Capture.read("uefi-virtio-ovmf.pcap").dhcpRequests();
        assertThat(answer(DhcpMessageTest.decode(ovmf.getFirst())).orElseThrow().bootFile()).isEqualTo("snponly.efi");
        assertThat(answer(ipxeDiscover()).orElseThrow().bootFile()).endsWith("/boot/script/" + MAC);
        DhcpMessage system = answer(DhcpMessageTest.decode(ovmf.get(ovmf.size() - 2))).orElseThrow();
        assertThat(system.type()).isEqualTo(DhcpMessageType.OFFER);
        assertThat(system.bootFile()).isEmpty();
    }

    @Test
    void a_machine_keeps_its_address_over_a_restart_of_the_server() throws Exception {
        directory.ramdiskFor(MAC);
        Inet4Address first = lease(MAC);
        leases = new LeaseIndex(store, clock);
        leases.load();
        clock.now = clock.now.plus(Duration.ofDays(30));
        assertThat(answer(ipxeDiscover()).orElseThrow().yourAddress()).isEqualTo(first);
        assertThat(leases.macAt(first)).contains(new MacAddress(MAC));
    }

    @Test
    void the_four_kinds_of_request_are_acknowledged_or_refused() {
        directory.ramdiskFor(MAC).ramdiskFor(OTHER);
        Inet4Address held = lease(MAC);
        Inet4Address others = lease(OTHER);
        Inet4Address none = DhcpMessage.NO_ADDRESS;
        // renewing and rebinding: ciaddr
        assertThat(type(request(MAC, held, null, null))).isEqualTo(DhcpMessageType.ACK);
        assertThat(type(request(MAC, others, null, null))).isEqualTo(DhcpMessageType.NAK);
        // init-reboot: option 50
        assertThat(type(request(MAC, none, held, null))).isEqualTo(DhcpMessageType.ACK);
        assertThat(type(request(MAC, none, others, null))).isEqualTo(DhcpMessageType.NAK);
        assertThat(type(request(MAC, none, address("192.168.7.7"), null))).isEqualTo(DhcpMessageType.NAK);
        // selecting: option 50 and our identifier
        assertThat(type(request(MAC, none, held, SERVER))).isEqualTo(DhcpMessageType.ACK);
        assertThat(type(request(MAC, none, others, SERVER))).isEqualTo(DhcpMessageType.NAK);
        // our offer of before a restart
        leases = new LeaseIndex(new MemoryLeases(), clock);
        assertThat(type(request(MAC, none, held, SERVER))).isEqualTo(DhcpMessageType.ACK);
        // neither
        assertThat(answer(request(MAC, none, null, null))).isEmpty();
    }

    @Test
    void a_request_to_another_server_is_reported_and_not_answered() {
        directory.ramdiskFor(MAC);
        assertThat(answer(request(MAC, DhcpMessage.NO_ADDRESS, address("172.22.0.50"), address("172.22.0.9")))).isEmpty();
        assertThat(counters.value("dhcp.foreign-server")).isEqualTo(1);
        assertThat(directory.events).anySatisfy(event -> {
            assertThat(event.event()).isEqualTo("foreign-server");
            assertThat(event.details()).containsEntry("server", "172.22.0.9");
        });
    }

    @Test
    void an_exhausted_range_is_counted_and_lost_leases_of_unknown_machines_are_given_again() throws Exception {
        lastOfRange = "172.22.0.100";
        discovery = true;
        Inet4Address only = lease(OTHER); // unknown
        directory.ramdiskFor(MAC);
        assertThat(answer(ipxeDiscover())).isEmpty();
        assertThat(counters.value("dhcp.exhausted")).isEqualTo(1);
        clock.now = clock.now.plus(Duration.ofHours(2));
        assertThat(answer(ipxeDiscover()).orElseThrow().yourAddress()).isEqualTo(only);
        assertThat(lease(MAC)).isEqualTo(only);
        // a known machine's is kept
        clock.now = clock.now.plus(Duration.ofDays(2));
        assertThat(answer(discover(OTHER))).isEmpty();
    }

    @Test
    void a_declined_address_is_left_alone_for_a_while() {
        directory.ramdiskFor(MAC);
        Inet4Address declined = lease(MAC);
        assertThat(answer(message(MAC, DhcpMessageType.DECLINE, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, declined, SERVER))).isEmpty();
        Inet4Address next = lease(MAC);
        assertThat(next).isNotEqualTo(declined);
        assertThat(store.list()).extracting(Lease::address).containsExactly(next);
    }

    @Test
    void a_released_address_stays_with_a_known_machine_and_is_forgotten_of_an_unknown_one() {
        discovery = true;
        directory.ramdiskFor(MAC);
        Inet4Address known = lease(MAC);
        Inet4Address unknown = lease(OTHER);
        answer(message(MAC, DhcpMessageType.RELEASE, known, DhcpMessage.NO_ADDRESS, null, SERVER));
        answer(message(OTHER, DhcpMessageType.RELEASE, unknown, DhcpMessage.NO_ADDRESS, null, SERVER));
        assertThat(store.list()).extracting(Lease::address).containsExactly(known);
    }

    @Test
    void an_inform_is_answered_without_a_lease() {
        directory.ramdiskFor(MAC);
        DhcpMessage reply = answer(message(MAC, DhcpMessageType.INFORM, address("172.22.0.77"), DhcpMessage.NO_ADDRESS, null, null)).orElseThrow();
        assertThat(reply.type()).isEqualTo(DhcpMessageType.ACK);
        assertThat(reply.yourAddress()).isEqualTo(DhcpMessage.NO_ADDRESS);
        assertThat(reply.options().codes()).doesNotContain(DhcpOption.LEASE_TIME).contains(DhcpOption.SUBNET_MASK);
        assertThat(store.list()).isEmpty();
    }

    @Test
    void a_relayed_machine_gets_an_address_of_its_own_network_and_the_relay_its_option_back() {
        directory.ramdiskFor(MAC);
        DhcpMessage relayed = message(MAC, DhcpMessageType.DISCOVER, DhcpMessage.NO_ADDRESS, address("10.9.0.1"), null, null);
        DhcpMessage reply = answer(relayed).orElseThrow();
        assertThat(RELAYED.inRange(reply.yourAddress())).isTrue();
        assertThat(reply.yourAddress()).isNotEqualTo(RELAYED.router().orElseThrow());
        assertThat(reply.options().order().getLast()).isEqualTo(DhcpOption.RELAY_AGENT);
        assertThat(ReplyRoute.of(relayed, reply)).isEqualTo(new ReplyRoute.ToRelay(address("10.9.0.1")));
        assertThat(answer(message(MAC, DhcpMessageType.DISCOVER, DhcpMessage.NO_ADDRESS, address("10.10.0.1"), null, null))).isEmpty();
        assertThat(counters.value("dhcp.no-subnet")).isEqualTo(1);
    }

    @Test
    void a_machine_whose_cable_moved_to_another_interface_gets_an_address_there() {
        directory.ramdiskFor(MAC);
        var first = new PxeSettings.Interface("prov", SERVER, 24, address("172.22.0.100"), address("172.22.0.200"), Optional.empty(), List.of());
        var second = new PxeSettings.Interface("prov2", address("172.23.0.1"), 24, address("172.23.0.100"), address("172.23.0.200"), Optional.empty(), List.of());
        var settings = new PxeSettings(List.of(first, second), 67, 68, 69, 8088, Path.of("boot"), Path.of("images"), false, PxeSettings.DEFAULT_LEASE_TIME, false, true);
        var decisions = new DhcpDecisions(settings, directory, leases, counters);
        Inet4Address before = decisions.answer(discover(MAC), first, 8088).orElseThrow().yourAddress();
        decisions.answer(request(MAC, DhcpMessage.NO_ADDRESS, before, SERVER), first, 8088).orElseThrow();

        assertThat(decisions.answer(request(MAC, DhcpMessage.NO_ADDRESS, before, null), second, 8088).orElseThrow().type()).isEqualTo(DhcpMessageType.NAK);
        DhcpMessage offer = decisions.answer(discover(MAC), second, 8088).orElseThrow();
        assertThat(second.subnet().inRange(offer.yourAddress())).isTrue();
        DhcpMessage ack = decisions.answer(request(MAC, DhcpMessage.NO_ADDRESS, offer.yourAddress(), second.address()), second, 8088).orElseThrow();
        assertThat(ack.type()).isEqualTo(DhcpMessageType.ACK);
        assertThat(ack.options().address(DhcpOption.SERVER_IDENTIFIER)).contains(second.address());
        assertThat(leases.macAt(before)).isEmpty();
        assertThat(leases.macAt(offer.yourAddress())).contains(new MacAddress(MAC));
    }

    @Test
    void answers_go_where_rfc_2131_sends_them() throws Exception {
        directory.ramdiskFor(MAC);
        DhcpMessage ipxe = ipxeDiscover();
        DhcpMessage offer = answer(ipxe).orElseThrow();
        assertThat(ReplyRoute.of(ipxe, offer)).isEqualTo(new ReplyRoute.ToNewClient(offer.yourAddress()));
        DhcpMessage ovmf = DhcpMessageTest.decode(Capture.read("uefi-virtio-ovmf.pcap").dhcpRequests().getFirst());
        assertThat(ReplyRoute.of(ovmf, answer(ovmf).orElseThrow())).isEqualTo(new ReplyRoute.ToEveryone());
        DhcpMessage renewing = request(MAC, lease(MAC), null, null);
        assertThat(ReplyRoute.of(renewing, answer(renewing).orElseThrow())).isEqualTo(new ReplyRoute.ToClient(renewing.clientAddress()));
        DhcpMessage wrong = request(MAC, DhcpMessage.NO_ADDRESS, address("192.168.7.7"), null);
        assertThat(ReplyRoute.of(wrong, answer(wrong).orElseThrow())).isEqualTo(new ReplyRoute.ToEveryone());
    }

    private Optional<DhcpMessage> answer(DhcpMessage message) {
        var on = new PxeSettings.Interface("prov", SERVER, new Subnet(SERVER, 24, address("172.22.0.100"), address(lastOfRange), Optional.of(SERVER), List.of()), List.of(RELAYED));
        PxeSettings settings = PxeSettings.of(on, Path.of("boot"), Path.of("images")).withDiscovery(discovery);
        return new DhcpDecisions(settings, directory, leases, counters).answer(message, on, 8088);
    }

    private DhcpMessageType type(DhcpMessage message) {
        return answer(message).orElseThrow().type();
    }

    private Inet4Address lease(String mac) {
        Inet4Address offered = answer(discover(mac)).orElseThrow().yourAddress();
        assertThat(type(request(mac, DhcpMessage.NO_ADDRESS, offered, SERVER))).isEqualTo(DhcpMessageType.ACK);
        return offered;
    }

    private static DhcpMessage ipxeDiscover() throws Exception {
        return DhcpMessageTest.decode(Capture.read("bios-virtio-ipxerom.pcap").dhcpRequests().getFirst());
    }

    private static DhcpMessage discover(String mac) {
        return message(mac, DhcpMessageType.DISCOVER, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, null, null);
    }

    private static DhcpMessage request(String mac, Inet4Address clientAddress, Inet4Address requested, Inet4Address server) {
        return message(mac, DhcpMessageType.REQUEST, clientAddress, DhcpMessage.NO_ADDRESS, requested, server);
    }

    private static DhcpMessage message(String mac, DhcpMessageType type, Inet4Address clientAddress, Inet4Address relay, Inet4Address requested, Inet4Address server) {
        var options = DhcpOptions.builder().type(type).bytes(DhcpOption.RELAY_AGENT, (byte) 1, (byte) 1, (byte) 9);
        if (requested != null) {
            options.address(DhcpOption.REQUESTED_ADDRESS, requested);
        }
        if (server != null) {
            options.address(DhcpOption.SERVER_IDENTIFIER, server);
        }
        return new DhcpMessage(false, 0, 99, 0, false, clientAddress, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, relay, new MacAddress(mac), "", "", type, options.build());
    }

    private static DhcpMessage withAddress(DhcpMessage request, Inet4Address address) {
        var options = DhcpOptions.builder();
        request.options().order().forEach(code -> options.echo(code, request.options()));
        options.address(DhcpOption.REQUESTED_ADDRESS, address);
        return new DhcpMessage(false, request.hops(), request.transaction(), request.secondsElapsed(), request.broadcast(), request.clientAddress(), request.yourAddress(), request.nextServer(),
                request.relay(), request.mac(), "", "", request.type(), options.build());
    }

    private static String hex(DhcpMessage message, int code) {
        return message.options().bytes(code).map(HexFormat.of()::formatHex).orElse("absent");
    }

    static Inet4Address address(String literal) {
        try {
            return (Inet4Address) InetAddress.getByName(literal);
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static final class SettableClock extends Clock {
        private Instant now = Instant.parse("2026-11-23T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
