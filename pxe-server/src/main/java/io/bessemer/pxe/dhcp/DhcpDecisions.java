package io.bessemer.pxe.dhcp;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.pxe.BootDirectory;
import io.bessemer.pxe.BootDirectory.BootAnswer;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.Seldom;
import io.bessemer.pxe.Subnet;
import io.bessemer.pxe.firmware.Firmware;
import java.net.Inet4Address;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is answered to whom: RFC 2131 §4.3, as the only authority on networks in mode `SERVER`, and by PXE 2.1 §2.2 beside the site's DHCP server on
/// those in mode `PROXY`. Asks the directory, so it runs on virtual threads.
///
/// A machine that shall boot its own disk is answered as any other, and its boot script sends it there. Silence would be the plainer answer, but
/// firmware then asks for a minute (4, 8, 16 and 32 s) for each protocol that it knows, before it goes on to its disk.
public final class DhcpDecisions {
    /// who we are when we look for other servers; locally administered
    static final MacAddress PROBE = new MacAddress("02:42:53:4d:52:00");

    private static final Logger log = LoggerFactory.getLogger(DhcpDecisions.class);
    /// addresses that are tried for one DISCOVER when others turn out to be in use
    private static final int PROBED_ADDRESSES = 3;

    private final Seldom warning = new Seldom();
    private final PxeSettings settings;
    private final BootDirectory directory;
    private final LeaseIndex leases;
    private final BootFiles files;
    private final AddressProbe probe;
    private final PxeCounters counters;
    private final ForeignServers foreignServers;
    private final KnownMachines knownMachines;

    public DhcpDecisions(PxeSettings settings, BootDirectory directory, LeaseIndex leases, BootFiles files, AddressProbe probe, PxeCounters counters, Clock clock) {
        this.settings = settings;
        this.directory = directory;
        this.leases = leases;
        this.files = files;
        this.probe = probe;
        this.counters = counters;
        this.foreignServers = new ForeignServers(clock);
        this.knownMachines = new KnownMachines(directory, settings.discovery(), System::nanoTime);
    }

    /// The answer to what came to port 67, if there is one to give.
    ///
    /// @param on       where the message came in
    /// @param httpPort where the content server listens
    public Optional<DhcpMessage> answer(DhcpMessage message, PxeSettings.Interface on, int httpPort) {
        counters.increment("dhcp." + message.type().title());
        if (message.reply()) {
            message.options().address(DhcpOption.SERVER_IDENTIFIER).filter(server -> !isOurs(server)).ifPresent(server -> foreign(message.mac(), server, on,
                    on.networks().stream().filter(network -> network.contains(message.yourAddress())).findFirst().orElse(on.subnet())));
            return Optional.empty();
        }
        if (message.mac().equals(PROBE)) {
            return Optional.empty(); // ours, or another Bessemer's: its look for servers is not meant for us
        }
        RelayAgent relay = RelayAgent.of(message);
        Optional<Subnet> subnet = subnetOf(message, relay, on);
        if (subnet.isEmpty()) {
            counters.increment("dhcp.no-subnet");
            if (warning.now("relay")) {
                log.atWarn().addKeyValue("mac", message.mac()).addKeyValue("relay", message.relay().getHostAddress()).addKeyValue("interface", on.name())
                        .log("A DHCP relay asks for a network that no interface lists; add it to the interface's relayed networks");
            }
            return Optional.empty();
        }
        return asked(message, on, subnet.get(), relay, httpPort).flatMap(asked -> subnet.get().proxied() ? asked.answerAsProxy() : asked.answer());
    }

    /// The answer to what came to port 4011: a client that has its address by now asks what to boot, PXE 2.1 §2.2.
    ///
    /// @param source whom it came from
    public Optional<DhcpMessage> answerBootServerRequest(DhcpMessage message, Inet4Address source, PxeSettings.Interface on, int httpPort) {
        counters.increment("dhcp.boot-server-" + message.type().title());
        Optional<Subnet> subnet = on.networks().stream().filter(network -> network.proxied() && network.contains(source)).findFirst();
        boolean asks = !message.reply() && (message.type() == DhcpMessageType.REQUEST || message.type() == DhcpMessageType.INFORM);
        boolean asksUs = message.options().address(DhcpOption.SERVER_IDENTIFIER).filter(server -> !isOurs(server)).isEmpty();
        if (!asks || !asksUs || subnet.isEmpty()) {
            counters.increment("dhcp.boot-server-ignored");
            return Optional.empty();
        }
        return asked(message, on, subnet.get(), RelayAgent.of(message), httpPort).flatMap(asked -> asked.bootServerRequest(source));
    }

