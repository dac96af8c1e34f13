package io.bessemer.pxe.dhcp;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.pxe.BootDirectory;
import io.bessemer.pxe.BootDirectory.BootAnswer;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.Seldom;
import io.bessemer.pxe.Subnet;
import io.bessemer.pxe.firmware.Firmware;
import java.net.Inet4Address;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is answered to whom: RFC 2131 §4.3, as the only authority on its networks. Asks the directory, so it runs on virtual threads.
///
/// A machine that shall boot its own disk is answered as any other, and its boot script sends it there. Silence would be the plainer answer, but
/// firmware then asks for a minute (4, 8, 16 and 32 s) for each protocol that it knows, before it goes on to its disk.
public final class DhcpDecisions {
    private static final Logger log = LoggerFactory.getLogger(DhcpDecisions.class);
    private static final byte[] NO_PROXY_DHCP = {(byte) 176, 1, 1};

    private final Seldom warning = new Seldom();
    private final PxeSettings settings;
    private final BootDirectory directory;
    private final LeaseIndex leases;
    private final PxeCounters counters;

    public DhcpDecisions(PxeSettings settings, BootDirectory directory, LeaseIndex leases, PxeCounters counters) {
        this.settings = settings;
        this.directory = directory;
        this.leases = leases;
        this.counters = counters;
    }

    /// The answer, if there is one to give.
    ///
    /// @param on       where the message came in
    /// @param httpPort where the content server listens
    public Optional<DhcpMessage> answer(DhcpMessage message, PxeSettings.Interface on, int httpPort) {
        counters.increment("dhcp." + name(message.type()));
        if (message.reply()) {
            message.options().address(DhcpOption.SERVER_IDENTIFIER).filter(server -> !isOurs(server)).ifPresent(server -> foreign(message, server, on));
            return Optional.empty();
        }
        Optional<Subnet> subnet = subnetOf(message, on);
        if (subnet.isEmpty()) {
            counters.increment("dhcp.no-subnet");
            if (warning.now("relay")) {
                log.atWarn().addKeyValue("mac", message.mac()).addKeyValue("relay", message.relay().getHostAddress()).addKeyValue("interface", on.name())
                        .log("A DHCP relay asks for a network that no interface lists; add it to the interface's relayed networks");
            }
            return Optional.empty();
        }
        BootAnswer boots = directory.lookup(message.mac());
        if (boots instanceof BootAnswer.Unknown && !settings.discovery()) {
            counters.increment("dhcp.unknown");
            log.atDebug().addKeyValue("mac", message.mac()).log("Not answered: nobody knows this MAC and discovery is off");
            return Optional.empty();
        }
        return new Asked(message, on, subnet.get(), boots, Firmware.of(message.options()), httpPort).answer();
    }

    private Optional<Subnet> subnetOf(DhcpMessage message, PxeSettings.Interface on) {
        if (message.relayed()) {
            return Stream.concat(Stream.of(on.subnet()), on.relayed().stream()).filter(subnet -> subnet.contains(message.relay())).findFirst();
        }
        // a renewal from behind a router comes by unicast, without a relay
        return on.relayed().stream().filter(subnet -> subnet.contains(message.clientAddress())).findFirst().or(() -> Optional.of(on.subnet()));
    }

    private boolean isOurs(Inet4Address server) {
        return settings.interfaces().stream().anyMatch(each -> each.address().equals(server));
    }

    private void foreign(DhcpMessage message, Inet4Address server, PxeSettings.Interface on) {
        counters.increment("dhcp.foreign-server");
        if (warning.now("foreign-server")) {
            log.atWarn().addKeyValue("server", server.getHostAddress()).addKeyValue("mac", message.mac()).addKeyValue("interface", on.name())
                    .log("Another DHCP server answers on this network; machines may boot from it instead of us");
        }
        directory.observed(message.mac(), BootPhase.DHCP, "dhcp", "foreign-server", "Another DHCP server, " + server.getHostAddress() + ", answers on this network",
                Map.of("mac", message.mac().value(), "server", server.getHostAddress(), "interface", on.name()));
    }

