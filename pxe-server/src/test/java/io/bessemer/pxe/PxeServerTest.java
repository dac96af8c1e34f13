package io.bessemer.pxe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.node.MacAddress;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import org.dhcp4java.DHCPConstants;
import org.dhcp4java.DHCPPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PxeServerTest {
    private static final String NEW_MAC = "52:54:00:aa:bb:77";

    @TempDir
    Path work;

    @Test
    void an_independent_client_gets_an_address_and_its_script() throws Exception {
        try (var running = new RunningServer(work); var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            socket.setSoTimeout(5000);
            byte[] junk = {1, 1, 6};
            socket.send(new DatagramPacket(junk, junk.length, InetAddress.getLoopbackAddress(), running.server.dhcpPort()));

            DHCPPacket offer = exchange(running, socket, DHCPConstants.DHCPDISCOVER, null);
            assertThat(offer.getDHCPMessageType()).isEqualTo(DHCPConstants.DHCPOFFER);
            assertThat(offer.getYiaddr().getHostAddress()).startsWith("127.0.9.");
            DHCPPacket ack = exchange(running, socket, DHCPConstants.DHCPREQUEST, offer);
            assertThat(ack.getDHCPMessageType()).isEqualTo(DHCPConstants.DHCPACK);
            assertThat(ack.getYiaddr()).isEqualTo(offer.getYiaddr());
            assertThat(ack.getFile()).isEqualTo(running.http("/boot/script/" + NEW_MAC));
            assertThat(ack.getOptionRaw((byte) 175)).containsExactly(176, 1, 1);
            assertThat(running.leases.find(new MacAddress(NEW_MAC)).orElseThrow().address()).isEqualTo(offer.getYiaddr());
            assertThat(running.server.counters()).containsEntry("dhcp.malformed", 1L).containsEntry("dhcp.discover", 1L);
        }
    }

    @Test
    void every_port_that_is_taken_is_named_with_who_has_it() throws Exception {
        try (var http = new ServerSocket(0, 5, InetAddress.getLoopbackAddress()); var tftp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var dhcp = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            PxeSettings settings = RunningServer.settings(work, work).withPorts(dhcp.getLocalPort(), 68, 0, tftp.getLocalPort(), http.getLocalPort());
            try (var server = new PxeServer(settings, new RecordingDirectory(), new MemoryLeases(), Clock.systemUTC())) {
                String us = "java (pid " + ProcessHandle.current().pid() + ")";
                assertThatThrownBy(server::start).isInstanceOfSatisfying(PxeStartException.class, failure -> assertThat(failure.problems()).containsExactly(
                        "HTTP port " + http.getLocalPort() + " on 127.0.0.1 (any interface) is taken by " + us + "; stop it, or configure another port.",
                        "TFTP port " + tftp.getLocalPort() + " on 127.0.0.1 (any interface) is taken by " + us + "; stop it, or configure another port.",
                        "DHCP port " + dhcp.getLocalPort() + " on 127.0.0.1 (any interface) is taken by " + us + "; stop it, or configure another port."));
            }
        }
    }

    @Test
    void settings_with_faults_name_all_of_them() {
        assertThatThrownBy(() -> RunningServer.settings(work, work).withPorts(70000, 68, 0, -1, 0)).hasMessage("PXE settings: port 70000 is not in 0..65535; port -1 is not in 0..65535");
    }

    private static DHCPPacket exchange(RunningServer running, DatagramSocket socket, byte type, DHCPPacket offer) throws Exception {
        var packet = new DHCPPacket();
        packet.setOp(DHCPConstants.BOOTREQUEST);
        packet.setHtype(DHCPConstants.HTYPE_ETHER);
        packet.setHlen((byte) 6);
        packet.setXid(77);
        packet.setChaddrHex(NEW_MAC.replace(":", ""));
        packet.setDHCPMessageType(type);
        packet.setOptionRaw((byte) 93, new byte[] {0, 0});
        packet.setOptionRaw(DHCPConstants.DHO_USER_CLASS, "iPXE".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        if (offer != null) {
            packet.setOptionAsInetAddress(DHCPConstants.DHO_DHCP_REQUESTED_ADDRESS, offer.getYiaddr());
            packet.setOptionAsInetAddress(DHCPConstants.DHO_DHCP_SERVER_IDENTIFIER, offer.getOptionAsInetAddr(DHCPConstants.DHO_DHCP_SERVER_IDENTIFIER));
        }
        byte[] bytes = packet.serialize();
        socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), running.server.dhcpPort()));
        var reply = new DatagramPacket(new byte[1500], 1500);
        socket.receive(reply);
        return DHCPPacket.getPacket(reply);
    }
}
