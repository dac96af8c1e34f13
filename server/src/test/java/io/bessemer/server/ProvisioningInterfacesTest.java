package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.conductor.AgentUrl;
import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.DhcpMode;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.Subnet;
import io.bessemer.server.PxeProperties.Interface;
import io.bessemer.server.PxeProperties.Relayed;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProvisioningInterfacesTest {
    private static final URI SECOND = URI.create("http://172.23.0.1:8088");

    private static PxeProperties pxe(Interface... interfaces) {
        return new PxeProperties(true, List.of(interfaces), false, 67, 68, 4011, 69, 8088, Duration.ofHours(1), Duration.ofMillis(300), Duration.ofMinutes(10), false, true, 0);
    }

    private static Interface on(String name, String address, String range) {
        return new Interface(name, address, DhcpMode.SERVER, range, List.of(), "", List.of(), List.of(), List.of());
    }

    private static PxeProperties two() {
        return pxe(on("eth1", "172.22.0.1/24", "172.22.0.100-172.22.0.200"), on("eth2", "172.23.0.1/24", "172.23.0.100-172.23.0.200"));
    }

    @Test
    void agents_are_heard_on_every_interface_and_told_the_address_that_they_booted_from() {
        var agent = new AgentProperties("");
        assertThat(agent.addresses(two())).extracting(ListenAddress::url).containsExactly("http://172.22.0.1:6386", "http://172.23.0.1:6386");
        assertThat(agent.url(two()).of(SECOND)).hasToString("http://172.23.0.1:6386");
        assertThat(agent.addresses(pxe())).extracting(ListenAddress::url).containsExactly("http://127.0.0.1:6386");
    }

    @Test
    void another_port_for_agents_is_said_with_the_address_of_all() {
        var agent = new AgentProperties("0.0.0.0:7001");
        assertThat(agent.addresses(two())).extracting(ListenAddress::url).containsExactly("http://0.0.0.0:7001");
        assertThat(agent.url(two()).of(SECOND)).hasToString("http://172.23.0.1:7001");
    }

    @Test
    void an_address_of_its_own_is_told_to_all_agents() {
        var agent = new AgentProperties("10.0.0.5:7001");
        assertThat(agent.addresses(two())).extracting(ListenAddress::url).containsExactly("http://10.0.0.5:7001");
        assertThat(agent.url(two())).isEqualTo(new AgentUrl.Fixed(URI.create("http://10.0.0.5:7001")));
    }

    @Test
    void networks_behind_relays_are_served_by_the_interface_that_they_send_to() {
        PxeProperties pxe = pxe(relaying(new Relayed("10.9.0.0/24", DhcpMode.SERVER, "10.9.0.100-10.9.0.200", List.of(), "10.9.0.1", List.of("10.9.0.2"))));
        assertThat(pxe.parsedInterfaces().getFirst().relayed()).singleElement().satisfies(network -> {
            assertThat(network.rangeAddress(0)).hasToString("/10.9.0.100");
            assertThat(network.rangeSize()).isEqualTo(101);
            assertThat(network.router()).hasValueSatisfying(router -> assertThat(router).hasToString("/10.9.0.1"));
            assertThat(network.nameServers()).hasToString("[/10.9.0.2]");
        });
    }

    @Test
    void several_ranges_reservations_and_other_servers_are_understood() {
        PxeProperties.Interface given = new Interface("eth1", "172.22.0.1/24", DhcpMode.SERVER, "172.22.0.100-172.22.0.101, 172.22.0.150-172.22.0.152", List.of("52:54:00:12:34:56=172.22.0.20"), "",
                List.of(), List.of(), List.of("172.22.0.2"));
        PxeSettings.Interface on = pxe(given).parsedInterfaces().getFirst();
        assertThat(on.subnet().rangeSize()).isEqualTo(5);
        assertThat(on.subnet().rangeAddress(2)).hasToString("/172.22.0.150");
        assertThat(on.subnet().reservations().of(new MacAddress("52:54:00:12:34:56"))).hasValueSatisfying(address -> assertThat(address).hasToString("/172.22.0.20"));
        assertThat(on.foreignServers()).hasToString("[/172.22.0.2]");
    }

    @Test
    void a_network_beside_the_sites_server_has_nothing_to_give() {
        assertThat(pxe(new Interface("eth1", "172.22.0.1/24", DhcpMode.PROXY, "", List.of(), "", List.of(),
                List.of(new Relayed("10.9.0.0/24", DhcpMode.PROXY, "", List.of(), "", List.of())), List.of())).parsedInterfaces().getFirst().networks()).allMatch(Subnet::proxied);
        assertThatThrownBy(() -> pxe(new Interface("eth1", "172.22.0.1/24", DhcpMode.PROXY, "172.22.0.100-172.22.0.200", List.of(), "", List.of(), List.of(), List.of())).parsedInterfaces())
                .hasMessageStartingWith("bessemer.pxe.interfaces[0].mode is 'proxy', but range, reservations, router or dns is set");
        assertThatThrownBy(() -> pxe(on("eth1", "172.22.0.1/24", "")).parsedInterfaces()).hasMessageStartingWith("bessemer.pxe.interfaces[0].range is missing");
    }

    @Test
    void each_fault_of_ranges_and_reservations_is_named() {
        assertThatThrownBy(() -> pxe(on("eth1", "172.22.0.1/24", "172.22.0.10-172.22.0.20,172.22.0.20-172.22.0.30")).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0]: DHCP ranges 172.22.0.10-172.22.0.20 and 172.22.0.20-172.22.0.30 overlap");
        assertThatThrownBy(() -> pxe(reserving("52:54:00:12:34=172.22.0.20")).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].reservations has '52:54:00:12:34=172.22.0.20'; allowed is MAC=ADDRESS, such as 52:54:00:12:34:56=172.22.0.20");
        assertThatThrownBy(() -> pxe(reserving("52:54:00:12:34:56=172.23.0.20")).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0]: reserved address 172.23.0.20 is no machine's in 172.22.0.1/24");
        assertThatThrownBy(() -> pxe(reserving("52:54:00:12:34:56=172.22.0.1")).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0]: interface eth1: its own address 172.22.0.1 is reserved for a machine");
        assertThatThrownBy(() -> pxe(reserving("52:54:00:12:34:56=172.22.0.20", "52:54:00:12:34:57=172.22.0.20")).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].reservations: address 172.22.0.20 is reserved for 52:54:00:12:34:56 and for 52:54:00:12:34:57; an address is one machine's");
        assertThatThrownBy(() -> pxe(reserving("52:54:00:12:34:56=172.22.0.20", "52:54:00:12:34:56=172.22.0.21")).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].reservations has 52:54:00:12:34:56 twice; a machine has one address in a network");
    }

    private static Interface reserving(String... reservations) {
        return new Interface("eth1", "172.22.0.1/24", DhcpMode.SERVER, "172.22.0.100-172.22.0.200", List.of(reservations), "", List.of(), List.of(), List.of());
    }

    @Test
    void each_fault_of_a_network_behind_a_relay_is_named() {
        assertThatThrownBy(() -> pxe(relaying(new Relayed("10.9.0.0", DhcpMode.SERVER, "10.9.0.100-10.9.0.200", List.of(), "10.9.0.1", List.of()))).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].relayed[0].network is '10.9.0.0'; allowed is NETWORK/PREFIX, such as 10.9.0.0/24");
        assertThatThrownBy(() -> pxe(relaying(new Relayed("10.9.0.0/24", DhcpMode.SERVER, "10.9.0.100", List.of(), "10.9.0.1", List.of()))).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].relayed[0].range is '10.9.0.100'; allowed is FIRST-LAST, such as 172.22.0.100-172.22.0.200");
        assertThatThrownBy(() -> pxe(relaying(new Relayed("10.9.0.0/24", DhcpMode.SERVER, "10.9.0.100-10.9.0.200", List.of(), "10.8.0.1", List.of()))).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].relayed[0].router is '10.8.0.1', which is not in 10.9.0.0/24; allowed is an address of the network");
        assertThatThrownBy(() -> pxe(relaying(new Relayed("10.9.0.0/24", DhcpMode.SERVER, "10.8.0.100-10.8.0.200", List.of(), "10.9.0.1", List.of()))).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].relayed[0]: DHCP range address 10.8.0.100 is not in 10.9.0.0/24");
        assertThatThrownBy(() -> pxe(relaying(new Relayed("172.22.0.0/24", DhcpMode.SERVER, "172.22.0.9-172.22.0.10", List.of(), "172.22.0.1", List.of())), two().interfaces().get(1)).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces: networks 172.22.0.0/24 and 172.22.0.0/24 of 'eth1' overlap; a relayed network is another one than that of its interface");
    }

    private static Interface relaying(Relayed network) {
        return new Interface("eth1", "172.22.0.1/24", DhcpMode.SERVER, "172.22.0.100-172.22.0.200", List.of(), "", List.of(), List.of(network), List.of());
    }

    @Test
    void networks_that_overlap_are_named() {
        assertThatThrownBy(() -> pxe(on("eth1", "172.22.0.1/16", "172.22.0.100-172.22.0.200"), on("eth2", "172.22.7.1/24", "172.22.7.100-172.22.7.200")).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces: networks 172.22.0.0/16 of 'eth1' and 172.22.7.0/24 of 'eth2' overlap; give each interface a network of its own");
    }

    @Test
    void an_interface_that_is_listed_twice_is_named() {
        assertThatThrownBy(() -> pxe(on("eth1", "172.22.0.1/24", "172.22.0.100-172.22.0.200"), on("eth1", "172.23.0.1/24", "172.23.0.100-172.23.0.200")).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces: interface 'eth1' is listed twice; list each interface once");
    }

    @Test
    void all_faults_are_told_at_once_each_with_its_setting() {
        assertThatThrownBy(() -> pxe(on("eth1", "172.22.0.1", "172.22.0.100-172.22.0.200"), on("eth2", "172.23.0.1/24", "172.22.0.100-172.22.0.200")).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].address is '172.22.0.1'; allowed is ADDRESS/PREFIX, such as 172.22.0.1/24; "
                        + "bessemer.pxe.interfaces[1]: DHCP range address 172.22.0.100 is not in 172.23.0.1/24");
    }
}
