package io.bessemer.pxe.rack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Others on the wire: relays, squatters and DHCP servers that are not ours. Clients are busybox's, relays and servers dnsmasq's.
@Tag("root")
class NetworkTest {
    private static final String MAC = "52:54:00:23:00:21";

    @TempDir
    Path work;

    @Test
    void a_machine_behind_a_relay_gets_an_address_of_its_network() throws Exception {
        try (var rack = new QemuRack(work)) {
            rack.startRelay();
            rack.startServer("server", MAC + "=ramdisk");
            assertThat(rack.udhcpc(true, MAC)).containsPattern("lease of 10\\.9\\.0\\.\\d+ obtained from 172\\.23\\.0\\.1");
            assertThat(rack.awaitLine("dhcp ack", Duration.ofSeconds(5))).contains("relay=10.9.0.1");
        }
    }

    @Test
    void an_address_that_somebody_took_by_hand_is_not_given_away() throws Exception {
        try (var rack = new QemuRack(work)) {
            rack.occupy("172.23.0.150");
            rack.startServer("server", MAC + "=ramdisk");
            assertThat(rack.udhcpc(false, MAC, "-r", "172.23.0.150")).containsPattern("lease of 172\\.23\\.0\\.\\d+ obtained").doesNotContain("lease of 172.23.0.150");
            assertThat(rack.awaitLine("dhcp conflict", Duration.ofSeconds(5))).contains("address=172.23.0.150");
        }
    }

    @Test
    void a_dhcp_server_that_nobody_named_is_found_before_a_machine_boots_from_it() throws Exception {
        try (var rack = new QemuRack(work)) {
            rack.startSitesServer();
            rack.startServer("server", MAC + "=ramdisk");
            assertThat(rack.awaitLine("dhcp foreign-server", Duration.ofSeconds(15))).contains("server=172.23.0.2", "02:42:53:4d:52:00");
        }
    }
}
