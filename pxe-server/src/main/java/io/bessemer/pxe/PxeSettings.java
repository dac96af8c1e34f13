package io.bessemer.pxe;

import io.bessemer.core.network.VisitorLimit;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// How the boot servers are set up.
///
/// @param interfaces            where machines are booted; at least one
/// @param dhcpPort              where we listen, 67
/// @param dhcpClientPort        where clients listen, 68
/// @param proxyPort             where we listen on networks in mode `PROXY` beside `dhcpPort`, 4011
/// @param bootDirectory         the files under `/boot/files/`, which TFTP serves too
/// @param imagesDirectory       the files under `/images/`
/// @param discovery             whether machines that nobody knows get answers
/// @param conflictProbe         how long an address is asked for before it is offered to a machine that did not have it; zero for not at all
/// @param rogueProbe            how often other DHCP servers are looked for; zero for never
/// @param replyToSource         send DHCP answers to the datagram's source address and port, for simulated racks on loopback
/// @param routerAdvertisements  answer IPv6 router solicitations, without which iPXE waits about 13 s in each boot
/// @param imageMachines         that fetch images at a time on an interface, 0 for a measured number
/// @param visitors              HTTP connections of one address on an interface
public record PxeSettings(
        List<Interface> interfaces, int dhcpPort, int dhcpClientPort, int proxyPort, int tftpPort, int httpPort, Path bootDirectory, Path imagesDirectory,
        boolean discovery, Duration leaseTime, Duration conflictProbe, Duration rogueProbe, boolean replyToSource, boolean routerAdvertisements, int imageMachines,
        VisitorLimit visitors) {
    public static final int DEFAULT_PROXY_PORT = 4011;
    public static final int DEFAULT_HTTP_PORT = 8088;
    public static final Duration DEFAULT_LEASE_TIME = Duration.ofHours(1);

    public PxeSettings {
        interfaces = List.copyOf(interfaces);
        var faults = new ArrayList<String>();
        if (interfaces.isEmpty()) {
            faults.add("at least one interface is needed");
        }
        faults.addAll(conflicts(interfaces));
        for (int port : new int[] {dhcpPort, dhcpClientPort, proxyPort, tftpPort, httpPort}) {
            if (port < 0 || port > 65535) {
                faults.add("port " + port + " is not in 0..65535");
            }
        }
        if (leaseTime.compareTo(Duration.ofMinutes(2)) < 0 || leaseTime.compareTo(Duration.ofDays(365)) > 0) {
            faults.add("lease time " + leaseTime + " is not between 2 minutes and 365 days");
        }
        if (imageMachines < 0 || imageMachines > 4096) {
            faults.add("image machines " + imageMachines + " is not in 0..4096");
        }
        Objects.requireNonNull(bootDirectory, "bootDirectory");
        Objects.requireNonNull(imagesDirectory, "imagesDirectory");
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("PXE settings: " + String.join("; ", faults));
        }
    }

    /// What forbids these interfaces beside each other. DHCP tells machines apart by network, and one device's socket hears all of its broadcasts.
    public static List<String> conflicts(List<Interface> interfaces) {
        var conflicts = new ArrayList<String>();
        for (int i = 0; i < interfaces.size(); i++) {
            Interface one = interfaces.get(i);
            for (Subnet relayed : one.relayed()) {
                one.networks().stream().filter(network -> network != relayed && network.overlaps(relayed)).forEach(overlapping -> conflicts.add(
                        "networks %s and %s of '%s' overlap; a relayed network is another one than that of its interface".formatted(
                                overlapping.network(), relayed.network(), one.name())));
            }
            for (Interface other : interfaces.subList(i + 1, interfaces.size())) {
                if (one.name().equals(other.name())) {
                    conflicts.add("interface '%s' is listed twice; list each interface once".formatted(one.name()));
                }
                for (Subnet network : one.networks()) {
                    other.networks().stream().filter(network::overlaps).forEach(overlapping -> conflicts.add(
                            "networks %s of '%s' and %s of '%s' overlap; give each interface a network of its own".formatted(
                                    network.network(), one.name(), overlapping.network(), other.name())));
                }
            }
        }
        return conflicts;
    }

    /// The usual ports; discovery and probes off, router advertisements on.
    public static PxeSettings of(Interface only, Path bootDirectory, Path imagesDirectory) {
        return new PxeSettings(List.of(only), 67, 68, DEFAULT_PROXY_PORT, 69, DEFAULT_HTTP_PORT, bootDirectory, imagesDirectory, false, DEFAULT_LEASE_TIME, Duration.ZERO, Duration.ZERO, false, true, 0, VisitorLimit.NONE);
    }

    public PxeSettings withPorts(int dhcp, int dhcpClient, int proxy, int tftp, int http) {
        return new PxeSettings(interfaces, dhcp, dhcpClient, proxy, tftp, http, bootDirectory, imagesDirectory, discovery, leaseTime, conflictProbe, rogueProbe, replyToSource, routerAdvertisements, imageMachines, visitors);
    }

    public PxeSettings withDiscovery(boolean on) {
        return new PxeSettings(interfaces, dhcpPort, dhcpClientPort, proxyPort, tftpPort, httpPort, bootDirectory, imagesDirectory, on, leaseTime, conflictProbe, rogueProbe, replyToSource,
                routerAdvertisements, imageMachines, visitors);
    }

    public PxeSettings withProbes(Duration conflict, Duration rogue) {
        return new PxeSettings(interfaces, dhcpPort, dhcpClientPort, proxyPort, tftpPort, httpPort, bootDirectory, imagesDirectory, discovery, leaseTime, conflict, rogue, replyToSource,
                routerAdvertisements, imageMachines, visitors);
    }

    public PxeSettings withReplyToSource(boolean on) {
        return new PxeSettings(interfaces, dhcpPort, dhcpClientPort, proxyPort, tftpPort, httpPort, bootDirectory, imagesDirectory, discovery, leaseTime, conflictProbe, rogueProbe, on,
                routerAdvertisements, imageMachines, visitors);
    }

    public PxeSettings withRouterAdvertisements(boolean on) {
        return new PxeSettings(interfaces, dhcpPort, dhcpClientPort, proxyPort, tftpPort, httpPort, bootDirectory, imagesDirectory, discovery, leaseTime, conflictProbe, rogueProbe, replyToSource,
                on, imageMachines, visitors);
    }

    public PxeSettings withImageMachines(int atATime) {
        return new PxeSettings(interfaces, dhcpPort, dhcpClientPort, proxyPort, tftpPort, httpPort, bootDirectory, imagesDirectory, discovery, leaseTime, conflictProbe, rogueProbe, replyToSource,
                routerAdvertisements, atATime, visitors);
    }

    public PxeSettings withVisitors(VisitorLimit limit) {
        return new PxeSettings(interfaces, dhcpPort, dhcpClientPort, proxyPort, tftpPort, httpPort, bootDirectory, imagesDirectory, discovery, leaseTime, conflictProbe, rogueProbe, replyToSource,
                routerAdvertisements, imageMachines, limit);
    }

    /// A network card (or bridge) on which machines boot.
    ///
    /// @param name    the kernel's name; DHCP is bound to it, so that broadcasts leave by it. Empty: not bound to a device
    /// @param address our own on it: DHCP server identifier, TFTP server, host in URLs
    /// @param subnet  the network that it stands in
    /// @param relayed networks whose DHCP relays send to this interface
    /// @param foreignServers other DHCP servers that may answer on these networks: the site's own, or a second Bessemer's. Others are warned of;
    ///                when none is named, those on networks in mode `PROXY` are expected, whoever they are
    public record Interface(String name, Inet4Address address, Subnet subnet, List<Subnet> relayed, Set<Inet4Address> foreignServers) {
        public Interface {
            relayed = List.copyOf(relayed);
            foreignServers = Set.copyOf(foreignServers);
            if (!subnet.contains(address)) {
                throw new IllegalArgumentException("interface " + name + ": " + address.getHostAddress() + " is not in its subnet");
            }
            for (Inet4Address reserved : subnet.reservations().addresses()) {
                if (reserved.equals(address)) {
                    throw new IllegalArgumentException("interface " + name + ": its own address " + address.getHostAddress() + " is reserved for a machine");
                }
            }
            if (name.length() > 15) {
                throw new IllegalArgumentException("interface name '" + name + "' is longer than 15 characters");
            }
        }

        public List<Subnet> networks() {
            return Stream.concat(Stream.of(subnet), relayed.stream()).toList();
        }

        /// Whether any of its networks has a DHCP server of the site's own.
        boolean proxies() {
            return networks().stream().anyMatch(Subnet::proxied);
        }

        public Interface(String name, Inet4Address address, Subnet subnet, List<Subnet> relayed) {
            this(name, address, subnet, relayed, Set.of());
        }

        public Interface(String name, Inet4Address address, int prefixLength, Inet4Address rangeStart, Inet4Address rangeEnd, Optional<Inet4Address> router, List<Inet4Address> nameServers) {
            this(name, address, new Subnet(address, prefixLength, rangeStart, rangeEnd, router, nameServers), List.of());
        }
    }
}
