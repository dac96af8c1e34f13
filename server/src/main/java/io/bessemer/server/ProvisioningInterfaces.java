package io.bessemer.server;

import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        Optional<Inet4Address> router = on.router().isEmpty() ? Optional.empty() : Optional.of(ipv4(setting + ".router", on.router()));
        Subnet subnet = subnet(setting, own, address[1], on.range(), router, on.dns());
        List<Subnet> relayed = new ArrayList<>();
        for (int i = 0; i < on.relayed().size(); i++) {
            relayed.add(relayed("%s.relayed[%d]".formatted(setting, i), on.relayed().get(i)));
        }
        return new PxeSettings.Interface(on.name(), own, subnet, relayed);
    }

    private static Subnet relayed(String setting, PxeProperties.Relayed network) {
        String[] parts = network(setting + ".network", network.network(), "NETWORK/PREFIX, such as 10.9.0.0/24");
        Subnet subnet = subnet(setting, ipv4(setting + ".network", parts[0]), parts[1], network.range(),
                Optional.of(ipv4(setting + ".router", network.router())), network.dns());
        if (!subnet.contains(subnet.router().orElseThrow())) {
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

    private static Subnet subnet(String setting, Inet4Address member, String prefix, String range, Optional<Inet4Address> router, List<String> dns) {
        String[] ends = range.split("-", -1);
        if (ends.length != 2) {
            throw new IllegalArgumentException("%s.range is '%s'; allowed is FIRST-LAST, such as 172.22.0.100-172.22.0.200".formatted(setting, range));
        }
        List<Inet4Address> nameServers = dns.stream().map(text -> ipv4(setting + ".dns", text)).toList();
        try {
            return new Subnet(member, Integer.parseInt(prefix), ipv4(setting + ".range", ends[0].strip()), ipv4(setting + ".range", ends[1].strip()),
                    router, nameServers);
        } catch (IllegalArgumentException wrong) {
            throw wrong.getMessage().startsWith(setting) ? wrong : new IllegalArgumentException(setting + ": " + wrong.getMessage(), wrong);
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