    private static String name(DhcpMessageType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /// One message and all that is known of who sent it.
    private final class Asked {
        private final DhcpMessage request;
        private final PxeSettings.Interface on;
        private final Subnet subnet;
        private final BootAnswer boots;
        private final Firmware firmware;
        private final int httpPort;
        private final MacAddress mac;

        Asked(DhcpMessage request, PxeSettings.Interface on, Subnet subnet, BootAnswer boots, Firmware firmware, int httpPort) {
            this.request = request;
            this.on = on;
            this.subnet = subnet;
            this.boots = boots;
            this.firmware = firmware;
            this.httpPort = httpPort;
            this.mac = request.mac();
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
                    if (boots instanceof BootAnswer.Unknown) { // a known machine gets the same address again
                        leases.release(mac, request.clientAddress());
                    }
                    yield Optional.empty();
                }
                case INFORM -> Optional.of(reply(DhcpMessageType.ACK, DhcpMessage.NO_ADDRESS));
                case OFFER, ACK, NAK -> {
                    counters.increment("dhcp.malformed"); // a server's word in a client's envelope
                    yield Optional.empty();
                }
            };
        }

        private Optional<DhcpMessage> discover() {
            note("discover", firmware.title() + " asks for an address", DhcpMessage.NO_ADDRESS);
            Optional<Inet4Address> address = leases.offer(mac, subnet, request.options().address(DhcpOption.REQUESTED_ADDRESS), this::usable, this::known);
            if (address.isEmpty()) {
                counters.increment("dhcp.exhausted");
                if (warning.now("exhausted")) {
                    log.atError().addKeyValue("mac", mac).addKeyValue("interface", on.name()).addKeyValue("range_start", subnet.rangeStart().getHostAddress())
                            .addKeyValue("range_end", subnet.rangeEnd().getHostAddress()).log("No DHCP address is left; make the range larger");
                }
                note("exhausted", "No address is left between %s and %s".formatted(subnet.rangeStart().getHostAddress(), subnet.rangeEnd().getHostAddress()), DhcpMessage.NO_ADDRESS);
                return Optional.empty();
            }
            note("offer", "Offered " + address.get().getHostAddress(), address.get());
            return Optional.of(reply(DhcpMessageType.OFFER, address.get()));
        }

        /// The four kinds of request, RFC 2131 §4.3.2.
        private Optional<DhcpMessage> request() {
            Optional<Inet4Address> server = request.options().address(DhcpOption.SERVER_IDENTIFIER);
            Optional<Inet4Address> requested = request.options().address(DhcpOption.REQUESTED_ADDRESS);
            if (server.isPresent() && !isOurs(server.get())) {
                foreign(request, server.get(), on);
                return Optional.empty();
            }
            boolean selecting = server.isPresent();
            // selecting and init-reboot name the address in option 50, renewing and rebinding in ciaddr
            Inet4Address address = requested.orElse(request.clientAddress());
            if (address.equals(DhcpMessage.NO_ADDRESS)) {
                counters.increment("dhcp.malformed");
                return Optional.empty();
            }
            note("request", firmware.title() + " takes " + address.getHostAddress(), address);
            Optional<Inet4Address> held = leases.find(mac).map(Lease::address).filter(subnet::inRange);
            boolean mayHave = held.isPresent() ? held.get().equals(address) : !selecting && leases.isFreeFor(mac, address, subnet, this::usable);
            if (!mayHave && selecting && held.isEmpty()) { // our offer, forgotten by a restart
                mayHave = leases.isFreeFor(mac, address, subnet, this::usable);
            }
            if (!mayHave || !leases.bind(mac, address, settings.leaseTime())) {
                note("nak", "Refused " + address.getHostAddress(), address);
                counters.increment("dhcp.refused");
                return Optional.of(refusal("address " + address.getHostAddress() + " is not yours"));
            }
            note("ack", "Has " + address.getHostAddress(), address);
            return Optional.of(reply(DhcpMessageType.ACK, address));
        }

        private boolean usable(Inet4Address address) {
            return !isOurs(address) && !subnet.router().equals(Optional.of(address)) && !subnet.broadcast().equals(address);
        }

        private boolean known(MacAddress other) {
            return !(directory.lookup(other) instanceof BootAnswer.Unknown);
        }

