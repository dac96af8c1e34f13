package io.bessemer.pxe.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootDirectory.InstanceBoot;
import io.bessemer.pxe.BootDirectory.RamdiskBoot;
import io.bessemer.pxe.RecordingDirectory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootScriptTest {
    private static final MacAddress MAC = new MacAddress("52:54:00:aa:bb:01");

    @Test
    void a_ramdisk_script_tries_again_before_it_gives_up() {
        assertThat(BootScript.ramdisk(new RamdiskBoot(RecordingDirectory.NODE, 3, "vmlinuz", "initramfs", List.of("console=ttyS0,115200n8", "bessemer.token=t")), MAC, "http://10.0.0.1:8088")).isEqualTo("""
                #!ipxe
                echo Bessemer: node 1be26c0b-03f2-4d2e-ae87-c02d7f33c123, attempt 3
                set tries:int32 0
                :try
                imgfree
                kernel http://10.0.0.1:8088/boot/files/vmlinuz initrd=initramfs console=ttyS0,115200n8 bessemer.token=t BOOTIF=52:54:00:aa:bb:01 || goto failed
                initrd --name initramfs http://10.0.0.1:8088/boot/files/initramfs || goto failed
                boot || goto failed
                :failed
                inc tries
                iseq ${tries} 10 && goto leave ||
                echo Bessemer: kernel or initramfs could not be loaded, trying again in 3 seconds
                sleep 3
                goto try
                :leave
                echo Bessemer: giving up, next boot device
                exit 1
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\nb", "${net0/mac}", "a#b", "a||b", "a;b", "a\\b", "a'b", "a\"b"})
    void an_argument_that_ipxe_would_not_take_literally_is_refused_without_showing_it(String argument) {
        assertThatThrownBy(() -> BootScript.ramdisk(new RamdiskBoot(RecordingDirectory.NODE, 1, "vmlinuz", "initramfs", List.of(argument)), MAC, "http://10.0.0.1:8088"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining(argument);
    }

    @Test
    void an_iso_is_booted_over_the_network_and_tried_again() {
        assertThat(BootScript.instance(new InstanceBoot.Iso(RecordingDirectory.NODE, "0123456789abcdef0123456789abcdef"), "http://10.0.0.1:8088")).isEqualTo("""
                #!ipxe
                echo Bessemer: the instance of node 1be26c0b-03f2-4d2e-ae87-c02d7f33c123
                set tries:int32 0
                :try
                imgfree
                sanboot --no-describe http://10.0.0.1:8088/boot/images/0123456789abcdef0123456789abcdef || goto failed
                :failed
                inc tries
                iseq ${tries} 10 && goto leave ||
                echo Bessemer: the instance could not be loaded, trying again in 3 seconds
                sleep 3
                goto try
                :leave
                exit 1
                """);
    }

    @Test
    void a_kernel_of_an_instance_gets_its_arguments_and_no_word_that_ipxe_would_expand() {
        assertThat(BootScript.instance(new InstanceBoot.Kernel(RecordingDirectory.NODE, "k", "i", List.of("console=ttyS0", "live")), "http://10.0.0.1:8088")).contains("""
                kernel --name kernel http://10.0.0.1:8088/boot/images/k initrd=initramfs root=/dev/ram0 console=ttyS0 live || goto failed
                initrd --name initramfs http://10.0.0.1:8088/boot/images/i || goto failed
                boot || goto failed
                """);
        assertThatThrownBy(() -> BootScript.instance(new InstanceBoot.Kernel(RecordingDirectory.NODE, "k", "i", List.of("${net0/mac}")), "http://10.0.0.1:8088"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
