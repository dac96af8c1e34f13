package io.bessemer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.program.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedSiteTest {
    @Test
    void its_ports_are_seven_in_a_row_that_nobody_gets_who_connects_next(@TempDir Path directory) throws IOException {
        int lowestGiven;
        try (BufferedReader range = Files.newBufferedReader(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))) { // the kernel gives all of it to the first read alone
            lowestGiven = Integer.parseInt(range.readLine().split("\\s+")[0]);
        }
        for (SimulatedSite site : new SimulatedSite[] {SimulatedSite.onFreePorts(directory), SimulatedSite.from(directory, 26_385)}) {
            assertThat(new int[] {site.api(), site.agent(), site.http(), site.hosts(), site.dhcp(), site.tftp(), site.dhcpClient()})
                    .containsExactlyInAnyOrder(IntStream.range(site.api(), site.api() + 7).toArray());
            assertThat(site.api() + 6).isLessThan(lowestGiven);
        }
    }

    @Test
    void its_boot_files_are_cut_and_its_image_has_what_was_asked_for(@TempDir Path directory) throws IOException {
        SimulatedSite site = SimulatedSite.from(directory, 26_385);
        site.bootFiles(4096);
        assertThat(directory.resolve("boot/vmlinuz")).hasSize(4096);
        assertThat(site.prepare(1 << 20, Progress.SILENT).dataBytes()).isBetween(1L << 20, 8L << 20);
        assertThat(directory.resolve("boot/vmlinuz")).hasSize(1 << 20);
        assertThat(directory.resolve("image.raw")).doesNotExist();
    }
}
