package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.Capture;
import io.bessemer.pxe.MemoryLeases;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.RecordingDirectory;
import io.bessemer.pxe.Subnet;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyDhcpTest {
    private static final String MAC = "52:54:00:22:00:0b"; // of all captures
    private static final Inet4Address SERVER = DhcpDecisionsTest.address("172.22.0.1");
    private static final Inet4Address SITES = DhcpDecisionsTest.address("172.22.0.2");
    private static final Inet4Address CLIENT = DhcpDecisionsTest.address("172.22.0.50");
    private static final byte[] TAKE_THE_BOOT_FILE = {6, 1, 8, (byte) 255};

    @TempDir
    Path boot;

    private final RecordingDirectory directory = new RecordingDirectory().ramdiskFor(MAC);
    private final MemoryLeases store = new MemoryLeases();
    private final PxeCounters counters = new PxeCounters();
    private final Map<Inet4Address, MacAddress> arp = new HashMap<>();
    private final LeaseIndex leases = new LeaseIndex(store, Clock.systemUTC(), _ -> true, address -> Optional.ofNullable(arp.get(address)));
    private Set<Inet4Address> foreignServers = Set.of();

    @BeforeEach
    void put_loaders_into_the_boot_directory() throws Exception {
        for (String loader : List.of("undionly.kpxe", "snponly.efi")) {
            Files.createFile(boot.resolve(loader));
        }
    }

    @Test
    void ipxe_is_told_its_script_and_no_address() throws Exception {
        DhcpMessage discover = discover("bios-virtio-ipxerom.pcap");
        DhcpMessage offer = answer(discover).orElseThrow();
        assertProxys(offer, "PXEClient", "http://172.22.0.1:8088/boot/script/" + MAC);
        assertThat(ReplyRoute.of(discover, offer)).as("nobody has an address yet").isEqualTo(new ReplyRoute.ToEveryone());
        assertThat(offer.options().has(DhcpOption.IPXE)).as("'no proxy' would be a lie").isFalse();
    }

    @Test
    void uefi_pxe_is_told_to_take_the_boot_file_without_asking_on() throws Exception {
        DhcpMessage offer = answer(discover("uefi-virtio-ovmf.pcap")).orElseThrow();
        assertProxys(offer, "PXEClient", "snponly.efi");
        assertThat(offer.options().bytes(DhcpOption.VENDOR_SPECIFIC)).contains(TAKE_THE_BOOT_FILE);
    }

    @Test
    void uefi_http_boot_is_told_a_url_in_its_own_words() throws Exception {
        DhcpMessage offer = answer(discover("uefi-virtio-httpboot.pcap")).orElseThrow();
        assertProxys(offer, "HTTPClient", "http://172.22.0.1:8088/boot/files/snponly.efi");
        assertThat(offer.options().has(DhcpOption.VENDOR_SPECIFIC)).isFalse();
    }

    private static void assertProxys(DhcpMessage offer, String vendorClass, String bootFile) {
        assertThat(offer.type()).isEqualTo(DhcpMessageType.OFFER);
        assertThat(offer.yourAddress()).isEqualTo(DhcpMessage.NO_ADDRESS);
        assertThat(offer.nextServer()).isEqualTo(SERVER);
        assertThat(offer.bootFile()).isEqualTo(bootFile);
        assertThat(offer.options().text(DhcpOption.VENDOR_CLASS)).contains(vendorClass);
        assertThat(offer.options().address(DhcpOption.SERVER_IDENTIFIER)).contains(SERVER);
        assertThat(offer.options().codes()).doesNotContain(DhcpOption.LEASE_TIME, DhcpOption.SUBNET_MASK, DhcpOption.ROUTER, DhcpOption.NAME_SERVERS);
    }

    @Test
    void operating_systems_and_strangers_hear_nothing() throws Exception {
        DhcpMessage system = captured("bios-virtio-ipxerom.pcap", message -> message.type() == DhcpMessageType.DISCOVER && !message.options().has(DhcpOption.IPXE));
        assertThat(answer(system)).as("busybox of the ramdisk").isEmpty();
        directory.answers.clear();
        assertThat(answer(discover("bios-virtio-ipxerom.pcap"))).isEmpty();
        assertThat(counters.value("dhcp.unknown")).isEqualTo(1);
    }

    @Test
    void what_is_asked_of_the_sites_server_tells_whose_an_address_is() throws Exception {
        assertThat(answer(with(request("bios-virtio-ipxerom.pcap"), CLIENT, SITES))).isEmpty();
        assertThat(leases.macAt(CLIENT)).contains(new MacAddress(MAC));
        assertThat(store.list()).isEmpty();
        assertThat(directory.events).extracting(RecordingDirectory.Event::message).contains("iPXE on BIOS_X86 takes 172.22.0.50 from 172.22.0.2");
        assertThat(counters.value("dhcp.foreign-server")).as("it is expected").isZero();
        arp.put(CLIENT, new MacAddress("52:54:00:22:00:0c"));
        assertThat(leases.macAt(CLIENT)).as("who is really there").contains(new MacAddress("52:54:00:22:00:0c"));
    }

    @Test
    void a_server_that_is_not_the_sites_is_told() throws Exception {
        foreignServers = Set.of(SITES);
        answer(with(request("bios-virtio-ipxerom.pcap"), CLIENT, SITES));
        assertThat(counters.value("dhcp.foreign-server")).isZero();
        answer(with(request("bios-virtio-ipxerom.pcap"), CLIENT, DhcpDecisionsTest.address("172.22.0.66")));
        assertThat(directory.events).extracting(RecordingDirectory.Event::message).contains("Another DHCP server, 172.22.0.66, answers on this network");
    }

    @Test
    void only_the_network_with_a_server_of_its_own_expects_one() throws Exception {
        var mixed = new PxeSettings.Interface("prov", SERVER, new Subnet(SERVER, 24, SITES, CLIENT, Optional.empty(), List.of()),
                List.of(Subnet.proxied(DhcpDecisionsTest.address("10.9.0.1"), 24)));
        decisions().decide(with(request("bios-virtio-ipxerom.pcap"), CLIENT, DhcpDecisionsTest.address("172.22.0.66")), mixed, 8088, true);
        assertThat(counters.value("dhcp.foreign-server")).isEqualTo(1);
    }

    @Test
    void a_boot_server_request_is_acknowledged_with_the_number_that_it_asks_for() throws Exception {
        DhcpMessage discover = discover("uefi-virtio-ovmf.pcap");
        DhcpMessage reply = bootServer(bootRequest(discover, new byte[] {71, 4, 0, 3, 0, 0, (byte) 255}, null)).orElseThrow();
        assertThat(reply.type()).isEqualTo(DhcpMessageType.ACK);
        assertThat(reply.clientAddress()).isEqualTo(CLIENT);
        assertThat(reply.yourAddress()).isEqualTo(DhcpMessage.NO_ADDRESS);
        assertThat(reply.bootFile()).isEqualTo("snponly.efi");
        assertThat(reply.options().text(DhcpOption.VENDOR_CLASS)).contains("PXEClient");
        assertThat(reply.options().bytes(DhcpOption.VENDOR_SPECIFIC)).contains(new byte[] {6, 1, 8, 71, 4, 0, 3, 0, 0, (byte) 255});
        assertThat(leases.macAt(CLIENT)).contains(new MacAddress(MAC));
        assertThat(bootServer(bootRequest(discover, new byte[] {71, 4, 0}, SERVER)).orElseThrow().options().bytes(DhcpOption.VENDOR_SPECIFIC)).contains(TAKE_THE_BOOT_FILE);
        assertThat(bootServer(bootRequest(discover, new byte[0], SITES))).as("another's").isEmpty();
        assertThat(bootServer(discover)).as("not here").isEmpty();
        DhcpMessage fine = bootRequest(discover, new byte[0], null);
        assertThat(bootServer(fine, DhcpDecisionsTest.address("192.0.2.7"))).as("from elsewhere").isEmpty();
    }

    @Test
    void an_inform_of_firmware_is_answered() throws Exception {
        DhcpMessage discover = discover("uefi-virtio-ovmf.pcap");
        var options = DhcpOptions.builder().type(DhcpMessageType.INFORM).addAll(discover.options()).build();
        var inform = new DhcpMessage(false, 0, 7, 0, false, CLIENT, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, discover.mac(), "", "", DhcpMessageType.INFORM, options);
        DhcpMessage reply = answer(inform).orElseThrow();
        assertThat(reply.type()).isEqualTo(DhcpMessageType.ACK);
        assertThat(reply.bootFile()).isEqualTo("snponly.efi");
        assertThat(ReplyRoute.of(inform, reply)).isEqualTo(new ReplyRoute.ToClient(CLIENT));
    }

    private static DhcpMessage discover(String capture) throws Exception {
        return captured(capture, message -> message.type() == DhcpMessageType.DISCOVER);
    }

    private static DhcpMessage request(String capture) throws Exception {
        return captured(capture, message -> message.type() == DhcpMessageType.REQUEST);
    }

    /// The first of its kind.
    private static DhcpMessage captured(String name, Predicate<DhcpMessage> kind) throws Exception {
        for (byte[] bytes : Capture.read(name).dhcpRequests()) {
            DhcpMessage message = DhcpMessageTest.decode(bytes);
            if (kind.test(message)) {
                return message;
            }
        }
        throw new AssertionError("not in " + name);
    }

    private static DhcpMessage bootRequest(DhcpMessage like, byte[] vendorOptions, Inet4Address server) {
        var options = DhcpOptions.builder().type(DhcpMessageType.REQUEST).bytes(DhcpOption.VENDOR_SPECIFIC, vendorOptions);
        if (server != null) {
            options.address(DhcpOption.SERVER_IDENTIFIER, server);
        }
        return new DhcpMessage(false, 0, 7, 0, false, CLIENT, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, like.mac(), "", "", DhcpMessageType.REQUEST,
                options.addAll(like.options()).build());
    }

    private static DhcpMessage with(DhcpMessage request, Inet4Address requested, Inet4Address server) {
        var options = DhcpOptions.builder().address(DhcpOption.REQUESTED_ADDRESS, requested).address(DhcpOption.SERVER_IDENTIFIER, server).addAll(request.options()).build();
        return new DhcpMessage(false, 0, request.transaction(), 0, request.broadcast(), request.clientAddress(), DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, request.relay(), request.mac(), "", "",
                request.type(), options);
    }

    private Optional<DhcpMessage> answer(DhcpMessage message) {
        return Decided.answer(decisions().decide(message, on(), 8088, known(message)), leases);
    }

    private Optional<DhcpMessage> bootServer(DhcpMessage message) {
        return bootServer(message, CLIENT);
    }

    private Optional<DhcpMessage> bootServer(DhcpMessage message, Inet4Address source) {
        return Decided.answer(decisions().decideBootServerRequest(message, source, on(), 8088, known(message)), leases);
    }

    private boolean known(DhcpMessage message) {
        return !directory.known(Set.of(message.mac())).isEmpty();
    }

    private DhcpDecisions decisions() {
        return new DhcpDecisions(PxeSettings.of(on(), boot, boot), directory, leases, new BootFiles(boot), AddressProbe.NONE, counters, Clock.systemUTC());
    }

    private PxeSettings.Interface on() {
        return new PxeSettings.Interface("prov", SERVER, Subnet.proxied(SERVER, 24), List.of(), foreignServers);
    }
}