        private DhcpMessage refusal(String reason) {
            DhcpOptions options = DhcpOptions.builder().type(DhcpMessageType.NAK).address(DhcpOption.SERVER_IDENTIFIER, on.address())
                    .text(DhcpOption.MESSAGE, reason).echo(DhcpOption.CLIENT_IDENTIFIER, request.options()).echo(DhcpOption.RELAY_AGENT, request.options()).build();
            // RFC 2131 §4.3.2: behind a relay, the refusal must be broadcast to a client that has no address
            return new DhcpMessage(true, 0, request.transaction(), 0, request.broadcast() || request.relayed(), DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS,
                    request.relay(), mac, "", "", DhcpMessageType.NAK, options);
        }

        private DhcpMessage reply(DhcpMessageType type, Inet4Address yourAddress) {
            DhcpOptions asked = request.options();
            var options = DhcpOptions.builder().type(type).address(DhcpOption.SERVER_IDENTIFIER, on.address());
            if (request.type() != DhcpMessageType.INFORM) { // RFC 2131 §4.3.5
                long time = settings.leaseTime().toSeconds();
                options.seconds(DhcpOption.LEASE_TIME, time).seconds(DhcpOption.RENEWAL_TIME, time / 2).seconds(DhcpOption.REBINDING_TIME, time * 7 / 8);
            }
            options.address(DhcpOption.SUBNET_MASK, subnet.mask()).address(DhcpOption.BROADCAST_ADDRESS, subnet.broadcast());
            subnet.router().ifPresent(router -> options.address(DhcpOption.ROUTER, router));
            options.addresses(DhcpOption.NAME_SERVERS, subnet.nameServers());
            Inet4Address nextServer = DhcpMessage.NO_ADDRESS;
            String serverName = "";
            String bootFile = "";
            switch (BootTarget.of(firmware, mac, on.address(), httpPort)) {
                case BootTarget.ByTftp(var file) -> {
                    nextServer = on.address();
                    serverName = on.address().getHostAddress();
                    bootFile = file;
                    options.text(DhcpOption.TFTP_SERVER_NAME, serverName).text(DhcpOption.BOOT_FILE_NAME, file);
                }
                case BootTarget.ByHttp(var url) -> {
                    nextServer = on.address();
                    bootFile = url;
                    options.text(DhcpOption.BOOT_FILE_NAME, url);
                }
                case BootTarget.Nothing() -> { }
            }
            switch (firmware) {
                case Firmware.Ipxe _ -> options.bytes(DhcpOption.IPXE, NO_PROXY_DHCP); // else iPXE waits 3 s for a proxy's offer
                case Firmware.HttpBoot _ -> options.text(DhcpOption.VENDOR_CLASS, "HTTPClient"); // offers without it are ignored
                // neither 60 nor 43: with 60 `PXEClient` firmware starts PXE's own boot server discovery, without it boots the file
                case Firmware.Pxe _, Firmware.OperatingSystem _ -> { }
            }
            if (!(firmware instanceof Firmware.OperatingSystem)) {
                options.echo(DhcpOption.CLIENT_UUID, asked);
            }
            options.echo(DhcpOption.CLIENT_IDENTIFIER, asked); // RFC 6842
            options.echo(DhcpOption.RELAY_AGENT, asked); // RFC 3046 §2.2, the last one
            Inet4Address clientAddress = type == DhcpMessageType.ACK ? request.clientAddress() : DhcpMessage.NO_ADDRESS;
            return new DhcpMessage(true, 0, request.transaction(), 0, request.broadcast(), clientAddress, yourAddress, nextServer, request.relay(), mac,
                    serverName, bootFile, type, options.build());
        }

        private void note(String event, String message, Inet4Address address) {
            var details = new LinkedHashMap<String, Object>();
            details.put("mac", mac.value());
            details.put("firmware", firmware.title());
            request.options().unsignedShort(DhcpOption.CLIENT_SYSTEM).ifPresent(code -> details.put("architecture", code));
            if (!address.equals(DhcpMessage.NO_ADDRESS)) {
                details.put("address", address.getHostAddress());
            }
            details.put("interface", on.name());
            directory.observed(mac, BootPhase.DHCP, "dhcp", event, message, details);
        }
    }
}
