package io.bessemer.pxe.script;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootDirectory.InstanceBoot;
import io.bessemer.pxe.BootDirectory.RamdiskBoot;
import io.bessemer.pxe.RecordingDirectory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What operators and users write as kernel arguments adds no line to a script, and nothing that iPXE would expand.
class BootScriptFuzzTest {
    private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");
    private static final long LINES = script("quiet").lines().count();
    private static final long EXPANSIONS = expansions(script("quiet"));

    @FuzzTest
    void kernel_arguments(byte[] bytes) {
        String argument = new String(bytes, StandardCharsets.UTF_8);
        try {
            String script = script(argument);
            assert BootScript.isWord(argument) && script.lines().count() == LINES && expansions(script) == EXPANSIONS : script;
            BootScript.instance(new InstanceBoot.Kernel(RecordingDirectory.NODE, "k", "i", List.of(argument)), "http://192.0.2.1:8088");
        } catch (IllegalArgumentException expected) {
            assert !BootScript.isWord(argument);
            assert argument.length() < 8 || !expected.getMessage().contains(argument) : "it may hold the token";
        }
    }

    private static String script(String argument) {
        return BootScript.ramdisk(new RamdiskBoot(RecordingDirectory.NODE, 1, "vmlinuz", "initramfs", List.of(argument)), MAC, "http://192.0.2.1:8088");
    }

    private static long expansions(String script) {
        return script.chars().filter(one -> one == '$').count();
    }
}
