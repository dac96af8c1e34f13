package io.bessemer.conductor;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.pxe.script.BootScript;
import java.util.List;

/// `instance_info/ramdisk_kernel_arguments`, which go into a boot script.
public final class RamdiskArguments {
    private static final String FIELD = "ramdisk_kernel_arguments";
    private static final int LONGEST = 2048; // that of a kernel's command line on x86

    private RamdiskArguments() {
    }

    /// @throws Failure.Invalid when one could not be written into a boot script
    public static List<String> of(Node node) {
        Object given = node.instanceInfo().get(FIELD);
        if (given == null) {
            return List.of();
        }
        if (!(given instanceof String text) || text.length() > LONGEST) {
            throw new Failure.Invalid("instance_info/" + FIELD, "is not a string of at most %d characters.".formatted(LONGEST));
        }
        List<String> words = text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
        words.stream().filter(word -> !BootScript.isWord(word)).findFirst().ifPresent(word -> {
            throw new Failure.Invalid("instance_info/" + FIELD, "'%s' has a quote, or one of \\ $ # | & ;, which a boot script would not take literally.".formatted(word));
        });
        return words;
    }
}
