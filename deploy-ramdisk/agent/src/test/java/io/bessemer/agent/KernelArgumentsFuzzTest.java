package io.bessemer.agent;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/// A kernel command line of any kind: a machine that something else booted has one too. A complaint names the argument.
class KernelArgumentsFuzzTest {
    @FuzzTest
    void command_lines(byte[] bytes) {
        try {
            KernelArguments read = KernelArguments.parse(new String(bytes, StandardCharsets.UTF_8));
            assert read.content().getHost() != null && !read.node().isEmpty() && read.attempt() >= 0 : read;
        } catch (IllegalArgumentException expected) {
            assert expected.getMessage().contains("bessemer.") : expected;
        }
    }
}
