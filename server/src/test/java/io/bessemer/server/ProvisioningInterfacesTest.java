package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.conductor.AgentUrl;
import io.bessemer.server.PxeProperties.Interface;
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
        return new Interface(name, address, range, "", List.of());
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
