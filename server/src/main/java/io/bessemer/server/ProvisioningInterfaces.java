package io.bessemer.server;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.DhcpMode;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.Reservations;
import io.bessemer.pxe.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Understands `bessemer.pxe.interfaces`.
final class ProvisioningInterfaces {
    private ProvisioningInterfaces() {
    }

    /// @throws IllegalArgumentException that tells every fault
    static List<PxeSettings.Interface> parse(List<PxeProperties.Interface> given) {
        var parsed = new ArrayList<PxeSettings.Interface>();
        var faults = new ArrayList<String>();
        for (int i = 0; i < given.size(); i++) {
            String setting = "bessemer.pxe.interfaces[%d]".formatted(i);
            try {
                parsed.add(parse(setting, given.get(i)));
            } catch (IllegalArgumentException wrong) {
                faults.add(wrong.getMessage().startsWith(setting) ? wrong.getMessage() : setting + ": " + wrong.getMessage());
            }
        }
        PxeSettings.conflicts(parsed).forEach(conflict -> faults.add("bessemer.pxe.interfaces: " + conflict));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
        return List.copyOf(parsed);
    }

    private static PxeSettings.Interface parse(String setting, PxeProperties.Interface on) {
        String[] address = network(setting + ".address", on.address(), "ADDRESS/PREFIX, such as 172.22.0.1/24");
        Inet4Address own = ipv4(setting + ".address", address[0]);
        Subnet subnet = subnet(setting, own, address[1], on.mode(), on.range(), on.reservations(), on.router(), on.dns());
        List<Subnet> relayed = new ArrayList<>();
        for (int i = 0; i < on.relayed().size(); i++) {
            relayed.add(relayed("%s.relayed[%d]".formatted(setting, i), on.relayed().get(i)));
        }
        Set<Inet4Address> foreign = on.foreignServers().stream().map(text -> ipv4(setting + ".foreign-servers", text)).collect(Collectors.toSet());
        return new PxeSettings.Interface(on.name(), own, subnet, relayed, foreign);
    }

    private static Subnet relayed(String setting, PxeProperties.Relayed network) {
        String[] parts = network(setting + ".network", network.network(), "NETWORK/PREFIX, such as 10.9.0.0/24");
        if (network.mode() == DhcpMode.SERVER && network.router().isEmpty()) {
            throw new IllegalArgumentException(setting + ".router is missing; machines behind a relay cannot reach us without one");
        }
        Subnet subnet = subnet(setting, ipv4(setting + ".network", parts[0]), parts[1], network.mode(), network.range(), network.reservations(), network.router(), network.dns());
        if (subnet.router().filter(router -> !subnet.contains(router)).isPresent()) {
            throw new IllegalArgumentException("%s.router is '%s', which is not in %s; allowed is an address of the network"
                    .formatted(setting, network.router(), network.network()));
        }
        return subnet;
    }

    private static String[] network(String setting, String text, String allowed) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2 || !parts[1].matches("\\d{1,2}")) {
            throw new IllegalArgumentException("%s is '%s'; allowed is %s".formatted(setting, text, allowed));
        }
        return parts;
    }

    private static Subnet subnet(String setting, Inet4Address member, String prefix, DhcpMode mode, String range, List<String> reservations, String router, List<String> dns) {
        if (mode == DhcpMode.PROXY && !(range.isEmpty() && reservations.isEmpty() && router.isEmpty() && dns.isEmpty())) {
            throw new IllegalArgumentException(setting + ".mode is 'proxy', but range, reservations, router or dns is set; the site's own DHCP server gives these: remove them, "
                    + "or set mode to server");
        }
        if (mode == DhcpMode.SERVER && range.isEmpty()) {
            throw new IllegalArgumentException(setting + ".range is missing; allowed is FIRST-LAST, such as 172.22.0.100-172.22.0.200; none is needed in mode proxy");
        }
        List<Subnet.Range> ranges = range.isEmpty() ? List.of() : Arrays.stream(range.split(",", -1)).map(text -> range(setting, text.strip())).toList();
        List<Inet4Address> nameServers = dns.stream().map(text -> ipv4(setting + ".dns", text)).toList();
        Optional<Inet4Address> gateway = router.isEmpty() ? Optional.empty() : Optional.of(ipv4(setting + ".router", router));
        Reservations reserved = reservations(setting + ".reservations", reservations);
        try {
            return new Subnet(member, Integer.parseInt(prefix), mode, ranges, reserved, gateway, nameServers);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(setting + ": " + wrong.getMessage(), wrong);
        }
    }

    private static Subnet.Range range(String setting, String text) {
        String[] ends = text.split("-", -1);
        if (ends.length != 2) {
            throw new IllegalArgumentException("%s.range is '%s'; allowed is FIRST-LAST, such as 172.22.0.100-172.22.0.200".formatted(setting, text));
        }
        Inet4Address first = ipv4(setting + ".range", ends[0].strip());
        Inet4Address last = ipv4(setting + ".range", ends[1].strip());
        try {
            return new Subnet.Range(first, last);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(setting + ": " + wrong.getMessage(), wrong);
        }
    }

    private static Reservations reservations(String setting, List<String> given) {
        var addresses = new LinkedHashMap<MacAddress, Inet4Address>();
        for (String text : given) {
            String[] parts = text.split("=", -1);
            Optional<MacAddress> mac = parts.length == 2 ? MacAddress.parse(parts[0].strip()) : Optional.empty();
            if (mac.isEmpty()) {
                throw new IllegalArgumentException("%s has '%s'; allowed is MAC=ADDRESS, such as 52:54:00:12:34:56=172.22.0.20".formatted(setting, text));
            }
            if (addresses.put(mac.get(), ipv4(setting, parts[1].strip())) != null) {
                throw new IllegalArgumentException("%s has %s twice; a machine has one address in a network".formatted(setting, mac.get()));
            }
        }
        try {
            return new Reservations(addresses);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(setting + ": " + wrong.getMessage(), wrong);
        }
    }

    private static Inet4Address ipv4(String setting, String text) {
        try {
            if (text.matches("[0-9.]+") && InetAddress.getByName(text) instanceof Inet4Address address) {
                return address;
            }
        } catch (UnknownHostException notAnAddress) {
            // told below
        }
        throw new IllegalArgumentException(setting + " has '" + text + "'; allowed is an IPv4 address such as 172.22.0.1");
    }
}