    private Optional<Asked> asked(DhcpMessage message, PxeSettings.Interface on, Subnet subnet, RelayAgent relay, int httpPort) {
        boolean known = knownMachines.knows(message.mac());
        if (!known && !settings.discovery()) {
            counters.increment("dhcp.unknown");
            log.atDebug().addKeyValue("mac", message.mac()).log("Not answered: nobody knows this MAC and discovery is off");
            return Optional.empty();
        }
        return Optional.of(new Asked(message, on, subnet, relay, known, Firmware.of(message.options()), httpPort));
    }

    private static Optional<Subnet> subnetOf(DhcpMessage message, RelayAgent relay, PxeSettings.Interface on) {
        if (message.relayed()) {
            Inet4Address link = relay.link().orElse(message.relay());
            return on.networks().stream().filter(subnet -> subnet.contains(link)).findFirst();
        }
        // a renewal from behind a router comes by unicast, without a relay
        return on.relayed().stream().filter(subnet -> subnet.contains(message.clientAddress())).findFirst().or(() -> Optional.of(on.subnet()));
    }

    private boolean isOurs(Inet4Address server) {
        return settings.interfaces().stream().anyMatch(each -> each.address().equals(server));
    }

    private void foreign(MacAddress mac, Inet4Address server, PxeSettings.Interface on, Subnet network) {
        if (ForeignServers.expected(on, network, server)) {
            counters.increment("dhcp.expected-server");
            return;
        }
        counters.increment("dhcp.foreign-server");
        foreignServers.heard(on, server);
        if (warning.now("foreign-server")) {
            log.atWarn().addKeyValue("server", server.getHostAddress()).addKeyValue("mac", mac).addKeyValue("interface", on.name())
                    .log("Another DHCP server answers on this network; machines may boot from it instead of us");
        }
        noteForeign(mac, server.getHostAddress(), on);
    }

    private void noteForeign(MacAddress mac, String server, PxeSettings.Interface on) {
        directory.observed(mac, BootPhase.DHCP, "dhcp", "foreign-server", "Another DHCP server, " + server + ", answers on this network",
                Map.of("mac", mac.value(), "server", server, "interface", on.name()));
    }

    /// One message and all that is known of who sent it.
    private final class Asked {
        private final DhcpMessage request;
        private final PxeSettings.Interface on;
        private final Subnet subnet;
        private final RelayAgent relay;
        private final boolean known;
        private final Firmware firmware;
        private final int httpPort;
        private final MacAddress mac;
        private final DhcpReplies replies;

        Asked(DhcpMessage request, PxeSettings.Interface on, Subnet subnet, RelayAgent relay, boolean known, Firmware firmware, int httpPort) {
            this.request = request;
            this.on = on;
            this.subnet = subnet;
            this.relay = relay;
            this.known = known;
            this.firmware = firmware;
            this.httpPort = httpPort;
            this.mac = request.mac();
            this.replies = new DhcpReplies(request, on.address(), subnet, relay, firmware, settings.leaseTime());
        }

        Optional<DhcpMessage> answer() {
            return switch (request.type()) {
                case DISCOVER -> discover();
                case REQUEST -> request();
                case DECLINE -> {
                    request.options().address(DhcpOption.REQUESTED_ADDRESS).ifPresent(address -> {
                        note("decline", "Found somebody else at " + address.getHostAddress(), address);
                        if (warning.now("decline")) {
                            log.atWarn().addKeyValue("mac", mac).addKeyValue("address", address.getHostAddress())
                                    .log("A client found its address in use by somebody else; it is not given away for 10 minutes");
                        }
                        leases.decline(mac, address);
                    });
                    yield Optional.empty();
                }
                case RELEASE -> {
                    note("release", "Gave its address back", request.clientAddress());
                    if (!known) { // a known machine gets the same address again
                        leases.release(mac, request.clientAddress());
                    }
                    yield Optional.empty();
                }
                case INFORM -> inform();
                case OFFER, ACK, NAK -> malformed(); // a server's word in a client's envelope
            };
        }

        private Optional<DhcpMessage> malformed() {
            counters.increment("dhcp.malformed");
            return Optional.empty();
        }

        /// The answer goes to the address that the client says it has: none is sent off the network at a stranger's word.
        private Optional<DhcpMessage> inform() {
            return subnet.contains(request.clientAddress()) ? Optional.of(reply(DhcpMessageType.ACK, DhcpMessage.NO_ADDRESS)) : malformed();
        }

