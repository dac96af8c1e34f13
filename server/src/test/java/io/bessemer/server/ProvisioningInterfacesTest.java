package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.conductor.AgentUrl;
import io.bessemer.server.PxeProperties.Interface;
import io.bessemer.server.PxeProperties.Relayed;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProvisioningInterfacesTest {
    private static final URI SECOND = URI.create("http://172.23.0.1:8088");

    private static PxeProperties pxe(Interface... interfaces) {
        return new PxeProperties(true, List.of(interfaces), false, 67, 68, 69, 8088, Duration.ofHours(1), false, true);
    }

    private static Interface on(String name, String address, String range) {
        return new Interface(name, address, range, "", List.of(), List.of());
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
        PxeProperties pxe = pxe(relaying(new Relayed("10.9.0.0/24", "10.9.0.100-10.9.0.200", "10.9.0.1", List.of("10.9.0.2"))));
        assertThat(pxe.parsedInterfaces().getFirst().relayed()).singleElement().satisfies(network -> {
            assertThat(network.rangeAddress(0)).hasToString("/10.9.0.100");
            assertThat(network.rangeSize()).isEqualTo(101);
            assertThat(network.router()).hasValueSatisfying(router -> assertThat(router).hasToString("/10.9.0.1"));
            assertThat(network.nameServers()).hasToString("[/10.9.0.2]");
        });
    }

    @Test
    void each_fault_of_a_network_behind_a_relay_is_named() {
        assertThatThrownBy(() -> pxe(relaying(new Relayed("10.9.0.0", "10.9.0.100-10.9.0.200", "10.9.0.1", List.of()))).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].relayed[0].network is '10.9.0.0'; allowed is NETWORK/PREFIX, such as 10.9.0.0/24");
        assertThatThrownBy(() -> pxe(relaying(new Relayed("10.9.0.0/24", "10.9.0.100", "10.9.0.1", List.of()))).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].relayed[0].range is '10.9.0.100'; allowed is FIRST-LAST, such as 172.22.0.100-172.22.0.200");
        assertThatThrownBy(() -> pxe(relaying(new Relayed("10.9.0.0/24", "10.9.0.100-10.9.0.200", "10.8.0.1", List.of()))).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].relayed[0].router is '10.8.0.1', which is not in 10.9.0.0/24; allowed is an address of the network");
        assertThatThrownBy(() -> pxe(relaying(new Relayed("10.9.0.0/24", "10.8.0.100-10.8.0.200", "10.9.0.1", List.of()))).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces[0].relayed[0]: DHCP range address 10.8.0.100 is not in 10.9.0.0/24");
        assertThatThrownBy(() -> pxe(relaying(new Relayed("172.22.0.0/24", "172.22.0.9-172.22.0.10", "172.22.0.1", List.of())), two().interfaces().get(1)).parsedInterfaces())
                .hasMessage("bessemer.pxe.interfaces: networks 172.22.0.0/24 and 172.22.0.0/24 of 'eth1' overlap; a relayed network is another one than that of its interface");
    }

    private static Interface relaying(Relayed network) {
        return new Interface("eth1", "172.22.0.1/24", "172.22.0.100-172.22.0.200", "", List.of(), List.of(network));
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
