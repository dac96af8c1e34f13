package io.bessemer.api.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class NetworkDataTest {
    /// that of Ironic's documentation of DHCP-less deploys, with a bond, a VLAN and a route
    private static final String GOOD = """
            {"links": [{"id": "port-1", "type": "phy", "ethernet_mac_address": "52:54:00:d3:6a:71", "mtu": 1500},
                       {"id": "port-2", "type": "phy", "ethernet_mac_address": "52-54-00-D3-6A-72", "mtu": null},
                       {"id": "bond0", "type": "bond", "bond_mode": "802.3ad", "bond_links": ["port-1", "port-2"], "ethernet_mac_address": "52:54:00:d3:6a:71"},
                       {"id": "vlan7", "type": "vlan", "vlan_id": 7, "vlan_link": "bond0", "vlan_mac_address": "52:54:00:d3:6a:71"}],
             "networks": [{"id": "network0", "type": "ipv4", "link": "vlan7", "ip_address": "192.168.122.42", "netmask": "255.255.255.0", "network_id": "network0",
                           "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "192.168.122.1"}]},
                          {"id": "network1", "type": "ipv6", "link": "port-1", "ip_address": "2001:db8::42", "netmask": "ffff:ffff::", "network_id": "n"},
                          {"id": "network2", "type": "ipv4_dhcp", "link": "port-2", "network_id": "n"}],
             "services": [{"type": "dns", "address": "192.168.122.1"}, {"type": "dns", "address": "2001:db8::1"}]}
            """;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> check(String json) {
        return NetworkData.check(JsonMapper.shared().readValue(json, Map.class), "network_data");
    }

    @Test
    void what_the_schema_allows_is_taken_as_it_is_and_nothing_is_nothing() {
        assertThat(check(GOOD)).isEqualTo(JsonMapper.shared().readValue(GOOD, Map.class));
        assertThat(check("{}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "services": [                                               | "other": [                      | network_data/services is missing
            "type": "phy", "ethernet_mac_address": "52:54:00:d3:6a:71"  | "type": "phy"                   | network_data/links/0/ethernet_mac_address is missing
            52-54-00-D3-6A-72                                           | 52-54                           | network_data/links/1/ethernet_mac_address: '52-54' is not a MAC address
            "mtu": 1500                                                 | "mtu": 65536                    | network_data/links/0/mtu: '65536' is not a number of 1 to 65535
            802.3ad                                                     | trunk                           | network_data/links/2/bond_mode: 'trunk' is not one of
            "vlan_id": 7                                                | "vlan_id": 4096                 | network_data/links/3/vlan_id: 4096 is not 0 to 4095
            "vlan_link": "bond0"                                        | "vlan_link": "bond1"            | network_data/links/3/vlan_link: 'bond1' is not one of [bond0
            "link": "vlan7"                                             | "link": "eth9"                  | network_data/networks/0/link: 'eth9' is not one of
            192.168.122.42                                              | 192.168.122.256                 | network_data/networks/0/ip_address: '192.168.122.256' is not an IPv4 address
            2001:db8::42                                                | 10.0.0.1                        | network_data/networks/1/ip_address: '10.0.0.1' is not an IPv6 address
            255.255.255.0                                               | 255.0.255.1                     | network_data/networks/0/netmask: '255.0.255.1' is not a netmask
            "gateway": "192.168.122.1"                                  | "via": "192.168.122.1"          | network_data/networks/0/routes/0/gateway is missing
            "type": "ipv4_dhcp"                                         | "type": "dhcp"                  | network_data/networks/2/type: 'dhcp' is not one of
            {"type": "dns", "address": "192                             | {"type": "ntp", "address": "192 | network_data/services/0/type: 'ntp' is not one of [dns]
            """)
    void what_it_does_not_allow_is_named(String good, String wrong, String message) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> check(GOOD.replace(good, wrong))).isInstanceOf(Failure.class).hasMessageContaining(message);
    }
}