        private Optional<DhcpMessage> discover() {
            note("discover", firmware.title() + " asks for an address", DhcpMessage.NO_ADDRESS);
            foreignServers.on(on).forEach(server -> noteForeign(mac, server, on));
            Optional<Inet4Address> wanted = request.options().address(DhcpOption.REQUESTED_ADDRESS);
            for (int attempt = 0; attempt < PROBED_ADDRESSES; attempt++) {
                Optional<LeaseIndex.Offer> offer = leases.offer(mac, subnet, wanted, this::usable, other -> !(directory.lookup(other) instanceof BootAnswer.Unknown));
                if (offer.isEmpty()) {
                    exhausted();
                    return Optional.empty();
                }
                Inet4Address address = offer.get().address();
                if (offer.get().fresh() && inUse(address)) {
                    continue;
                }
                note("offer", "Offered " + address.getHostAddress(), address);
                return Optional.of(reply(DhcpMessageType.OFFER, address));
            }
            return Optional.empty(); // it asks again, and other addresses are tried then
        }

        private boolean inUse(Inet4Address address) {
            if (settings.conflictProbe().isZero()) {
                return false;
            }
            Optional<AddressProbe.User> user = probe.userOf(on, address, settings.conflictProbe()).filter(found -> !found.mac().equals(Optional.of(mac)));
            if (user.isEmpty()) {
                return false;
            }
            counters.increment("dhcp.conflicts");
            leases.decline(mac, address);
            note("conflict", "%s is in use by %s; another address is offered".formatted(address.getHostAddress(), user.get()), address);
            if (warning.now("conflict")) {
                log.atWarn().addKeyValue("mac", mac).addKeyValue("address", address.getHostAddress()).addKeyValue("used_by", user.get()).addKeyValue("interface", on.name())
                        .log("An address of a DHCP range is in use by somebody who does not have it from us; it is not given away for 10 minutes");
            }
            return true;
        }

        private void exhausted() {
            counters.increment("dhcp.exhausted");
            if (warning.now("exhausted")) {
                log.atError().addKeyValue("mac", mac).addKeyValue("interface", on.name()).addKeyValue("network", subnet.network()).addKeyValue("ranges", subnet.ranges())
                        .log("No DHCP address is left; make the range larger");
            }
            note("exhausted", "No address is left in " + subnet.ranges(), DhcpMessage.NO_ADDRESS);
        }

        /// The four kinds of request, RFC 2131 §4.3.2.
        private Optional<DhcpMessage> request() {
            Optional<Inet4Address> server = request.options().address(DhcpOption.SERVER_IDENTIFIER);
            Optional<Inet4Address> requested = request.options().address(DhcpOption.REQUESTED_ADDRESS);
            if (server.isPresent() && !isOurs(server.get()) && !relay.serverOverride().equals(server)) {
                foreign(mac, server.get(), on, subnet);
                return Optional.empty();
            }
            // selecting and init-reboot name the address in option 50, renewing and rebinding in ciaddr
            Inet4Address address = requested.orElse(request.clientAddress());
            if (address.equals(DhcpMessage.NO_ADDRESS)) {
                return malformed();
            }
            note("request", firmware.title() + " takes " + address.getHostAddress(), address);
            if (!mayHave(address) || !leases.bind(mac, address, settings.leaseTime())) {
                note("nak", "Refused " + address.getHostAddress(), address);
                counters.increment("dhcp.refused");
                return Optional.of(replies.refusal("address " + address.getHostAddress() + " is not yours"));
            }
            note("ack", "Has " + address.getHostAddress(), address);
            return Optional.of(reply(DhcpMessageType.ACK, address));
        }

        /// What it has, by our memory or by another server's word in the store; or a free one, such as our offer that a restart forgot.
        private boolean mayHave(Inet4Address address) {
            Optional<Inet4Address> held = leases.find(mac).map(Lease::address).filter(one -> subnet.isFor(mac, one));
            if (held.isPresent() && held.get().equals(address)) {
                return true;
            }
            return subnet.isFor(mac, address) && leases.hasByStore(mac, address) || held.isEmpty() && leases.isFreeFor(mac, address, subnet, this::usable);
        }

        private boolean usable(Inet4Address address) {
            return !isOurs(address) && !on.foreignServers().contains(address) && !subnet.router().equals(Optional.of(address)) && !subnet.broadcast().equals(address);
        }

