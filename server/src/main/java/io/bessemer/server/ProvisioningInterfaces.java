package io.bessemer.server;

import io.bessemer.pxe.PxeSettings;
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
        String[] address = on.address().split("/", -1);
        String[] range = on.range().split("-", -1);
        if (address.length != 2 || !address[1].matches("\\d{1,2}")) {
            throw new IllegalArgumentException(setting + ".address is '" + on.address() + "'; allowed is ADDRESS/PREFIX, such as 172.22.0.1/24");
        }
        if (range.length != 2) {
            throw new IllegalArgumentException(setting + ".range is '" + on.range() + "'; allowed is FIRST-LAST, such as 172.22.0.100-172.22.0.200");
        }
        Optional<Inet4Address> router = on.router().isEmpty() ? Optional.empty() : Optional.of(ipv4(setting + ".router", on.router()));
        List<Inet4Address> dns = on.dns().stream().map(text -> ipv4(setting + ".dns", text)).toList();
        return new PxeSettings.Interface(on.name(), ipv4(setting + ".address", address[0]), Integer.parseInt(address[1]),
                ipv4(setting + ".range", range[0].strip()), ipv4(setting + ".range", range[1].strip()), router, dns);
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
