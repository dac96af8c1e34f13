package io.bessemer.pxe.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.pxe.Capture;
import io.bessemer.pxe.dhcp.DhcpMessage;
import io.bessemer.pxe.dhcp.DhcpOption;
import io.bessemer.pxe.dhcp.DhcpOptions;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirmwareTest {
    private static final Firmware OS = new Firmware.OperatingSystem();

    @Test
    void captured_firmware_is_told_apart() throws Exception {
        assertThat(seen("bios-virtio-ipxerom.pcap")).containsExactly(new Firmware.Ipxe(ClientSystem.BIOS_X86), OS);
        assertThat(seen("bios-e1000-sata.pcap")).containsExactly(new Firmware.Ipxe(ClientSystem.BIOS_X86), OS);
        assertThat(seen("uefi-virtio-ipxerom.pcap")).containsExactly(new Firmware.Ipxe(ClientSystem.UEFI_X86_64), OS);
        assertThat(seen("uefi-virtio-ovmf.pcap")).containsExactly(new Firmware.Pxe(ClientSystem.UEFI_X86_64), new Firmware.Ipxe(ClientSystem.UEFI_X86_64), OS);
        assertThat(seen("uefi-virtio-httpboot.pcap")).containsExactly(new Firmware.HttpBoot(ClientSystem.UEFI_X86_64), new Firmware.Ipxe(ClientSystem.UEFI_X86_64), OS);
    }

    @Test
    void a_user_class_with_its_length_in_front_is_ipxe_too() {
        assertThat(Firmware.of(DhcpOptions.builder().bytes(DhcpOption.USER_CLASS, (byte) 4, (byte) 'i', (byte) 'P', (byte) 'X', (byte) 'E').bytes(DhcpOption.CLIENT_SYSTEM, (byte) 0, (byte) 11).build()))
                .isEqualTo(new Firmware.Ipxe(ClientSystem.UEFI_ARM64));
    }

    @Test
    void an_old_bios_that_does_not_name_its_system_is_a_bios() {
        assertThat(Firmware.of(DhcpOptions.builder().text(DhcpOption.VENDOR_CLASS, "PXEClient").build())).isEqualTo(new Firmware.Pxe(ClientSystem.BIOS_X86));
    }

    /// In order, each once.
    private static List<Firmware> seen(String capture) throws Exception {
        var seen = new ArrayList<Firmware>();
        for (byte[] request : Capture.read(capture).dhcpRequests()) {
            Firmware firmware = Firmware.of(DhcpMessage.decode(Unpooled.wrappedBuffer(request)).options());
            if (!seen.contains(firmware)) {
                seen.add(firmware);
            }
        }
        return seen;
    }
}
