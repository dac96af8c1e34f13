package io.bessemer.pxe.script;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootDirectory.InstanceBoot;
import io.bessemer.pxe.BootDirectory.RamdiskBoot;
import java.util.regex.Pattern;

/// Renders iPXE scripts. A ramdisk's script carries the one-time token, so it is never logged or cached.
public final class BootScript {
    /// what iPXE would not take as one word, or would expand
    private static final Pattern UNSAFE = Pattern.compile("[\\s\\p{Cntrl}'\"\\\\$#|&;]");

    private BootScript() {}

    /// Loads kernel and initramfs, and tries that again for about half a minute before it leaves the machine to its next boot device.
    ///
    /// @param contentServer as `http://10.0.0.1:8088`
    /// @throws IllegalArgumentException when a kernel argument or file name could be read as script
    public static String ramdisk(RamdiskBoot boot, MacAddress mac, String contentServer) {
        for (String argument : boot.kernelArguments()) {
            requireWord(argument);
        }
        requireWord(boot.kernel());
        requireWord(boot.initramfs());
        String arguments = String.join(" ", boot.kernelArguments());
        return """
                #!ipxe
                echo Bessemer: node %1$s, attempt %2$d
                set tries:int32 0
                :try
                imgfree
                kernel %3$s/boot/files/%4$s initrd=%5$s %6$s BOOTIF=%7$s || goto failed
                initrd --name %5$s %3$s/boot/files/%5$s || goto failed
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
                """.formatted(boot.node(), boot.attempt(), contentServer, boot.kernel(), boot.initramfs(), arguments, mac);
    }

    /// Boots what an instance is made of, on BIOS and UEFI; tries as long as [#ramdisk].
    ///
    /// @throws IllegalArgumentException when a kernel argument could be read as script
    public static String instance(InstanceBoot boot, String contentServer) {
        String images = contentServer + "/boot/images/";
        String load = switch (boot) {
            case InstanceBoot.Iso(_, var file) -> "sanboot --no-describe %s%s || goto failed".formatted(images, file);
            case InstanceBoot.Kernel(_, var kernel, var initramfs, var arguments) -> {
                arguments.forEach(BootScript::requireWord);
                yield """
                        kernel --name kernel %1$s%2$s initrd=initramfs root=/dev/ram0 %4$s || goto failed
                        initrd --name initramfs %1$s%3$s || goto failed
                        boot || goto failed""".formatted(images, kernel, initramfs, String.join(" ", arguments));
            }
        };
        return """
                #!ipxe
                echo Bessemer: the instance of node %s
                set tries:int32 0
                :try
                imgfree
                %s
                :failed
                inc tries
                iseq ${tries} 10 && goto leave ||
                echo Bessemer: the instance could not be loaded, trying again in 3 seconds
                sleep 3
                goto try
                :leave
                exit 1
                """.formatted(boot.node(), load);
    }

    /// Boots the first disk. BIOS is told to do so, as it may have nothing after the network in its boot order. UEFI goes on to its next boot
    /// entry, but only from one that failed: after one that succeeded it shows its menu.
    public static String localDisk() {
        return """
                #!ipxe
                echo Bessemer: this machine boots its own disk
                iseq ${platform} efi && goto leave ||
                sanboot --no-describe --drive 0x80 || goto leave
                :leave
                exit 1
                """;
    }

    /// Whether it stays one word, and as it is, in a script.
    public static boolean isWord(String text) {
        return !UNSAFE.matcher(text).find();
    }

    private static void requireWord(String text) {
        if (!isWord(text)) {
            // not shown: it may hold the token
            throw new IllegalArgumentException("a kernel argument or file name holds a character that iPXE would not take literally");
        }
    }
}
