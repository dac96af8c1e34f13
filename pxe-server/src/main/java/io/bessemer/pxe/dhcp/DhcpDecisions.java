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
/// those in mode `PROXY`. What asks the network, or a database for one machine, is left for later ([Decision.Slowly]).
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

    public DhcpDecisions(PxeSettings settings, BootDirectory directory, LeaseIndex leases, BootFiles files, AddressProbe probe, PxeCounters counters, Clock clock) {
        this.settings = settings;
        this.directory = directory;
        this.leases = leases;
        this.files = files;
        this.probe = probe;
        this.counters = counters;
        this.foreignServers = new ForeignServers(clock);
    }

    /// The answer to what came to port 67, if there is one to give.
    ///
    /// @param on       where the message came in
    /// @param httpPort where the content server listens
    /// @param known    whether somebody knows the machine
    Decision decide(DhcpMessage message, PxeSettings.Interface on, int httpPort, boolean known) {
        counters.increment("dhcp." + message.type().title());
        if (message.reply()) {
            message.options().address(DhcpOption.SERVER_IDENTIFIER).filter(server -> !isOurs(server)).ifPresent(server -> foreign(message.mac(), server, on,
                    on.networks().stream().filter(network -> network.contains(message.yourAddress())).findFirst().orElse(on.subnet())));
            return Decision.silence();
        }
        if (message.mac().equals(PROBE)) {
            return Decision.silence(); // ours, or another Bessemer's: its look for servers is not meant for us
        }
        RelayAgent relay = RelayAgent.of(message);
        Optional<Subnet> subnet = subnetOf(message, relay, on);
        if (subnet.isEmpty()) {
            counters.increment("dhcp.no-subnet");
            if (warning.now("relay")) {
                log.atWarn().addKeyValue("mac", message.mac()).addKeyValue("relay", message.relay().getHostAddress()).addKeyValue("interface", on.name())
                        .log("A DHCP relay asks for a network that no interface lists; add it to the interface's relayed networks");
            }
            return Decision.silence();
        }
        return asked(message, on, subnet.get(), relay, httpPort, known).map(asked -> subnet.get().proxied() ? asked.answerAsProxy() : asked.answer()).orElseGet(Decision::silence);
    }

    /// The answer to what came to port 4011: a client that has its address by now asks what to boot, PXE 2.1 §2.2.
    ///
    /// @param source whom it came from
    /// @param known  whether somebody knows the machine
    Decision decideBootServerRequest(DhcpMessage message, Inet4Address source, PxeSettings.Interface on, int httpPort, boolean known) {
        counters.increment("dhcp.boot-server-" + message.type().title());
        Optional<Subnet> subnet = on.networks().stream().filter(network -> network.proxied() && network.contains(source)).findFirst();
        boolean asks = !message.reply() && (message.type() == DhcpMessageType.REQUEST || message.type() == DhcpMessageType.INFORM);
        boolean asksUs = message.options().address(DhcpOption.SERVER_IDENTIFIER).filter(server -> !isOurs(server)).isEmpty();
        if (!asks || !asksUs || subnet.isEmpty()) {
            counters.increment("dhcp.boot-server-ignored");
            return Decision.silence();
        }
        return asked(message, on, subnet.get(), RelayAgent.of(message), httpPort, known).map(asked -> asked.bootServerRequest(source)).orElseGet(Decision::silence);
    }

    private Optional<Asked> asked(DhcpMessage message, PxeSettings.Interface on, Subnet subnet, RelayAgent relay, int httpPort, boolean known) {
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

        Decision answer() {
            return switch (request.type()) {
                case DISCOVER -> discover();
                case REQUEST -> request();
                case DECLINE -> request.options().address(DhcpOption.REQUESTED_ADDRESS).map(this::decline).orElseGet(Decision::silence);
                case RELEASE -> release();
                case INFORM -> inform();
                case OFFER, ACK, NAK -> malformed(); // a server's word in a client's envelope
            };
        }

        private Decision malformed() {
            counters.increment("dhcp.malformed");
            return Decision.silence();
        }

        private Decision decline(Inet4Address address) {
            note("decline", "Found somebody else at " + address.getHostAddress(), address);
            if (warning.now("decline")) {
                log.atWarn().addKeyValue("mac", mac).addKeyValue("address", address.getHostAddress())
                        .log("A client found its address in use by somebody else; it is not given away for 10 minutes");
            }
            return Decision.slowly(() -> leases.decline(mac, address));
        }

        private Decision release() {
            note("release", "Gave its address back", request.clientAddress());
            // a known machine gets the same address again
            return known ? Decision.silence() : Decision.slowly(() -> leases.release(mac, request.clientAddress()));
        }

        /// The answer goes to the address that the client says it has: none is sent off the network at a stranger's word.
        private Decision inform() {
            return subnet.contains(request.clientAddress()) ? Decision.now(reply(DhcpMessageType.ACK, DhcpMessage.NO_ADDRESS)) : malformed();
        }

        private Decision discover() {
            note("discover", firmware.title() + " asks for an address", DhcpMessage.NO_ADDRESS);
            foreignServers.on(on).forEach(server -> noteForeign(mac, server, on));
            Optional<LeaseIndex.Offer> offer = leases.offerFromMemory(mac, subnet, wanted(), this::usable);
            if (offer.isPresent() && !(offer.get().fresh() && probes())) {
                return Decision.now(offered(offer.get().address()));
            }
            return new Decision.Slowly(() -> new Decision.Now(unused(offer.or(this::offer)).map(this::offered)));
        }

        private Optional<Inet4Address> wanted() {
            return request.options().address(DhcpOption.REQUESTED_ADDRESS);
        }

        private boolean probes() {
            return !settings.conflictProbe().isZero();
        }

        private DhcpMessage offered(Inet4Address address) {
            note("offer", "Offered " + address.getHostAddress(), address);
            return reply(DhcpMessageType.OFFER, address);
        }

        private Optional<LeaseIndex.Offer> offer() {
            Optional<LeaseIndex.Offer> offer = leases.offer(mac, subnet, wanted(), this::usable, other -> !(directory.lookup(other) instanceof BootAnswer.Unknown));
            if (offer.isEmpty()) {
                exhausted();
            }
            return offer;
        }

        /// The first of the offers that nobody uses. Empty when none is left, or when several are in use: it asks again, and others are tried then.
        private Optional<Inet4Address> unused(Optional<LeaseIndex.Offer> first) {
            Optional<LeaseIndex.Offer> offer = first;
            for (int attempt = 1; offer.isPresent(); attempt++) {
                Inet4Address address = offer.get().address();
                if (!offer.get().fresh() || !inUse(address)) {
                    return Optional.of(address);
                }
                offer = attempt == PROBED_ADDRESSES ? Optional.empty() : offer();
            }
            return Optional.empty();
        }

        private boolean inUse(Inet4Address address) {
            if (!probes()) {
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
        private Decision request() {
            Optional<Inet4Address> server = request.options().address(DhcpOption.SERVER_IDENTIFIER);
            if (server.isPresent() && !isOurs(server.get()) && !relay.serverOverride().equals(server)) {
                foreign(mac, server.get(), on, subnet);
                return Decision.silence();
            }
            // selecting and init-reboot name the address in option 50, renewing and rebinding in ciaddr
            Inet4Address address = wanted().orElse(request.clientAddress());
            if (address.equals(DhcpMessage.NO_ADDRESS)) {
                return malformed();
            }
            note("request", firmware.title() + " takes " + address.getHostAddress(), address);
            Optional<Inet4Address> held = leases.find(mac).map(Lease::address).filter(one -> subnet.isFor(mac, one));
            if (held.equals(Optional.of(address))) {
                return bind(address);
            }
            if (leases.shared() && subnet.isFor(mac, address)) {
                return new Decision.Slowly(() -> leases.hasByStore(mac, address) ? bind(address) : bindFree(address, held));
            }
            return bindFree(address, held);
        }

        /// A free one, such as our offer that a restart forgot.
        private Decision bindFree(Inet4Address address, Optional<Inet4Address> held) {
            return held.isEmpty() && leases.isFreeFor(mac, address, subnet, this::usable) ? bind(address) : Decision.now(refused(address));
        }

        private Decision bind(Inet4Address address) {
            return switch (leases.bind(mac, address, settings.leaseTime())) {
                case LeaseIndex.Binding.Refused() -> Decision.now(refused(address));
                case LeaseIndex.Binding.Kept() -> Decision.now(acknowledged(address));
                case LeaseIndex.Binding.Unstored(var lease) -> new Decision.OnceStored(lease, stored -> stored ? acknowledged(address) : refused(address));
            };
        }

        private DhcpMessage acknowledged(Inet4Address address) {
            note("ack", "Has " + address.getHostAddress(), address);
            return reply(DhcpMessageType.ACK, address);
        }

        private DhcpMessage refused(Inet4Address address) {
            note("nak", "Refused " + address.getHostAddress(), address);
            counters.increment("dhcp.refused");
            return replies.refusal("address " + address.getHostAddress() + " is not yours");
        }

        private boolean usable(Inet4Address address) {
            return !isOurs(address) && !on.foreignServers().contains(address) && !subnet.router().equals(Optional.of(address)) && !subnet.broadcast().equals(address);
        }

        /// On port 67 beside the site's server: only who boots is answered, without an address. What others ask of that server tells who has which.
        Decision answerAsProxy() {
            boolean boots = !(firmware instanceof Firmware.OperatingSystem);
            return switch (request.type()) {
                case DISCOVER -> {
                    note("discover", firmware.title() + " asks for an address", DhcpMessage.NO_ADDRESS);
                    foreignServers.on(on).forEach(server -> noteForeign(mac, server, on));
                    yield boots ? bootOnly(DhcpMessageType.OFFER, "proxy-offer") : Decision.silence();
                }
                case REQUEST -> {
                    Optional<Inet4Address> server = request.options().address(DhcpOption.SERVER_IDENTIFIER);
                    server.filter(one -> !isOurs(one)).ifPresent(one -> foreign(mac, one, on, subnet));
                    Inet4Address address = request.options().address(DhcpOption.REQUESTED_ADDRESS).orElse(request.clientAddress());
                    if (subnet.contains(address)) {
                        leases.sighted(mac, address);
                        note("request", firmware.title() + " takes " + address.getHostAddress() + server.map(one -> " from " + one.getHostAddress()).orElse(""), address);
                    }
                    yield Decision.silence();
                }
                case INFORM -> {
                    if (!boots || !subnet.contains(request.clientAddress())) {
                        yield Decision.silence();
                    }
                    leases.sighted(mac, request.clientAddress());
                    yield bootOnly(DhcpMessageType.ACK, "proxy-ack");
                }
                case DECLINE, RELEASE -> Decision.silence(); // the site's server's matter
                case OFFER, ACK, NAK -> malformed();
            };
        }

        Decision bootServerRequest(Inet4Address source) {
            if (firmware instanceof Firmware.OperatingSystem) {
                return Decision.silence();
            }
            leases.sighted(mac, source);
            note("boot-server-request", firmware.title() + " asks on port 4011 what to boot", source);
            return bootOnly(DhcpMessageType.ACK, "proxy-ack");
        }

        private Decision bootOnly(DhcpMessageType type, String event) {
            DhcpMessage reply = reply(type, DhcpMessage.NO_ADDRESS);
            if (reply.bootFile().isEmpty()) {
                return Decision.silence(); // no loader: told already
            }
            note(event, "Told to boot " + reply.bootFile() + "; its address comes from the site's DHCP server", DhcpMessage.NO_ADDRESS);
            return Decision.now(reply);
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
