package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.network.VisitorLimit;
import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.Capture;
import io.bessemer.pxe.DhcpMode;
import io.bessemer.pxe.MemoryLeases;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.RecordingDirectory;
import io.bessemer.pxe.Reservations;
import io.bessemer.pxe.Subnet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DhcpDecisionsTest {
    private static final String MAC = "52:54:00:22:00:0b"; // of all captures
    private static final String OTHER = "52:54:00:22:00:0c";
    private static final Inet4Address SERVER = address("172.22.0.1");
    private static final Subnet RELAYED = new Subnet(address("10.9.0.1"), 24, address("10.9.0.10"), address("10.9.0.20"), Optional.of(address("10.9.0.1")), List.of());

    @TempDir
    Path boot;

    private final RecordingDirectory directory = new RecordingDirectory();
    private final MemoryLeases store = new MemoryLeases();
    private final SettableClock clock = new SettableClock();
    private final PxeCounters counters = new PxeCounters();
    private LeaseIndex leases = new LeaseIndex(store, clock);
    private boolean discovery;
    private AddressProbe probe = AddressProbe.NONE;
    private Reservations reservations = Reservations.NONE;
    private Set<Inet4Address> foreignServers = Set.of();
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
    void a_relay_names_the_network_and_the_servers_address_when_its_own_say_nothing() {
        directory.ramdiskFor(MAC);
        Inet4Address relayAddress = address("192.168.77.1"); // in no network that we know
        Inet4Address override = address("10.9.0.1");
        byte[] said = {5, 4, 10, 9, 0, 1, 11, 4, 10, 9, 0, 1};
        DhcpMessage offer = answer(relayed(DhcpMessageType.DISCOVER, relayAddress, said, null, null)).orElseThrow();
        assertThat(RELAYED.inRange(offer.yourAddress())).isTrue();
        assertThat(offer.options().address(DhcpOption.SERVER_IDENTIFIER)).contains(override);
        assertThat(offer.options().bytes(DhcpOption.RELAY_AGENT)).contains(said);
        DhcpMessage request = relayed(DhcpMessageType.REQUEST, relayAddress, said, offer.yourAddress(), override);
        DhcpMessage ack = answer(request).orElseThrow();
        assertThat(ack.type()).isEqualTo(DhcpMessageType.ACK);
        assertThat(ReplyRoute.of(request, ack)).isEqualTo(new ReplyRoute.ToRelay(relayAddress));
        // without the relay's word that address is another server's
        assertThat(answer(relayed(DhcpMessageType.REQUEST, address("10.9.0.1"), new byte[] {1, 1, 9}, offer.yourAddress(), override))).isEmpty();
        // cut off in the middle: nothing is said
        assertThat(answer(relayed(DhcpMessageType.DISCOVER, relayAddress, new byte[] {5, 4, 10, 9}, null, null))).isEmpty();
        // a client that plays relay is not believed
        DhcpMessage local = message(MAC, DhcpMessageType.DISCOVER, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, null, null);
        var options = DhcpOptions.builder().bytes(DhcpOption.RELAY_AGENT, said).addAll(local.options()).build();
        DhcpMessage pretending = new DhcpMessage(false, 0, 99, 0, false, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, new MacAddress(MAC), "", "",
                DhcpMessageType.DISCOVER, options);
        assertThat(answer(pretending).orElseThrow().yourAddress().getHostAddress()).startsWith("172.22.0.");
    }

    private static DhcpMessage relayed(DhcpMessageType type, Inet4Address relay, byte[] said, Inet4Address requested, Inet4Address server) {
        DhcpMessage plain = message(MAC, type, DhcpMessage.NO_ADDRESS, relay, requested, server);
        var options = DhcpOptions.builder().bytes(DhcpOption.RELAY_AGENT, said).addAll(plain.options()).build();
        return new DhcpMessage(false, 1, 99, 0, false, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, relay, new MacAddress(MAC), "", "", type, options);
    }

    @Test
    void a_reserved_address_is_its_machines_alone_within_the_range_or_not() {
        directory.ramdiskFor(MAC).ramdiskFor(OTHER);
        lastOfRange = "172.22.0.100";
        Inet4Address before = lease(MAC); // the only one of the range
        reservations = new Reservations(Map.of(new MacAddress(MAC), address("172.22.0.20"), new MacAddress("52:54:00:22:00:0d"), address("172.22.0.100")));
        assertThat(type(request(MAC, before, null, null))).as("the address is reserved for another").isEqualTo(DhcpMessageType.NAK);
        assertThat(lease(MAC)).isEqualTo(address("172.22.0.20"));
        assertThat(answer(discover(OTHER))).as("the range's only address is another's").isEmpty();
        reservations = new Reservations(Map.of(new MacAddress(MAC), address("172.22.0.20")));
        assertThat(lease(OTHER)).isEqualTo(before);
        assertThat(type(request(OTHER, DhcpMessage.NO_ADDRESS, address("172.22.0.20"), SERVER))).isEqualTo(DhcpMessageType.NAK);
    }

    @Test
    void an_address_that_somebody_uses_is_not_offered_and_the_user_is_named() {
        directory.ramdiskFor(MAC).ramdiskFor(OTHER);
        lastOfRange = "172.22.0.101";
        var asked = new ArrayList<Inet4Address>();
        probe = (_, address, _) -> {
            asked.add(address);
            return address.equals(address("172.22.0.100")) ? Optional.of(new AddressProbe.User(Optional.of(new MacAddress("52:54:00:99:99:99")))) : Optional.empty();
        };
        DhcpMessage discover = discover(MAC);
        var wanting = DhcpOptions.builder().address(DhcpOption.REQUESTED_ADDRESS, address("172.22.0.100")).addAll(discover.options()).build();
        DhcpMessage offer = answer(new DhcpMessage(false, 0, 99, 0, false, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, new MacAddress(MAC), "", "",
                DhcpMessageType.DISCOVER, wanting)).orElseThrow();
        assertThat(offer.yourAddress()).isEqualTo(address("172.22.0.101"));
        assertThat(asked).containsExactly(address("172.22.0.100"), address("172.22.0.101"));
        assertThat(counters.value("dhcp.conflicts")).isEqualTo(1);
        assertThat(directory.events).anySatisfy(event -> {
            assertThat(event.event()).isEqualTo("conflict");
            assertThat(event.message()).isEqualTo("172.22.0.100 is in use by 52:54:00:99:99:99; another address is offered");
        });
        // who has its address is not made to wait
        assertThat(lease(MAC)).isEqualTo(address("172.22.0.101"));
        assertThat(asked).hasSize(2);
        // nobody else gets the address in the next 10 minutes
        assertThat(answer(discover(OTHER))).isEmpty();
        // a machine that answers for itself, by its old system or a service processor, is no conflict
        probe = (_, _, _) -> Optional.of(new AddressProbe.User(Optional.of(new MacAddress(OTHER))));
        clock.now = clock.now.plus(Duration.ofMinutes(11));
        assertThat(lease(OTHER)).isEqualTo(address("172.22.0.100"));
    }

    @Test
    void what_another_server_on_the_same_database_gave_is_honoured_and_not_given_again() {
        directory.ramdiskFor(MAC).ramdiskFor(OTHER);
        lastOfRange = "172.22.0.101";
        LeaseIndex first = leases;
        LeaseIndex second = new LeaseIndex(store, clock);
        Inet4Address given = lease(MAC);
        leases = second; // which was loaded before
        assertThat(type(request(MAC, given, null, null))).as("its server died: it asks all of them").isEqualTo(DhcpMessageType.ACK);
        assertThat(answer(discover(OTHER)).orElseThrow().yourAddress()).isNotEqualTo(given);
        leases = new LeaseIndex(store, clock);
        assertThat(answer(discover(MAC)).orElseThrow().yourAddress()).isEqualTo(given);

        // both offer the last address, to two machines: who takes it first has it
        leases = first;
        lastOfRange = "172.22.0.102";
        directory.ramdiskFor("52:54:00:22:00:0d").ramdiskFor("52:54:00:22:00:0e");
        lease(OTHER);
        Inet4Address last = answer(discover("52:54:00:22:00:0d")).orElseThrow().yourAddress();
        leases = new LeaseIndex(store, clock);
        leases.load();
        assertThat(answer(discover("52:54:00:22:00:0e")).orElseThrow().yourAddress()).isEqualTo(last);
        assertThat(type(request("52:54:00:22:00:0e", DhcpMessage.NO_ADDRESS, last, SERVER))).isEqualTo(DhcpMessageType.ACK);
        leases = first;
        assertThat(type(request("52:54:00:22:00:0d", DhcpMessage.NO_ADDRESS, last, SERVER))).isEqualTo(DhcpMessageType.NAK);
        assertThat(leases.macAt(last)).contains(new MacAddress("52:54:00:22:00:0e"));
    }

    @Test
    void a_renewal_that_the_disk_covers_is_not_written_and_the_disk_never_says_less_than_was_promised() {
        store.shared = false;
        directory.ramdiskFor(MAC);
        Inet4Address held = lease(MAC);
        assertThat(store.saves).hasValue(1);
        for (int minutes = 30; minutes <= 180; minutes += 30) {
            clock.now = clock.now.plus(Duration.ofMinutes(30));
            assertThat(type(request(MAC, held, null, null))).isEqualTo(DhcpMessageType.ACK);
            assertThat(store.find(new MacAddress(MAC)).orElseThrow().expiresAt()).isAfterOrEqualTo(clock.now.plus(PxeSettings.DEFAULT_LEASE_TIME));
        }
        assertThat(store.saves).as("of seven acknowledgements").hasValue(3);
        store.shared = true; // another server may have given it to somebody else meanwhile
        assertThat(type(request(MAC, held, null, null))).isEqualTo(DhcpMessageType.ACK);
        assertThat(store.saves).hasValue(4);
    }

    @Test
    void a_server_that_is_listed_is_no_stranger_and_its_address_is_not_given_away() {
        directory.ramdiskFor(MAC);
        foreignServers = Set.of(address("172.22.0.100"));
        lastOfRange = "172.22.0.100";
        assertThat(answer(request(MAC, DhcpMessage.NO_ADDRESS, address("172.22.0.50"), address("172.22.0.100")))).isEmpty();
        assertThat(counters.value("dhcp.expected-server")).isEqualTo(1);
        assertThat(counters.value("dhcp.foreign-server")).isZero();
        assertThat(answer(discover(MAC))).isEmpty();
    }

    @Test
    void a_stranger_that_answered_our_look_for_servers_is_on_the_timeline_of_those_that_boot() {
        directory.ramdiskFor(MAC);
        var on = new PxeSettings.Interface("prov", SERVER, 24, address("172.22.0.100"), address("172.22.0.200"), Optional.empty(), List.of());
        DhcpDecisions decisions = decisions(PxeSettings.of(on, boot, boot));
        DhcpMessage look = DhcpDecisions.probe(on, 5);
        assertThat(look.relay()).as("answers come to our own port").isEqualTo(SERVER);
        assertThat(answer(decisions, look, on)).as("nor do we answer another Bessemer's").isEmpty();
        DhcpMessage theirs = new DhcpMessage(true, 0, 5, 0, true, DhcpMessage.NO_ADDRESS, address("172.22.0.55"), DhcpMessage.NO_ADDRESS, SERVER, look.mac(), "", "", DhcpMessageType.OFFER,
                DhcpOptions.builder().type(DhcpMessageType.OFFER).address(DhcpOption.SERVER_IDENTIFIER, address("172.22.0.9")).build());
        assertThat(answer(decisions, theirs, on)).isEmpty();
        directory.events.clear();
        answer(decisions, discover(MAC), on).orElseThrow();
        assertThat(directory.events).extracting(RecordingDirectory.Event::message).contains("Another DHCP server, 172.22.0.9, answers on this network");
        clock.now = clock.now.plus(Duration.ofHours(1));
        directory.events.clear();
        answer(decisions, discover(MAC), on).orElseThrow();
        assertThat(directory.events).extracting(RecordingDirectory.Event::event).doesNotContain("foreign-server");
    }

    @Test
    void a_machine_without_a_loader_is_told_which_file_is_missing() throws Exception {
        directory.ramdiskFor(MAC);
        DhcpMessage ovmf = DhcpMessageTest.decode(Capture.read("uefi-virtio-ovmf.pcap").dhcpRequests().getFirst());
        var options = DhcpOptions.builder().bytes(DhcpOption.CLIENT_SYSTEM, (byte) 0, (byte) 11).addAll(ovmf.options()).build();
        var arm = new DhcpMessage(false, 0, 99, 0, true, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, new MacAddress(MAC), "", "",
                DhcpMessageType.DISCOVER, options);
        assertThat(answer(arm).orElseThrow().bootFile()).isEmpty();
        assertThat(directory.events).extracting(RecordingDirectory.Event::message)
                .contains("There is no loader for UEFI_ARM64: put iPXE for it, as snponly-arm64.efi or ipxe-arm64.efi, into " + boot);
        Files.createFile(boot.resolve("ipxe-arm64.efi"));
        assertThat(answer(arm).orElseThrow().bootFile()).isEqualTo("ipxe-arm64.efi");
    }

    @Test
    void no_answer_leaves_the_network_at_a_strangers_word_or_grows_beyond_what_was_sent() throws Exception {
        discovery = true;
        assertThat(answer(message(MAC, DhcpMessageType.INFORM, address("192.0.2.1"), DhcpMessage.NO_ADDRESS, null, null))).isEmpty();
        for (String name : List.of("bios-virtio-ipxerom.pcap", "uefi-virtio-ovmf.pcap", "uefi-virtio-httpboot.pcap")) {
            DhcpMessage request = DhcpMessageTest.decode(Capture.read(name).dhcpRequests().getFirst());
            byte[] sent = DhcpMessageTest.encode(request);
            ByteBuf reply = Unpooled.buffer();
            answer(request).orElseThrow().encode(reply, DhcpSender.limit(request));
            assertThat(reply.readableBytes()).as(name).isLessThanOrEqualTo(sent.length + 300).isLessThanOrEqualTo(2 * sent.length);
        }
    }

    @Test
    void a_machine_whose_cable_moved_to_another_interface_gets_an_address_there() {
        directory.ramdiskFor(MAC);
        var first = new PxeSettings.Interface("prov", SERVER, 24, address("172.22.0.100"), address("172.22.0.200"), Optional.empty(), List.of());
        var second = new PxeSettings.Interface("prov2", address("172.23.0.1"), 24, address("172.23.0.100"), address("172.23.0.200"), Optional.empty(), List.of());
        var settings = new PxeSettings(List.of(first, second), 67, 68, 4011, 69, 8088, boot, boot, false, PxeSettings.DEFAULT_LEASE_TIME, Duration.ZERO, Duration.ZERO, false, true, 0, VisitorLimit.NONE);
        var decisions = decisions(settings);
        Inet4Address before = answer(decisions, discover(MAC), first).orElseThrow().yourAddress();
        answer(decisions, request(MAC, DhcpMessage.NO_ADDRESS, before, SERVER), first).orElseThrow();

        assertThat(answer(decisions, request(MAC, DhcpMessage.NO_ADDRESS, before, null), second).orElseThrow().type()).isEqualTo(DhcpMessageType.NAK);
        DhcpMessage offer = answer(decisions, discover(MAC), second).orElseThrow();
        assertThat(second.subnet().inRange(offer.yourAddress())).isTrue();
        DhcpMessage ack = answer(decisions, request(MAC, DhcpMessage.NO_ADDRESS, offer.yourAddress(), second.address()), second).orElseThrow();
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

    @BeforeEach
    void put_loaders_into_the_boot_directory() throws IOException {
        for (String loader : List.of("undionly.kpxe", "snponly.efi")) {
            Files.createFile(boot.resolve(loader));
        }
    }

    private Optional<DhcpMessage> answer(DhcpMessage message) {
        var on = new PxeSettings.Interface("prov", SERVER, new Subnet(SERVER, 24, DhcpMode.SERVER, List.of(new Subnet.Range(address("172.22.0.100"), address(lastOfRange))),
                reservations, Optional.of(SERVER), List.of()), List.of(RELAYED), foreignServers);
        return answer(decisions(PxeSettings.of(on, boot, boot).withDiscovery(discovery).withProbes(probe == AddressProbe.NONE ? Duration.ZERO : Duration.ofMillis(300), Duration.ZERO)),
                message, on);
    }

    private Optional<DhcpMessage> answer(DhcpDecisions decisions, DhcpMessage message, PxeSettings.Interface on) {
        return Decided.answer(decisions.decide(message, on, 8088, !directory.known(Set.of(message.mac())).isEmpty()), leases);
    }

    private DhcpDecisions decisions(PxeSettings settings) {
        return new DhcpDecisions(settings, directory, leases, new BootFiles(boot), probe, counters, clock);
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
}