        /// On port 67 beside the site's server: only who boots is answered, without an address. What others ask of that server tells who has which.
        Optional<DhcpMessage> answerAsProxy() {
            boolean boots = !(firmware instanceof Firmware.OperatingSystem);
            return switch (request.type()) {
                case DISCOVER -> {
                    note("discover", firmware.title() + " asks for an address", DhcpMessage.NO_ADDRESS);
                    foreignServers.on(on).forEach(server -> noteForeign(mac, server, on));
                    yield boots ? bootOnly(DhcpMessageType.OFFER, "proxy-offer") : Optional.empty();
                }
                case REQUEST -> {
                    Optional<Inet4Address> server = request.options().address(DhcpOption.SERVER_IDENTIFIER);
                    server.filter(one -> !isOurs(one)).ifPresent(one -> foreign(mac, one, on, subnet));
                    Inet4Address address = request.options().address(DhcpOption.REQUESTED_ADDRESS).orElse(request.clientAddress());
                    if (subnet.contains(address)) {
                        leases.sighted(mac, address);
                        note("request", firmware.title() + " takes " + address.getHostAddress() + server.map(one -> " from " + one.getHostAddress()).orElse(""), address);
                    }
                    yield Optional.empty();
                }
                case INFORM -> {
                    if (!boots || !subnet.contains(request.clientAddress())) {
                        yield Optional.empty();
                    }
                    leases.sighted(mac, request.clientAddress());
                    yield bootOnly(DhcpMessageType.ACK, "proxy-ack");
                }
                case DECLINE, RELEASE -> Optional.empty(); // the site's server's matter
                case OFFER, ACK, NAK -> malformed();
            };
        }

        Optional<DhcpMessage> bootServerRequest(Inet4Address source) {
            if (firmware instanceof Firmware.OperatingSystem) {
                return Optional.empty();
            }
            leases.sighted(mac, source);
            note("boot-server-request", firmware.title() + " asks on port 4011 what to boot", source);
            return bootOnly(DhcpMessageType.ACK, "proxy-ack");
        }

        private Optional<DhcpMessage> bootOnly(DhcpMessageType type, String event) {
            DhcpMessage reply = reply(type, DhcpMessage.NO_ADDRESS);
            if (reply.bootFile().isEmpty()) {
                return Optional.empty(); // no loader: told already
            }
            note(event, "Told to boot " + reply.bootFile() + "; its address comes from the site's DHCP server", DhcpMessage.NO_ADDRESS);
            return Optional.of(reply);
        }

        private DhcpMessage reply(DhcpMessageType type, Inet4Address yourAddress) {
            BootTarget target = BootTarget.of(firmware, mac, on.address(), httpPort, files);
            if (target instanceof BootTarget.NoLoader(var system)) {
                counters.increment("dhcp.no-loader");
                note("no-loader", files.withoutLoader(system), DhcpMessage.NO_ADDRESS);
                if (warning.now("no-loader")) {
                    log.atError().addKeyValue("mac", mac).addKeyValue("firmware", firmware.title())
                            .addKeyValue("architecture", request.options().unsignedShort(DhcpOption.CLIENT_SYSTEM).orElse(-1)).log(files.withoutLoader(system));
                }
            }
            return replies.of(type, yourAddress, target);
        }

        private void note(String event, String message, Inet4Address address) {
            if (!known) {
                return; // it has no timeline
            }
            var details = new LinkedHashMap<String, Object>();
            details.put("mac", mac.value());
            details.put("firmware", firmware.title());
            request.options().unsignedShort(DhcpOption.CLIENT_SYSTEM).ifPresent(code -> details.put("architecture", code));
            if (!address.equals(DhcpMessage.NO_ADDRESS)) {
                details.put("address", address.getHostAddress());
            }
            if (request.relayed()) {
                details.put("relay", request.relay().getHostAddress());
            }
            details.put("interface", on.name());
            directory.observed(mac, BootPhase.DHCP, "dhcp", event, message, details);
        }
    }

    /// A DISCOVER that looks for other servers, as if relayed by us, so that their answers come to our own port and not to a client's.
    static DhcpMessage probe(PxeSettings.Interface on, int transaction) {
        DhcpOptions options = DhcpOptions.builder().type(DhcpMessageType.DISCOVER).bytes(DhcpOption.PARAMETER_REQUEST_LIST, (byte) DhcpOption.SUBNET_MASK).build();
        return new DhcpMessage(false, 1, transaction, 0, true, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, on.address(), PROBE, "", "",
                DhcpMessageType.DISCOVER, options);
    }
}
