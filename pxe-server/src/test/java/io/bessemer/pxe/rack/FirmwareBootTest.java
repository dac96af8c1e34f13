package io.bessemer.pxe.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.pxe.rack.QemuRack.Event;
import io.bessemer.pxe.rack.QemuRack.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("qemu")
@Tag("root")
class FirmwareBootTest {
    private static final Machine BIOS = new Machine("bios-ipxe-rom", true, "52:54:00:23:00:01", "virtio-net-pci", List.of());
    private static final Machine UEFI_PXE = new Machine("uefi-pxe", false, "52:54:00:23:00:02", "virtio-net-pci,romfile=", List.of());
    private static final Machine UEFI_HTTP = new Machine("uefi-http-boot", false, "52:54:00:23:00:03", "virtio-net-pci,romfile=",
            List.of("-fw_cfg", "name=opt/org.tianocore/IPv4PXESupport,string=no", "-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=no"));

    @TempDir
    Path work;

    @Test
    void each_firmware_reaches_its_ramdisk() throws Exception {
        try (var rack = new QemuRack(work)) {
            rack.startServer("server", BIOS.mac() + "=ramdisk", UEFI_PXE.mac() + "=ramdisk", UEFI_HTTP.mac() + "=ramdisk");

            List<Event> bios = rack.boot(BIOS, Duration.ofSeconds(60));
            print(BIOS, bios);
            assertThat(texts(bios)).anyMatch(event -> event.startsWith("dhcp discover") && event.contains("iPXE on BIOS_X86"))
                    .anyMatch(event -> event.startsWith("http script")).anyMatch(event -> event.startsWith("http file") && event.contains("initramfs"));
            // between the two iPXE waits for IPv6: 0.2 s with our router advertisement, 16 s when nobody answers its solicitation
            assertThat(at(bios, "http script").minus(at(bios, "dhcp ack"))).as("from ACK to script").isLessThan(Duration.ofSeconds(8));

            List<Event> pxe = rack.boot(UEFI_PXE, Duration.ofSeconds(90));
            print(UEFI_PXE, pxe);
            assertThat(texts(pxe)).anyMatch(event -> event.startsWith("dhcp discover") && event.contains("PXE on UEFI_X86_64"))
                    .anyMatch(event -> event.startsWith("tftp file") && event.contains("snponly.efi")).anyMatch(event -> event.startsWith("http script"));

            List<Event> http = rack.boot(UEFI_HTTP, Duration.ofSeconds(90));
            print(UEFI_HTTP, http);
            assertThat(texts(http)).anyMatch(event -> event.startsWith("dhcp discover") && event.contains("HTTP boot on UEFI_X86_64"))
                    .anyMatch(event -> event.startsWith("http script")).noneMatch(event -> event.startsWith("tftp"));
            System.out.println(rack.stopServer());
        }
    }

    @Test
    void each_firmware_reaches_its_ramdisk_beside_the_sites_own_dhcp_server() throws Exception {
        try (var rack = new QemuRack(work)) {
            rack.startSitesServer();
            rack.startServer("proxy", BIOS.mac() + "=ramdisk", UEFI_PXE.mac() + "=ramdisk", UEFI_HTTP.mac() + "=ramdisk");

            for (Machine machine : List.of(BIOS, UEFI_PXE, UEFI_HTTP)) {
                List<Event> events = rack.boot(machine, Duration.ofSeconds(100));
                print(machine, events);
                assertThat(texts(events)).as(machine.name()).anyMatch(event -> event.startsWith("dhcp proxy-offer"))
                        .anyMatch(event -> event.startsWith("dhcp request") && event.contains("172.23.0.5")) // of dnsmasq's range
                        .noneMatch(event -> event.startsWith("dhcp ack")).noneMatch(event -> event.startsWith("dhcp foreign-server"))
                        .anyMatch(event -> event.startsWith("http script"))
                        // noted for its machine, so its address was known
                        .anyMatch(event -> event.startsWith("http file") && event.contains("initramfs"));
            }
            System.out.println(rack.stopServer());
        }
    }

    private static void print(Machine machine, List<Event> events) {
        events.forEach(event -> System.out.printf("%s %6d ms %s%n", machine.name(), event.sinceStart().toMillis(), event.text()));
    }

    private static List<String> texts(List<Event> events) {
        return events.stream().map(Event::text).toList();
    }

    private static Duration at(List<Event> events, String text) {
        return events.stream().filter(event -> event.text().startsWith(text)).findFirst().orElseThrow().sinceStart();
    }
}
