package io.bessemer.api.node;

import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What `network_data` may be: Nova's `network_data.json`, by the schema that Ironic has checked it against since API 1.66. Beyond the schema, what refers to a link must name one.
final class NetworkData {
    private static final int MOST = 1000;
    private static final Pattern MAC = Pattern.compile("(?i)([0-9A-F]{2}[:-]){5}[0-9A-F]{2}");
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)";
    private static final Pattern IPV4 = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE);
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[0-9a-zA-Z]+)?(/[0-9]{1,3})?");
    private static final String ONES = "(0|128|192|224|240|248|252|254)";
    private static final Pattern NETMASK = Pattern.compile("%1$s\\.0\\.0\\.0|255\\.%1$s\\.0\\.0|255\\.255\\.%1$s\\.0|255\\.255\\.255\\.%1$s|255\\.255\\.255\\.255".formatted(ONES));
    private static final List<String> PLAIN = List.of("bridge", "dvs", "hw_veb", "hyperv", "ovs", "tap", "vhostuser", "vif", "phy");
    private static final List<String> BOND_MODES = List.of("802.3ad", "balance-rr", "active-backup", "balance-xor", "broadcast", "balance-tlb", "balance-alb");

    private NetworkData() {
    }

    /// @param field as the client writes it
    /// @return the same
    /// @throws Failure.Invalid naming the member that is wrong; an empty object is none
    static Map<String, Object> check(Map<String, Object> data, String field) {
        if (data.isEmpty()) {
            return data;
        }
        Set<String> links = new HashSet<>();
        List<Object> all = list(data, "links", field);
        for (int i = 0; i < all.size(); i++) {
            links.add(link(Values.object(all.get(i), field + "/links/" + i), field + "/links/" + i));
        }
        for (int i = 0; i < all.size(); i++) {
            references(Values.object(all.get(i), field), links, field + "/links/" + i);
        }
        List<Object> networks = list(data, "networks", field);
        for (int i = 0; i < networks.size(); i++) {
            network(Values.object(networks.get(i), field + "/networks/" + i), links, field + "/networks/" + i);
        }
        services(list(data, "services", field), field + "/services");
        return data;
    }

    private static String link(Map<String, Object> link, String field) {
        String type = word(link, "type", field);
        switch (type) {
            case "bond" -> {
                matching(link, "ethernet_mac_address", MAC, "a MAC address", field);
                oneOf(word(link, "bond_mode", field), BOND_MODES, field + "/bond_mode");
                list(link, "bond_links", field).forEach(one -> Values.text(one, field + "/bond_links"));
            }
            case "vlan" -> {
                matching(link, "vlan_mac_address", MAC, "a MAC address", field);
                word(link, "vlan_link", field);
                int id = Values.wholeNumber(required(link, "vlan_id", field), field + "/vlan_id");
                if (id < 0 || id > 4095) {
                    throw new Failure.Invalid(field + "/vlan_id", "%d is not 0 to 4095.".formatted(id));
                }
            }
            default -> {
                oneOf(type, Stream.concat(PLAIN.stream(), Stream.of("bond", "vlan")).toList(), field + "/type");
                matching(link, "ethernet_mac_address", MAC, "a MAC address", field);
            }
        }
        Object mtu = link.get("mtu");
        if (mtu != null && (!(mtu instanceof Number number) || number.doubleValue() < 1 || number.doubleValue() > 65_535)) {
            throw new Failure.Invalid(field + "/mtu", "'%s' is not a number of 1 to 65535.".formatted(mtu));
        }
        return word(link, "id", field);
    }

    private static void references(Map<String, Object> link, Set<String> links, String field) {
        if ("vlan".equals(link.get("type"))) {
            oneOf(word(link, "vlan_link", field), List.copyOf(links), field + "/vlan_link");
        }
        if ("bond".equals(link.get("type"))) {
            list(link, "bond_links", field).forEach(one -> oneOf(String.valueOf(one), List.copyOf(links), field + "/bond_links"));
        }
    }

    private static void network(Map<String, Object> network, Set<String> links, String field) {
        word(network, "id", field);
        word(network, "network_id", field);
        oneOf(word(network, "link", field), List.copyOf(links), field + "/link");
        String type = word(network, "type", field);
        oneOf(type, List.of("ipv4", "ipv4_dhcp", "ipv6", "ipv6_dhcp", "ipv6_slaac"), field + "/type");
        boolean four = type.startsWith("ipv4");
        address(network, "ip_address", four, false, field);
        mask(network, four, false, field);
        if (network.get("routes") != null) {
            List<Object> routes = list(network, "routes", field);
            for (int i = 0; i < routes.size(); i++) {
                String where = field + "/routes/" + i;
                Map<String, Object> route = Values.object(routes.get(i), where);
                address(route, "network", four, true, where);
                mask(route, four, true, where);
                address(route, "gateway", four, true, where);
                if (route.get("services") != null) {
                    services(list(route, "services", where), where + "/services");
                }
            }
        }
    }

    private static void services(List<Object> services, String field) {
        for (int i = 0; i < services.size(); i++) {
            String where = field + "/" + i;
            Map<String, Object> service = Values.object(services.get(i), where);
            oneOf(word(service, "type", where), List.of("dns"), where + "/type");
            String address = word(service, "address", where);
            if (!IPV4.matcher(address).matches() && !IPV6.matcher(address).matches()) {
                throw new Failure.Invalid(where + "/address", "'%s' is not an IP address.".formatted(shown(address)));
            }
        }
    }

    private static void address(Map<String, Object> map, String key, boolean four, boolean required, String field) {
        if (required || map.get(key) != null) {
            matching(map, key, four ? IPV4 : IPV6, four ? "an IPv4 address" : "an IPv6 address", field);
        }
    }

    private static void mask(Map<String, Object> map, boolean four, boolean required, String field) {
        if (required || map.get("netmask") != null) {
            matching(map, "netmask", four ? NETMASK : IPV6, four ? "a netmask, as in 255.255.252.0" : "a netmask, as in ffff:ffff::", field);
        }
    }

    private static void matching(Map<String, Object> map, String key, Pattern pattern, String expected, String field) {
        String text = word(map, key, field);
        if (!pattern.matcher(text).matches()) {
            throw new Failure.Invalid(field + "/" + key, "'%s' is not %s.".formatted(shown(text), expected));
        }
    }

    private static void oneOf(String text, List<String> allowed, String field) {
        if (!allowed.contains(text)) {
            throw new Failure.Invalid(field, "'%s' is not one of %s.".formatted(shown(text), allowed.stream().sorted().limit(20).toList()));
        }
    }

    private static String word(Map<String, Object> map, String key, String field) {
        return Values.text(required(map, key, field), field + "/" + key, 255);
    }

    private static Object required(Map<String, Object> map, String key, String field) {
        Object value = map.get(key);
        if (value == null) {
            throw new Failure.Missing(field + "/" + key, "It is part of Nova's network_data.json.");
        }
        return value;
    }

    private static List<Object> list(Map<String, Object> map, String key, String field) {
        List<Object> list = Values.list(required(map, key, field), field + "/" + key);
        if (list.size() > MOST) {
            throw new Failure.Invalid(field + "/" + key, "has %d members, at most %d are allowed.".formatted(list.size(), MOST));
        }
        return list;
    }

    private static String shown(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
