package io.bessemer.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class KernelArgumentsTest {
    private static final String LINE = "vmlinuz console=ttyS0 rootfstype=ramfs quiet bessemer.api=http://10.0.0.1:6386/ bessemer.content=http://10.0.0.1:8088 "
            + "bessemer.node=1be26c0b-03f2-4d2e-ae87-c02d7f33c123 bessemer.attempt=3 bessemer.token=hush BOOTIF=01-52-54-00-AA-00-01\n";

    @Test
    void the_command_line_of_the_boot_script_is_understood() {
        assertThat(KernelArguments.parse(LINE)).isEqualTo(new KernelArguments("http://10.0.0.1:6386", URI.create("http://10.0.0.1:8088"), "1be26c0b-03f2-4d2e-ae87-c02d7f33c123", 3, "hush",
                "52:54:00:aa:00:01"));
        assertThat(KernelArguments.parse(LINE.replace("01-52-54-00-AA-00-01", "52:54:00:AA:00:01")).bootMac()).isEqualTo("52:54:00:aa:00:01");
        assertThat(KernelArguments.parse(LINE).toString()).doesNotContain("hush");
    }

    @Test
    void what_is_missing_or_wrong_is_named() {
        assertThatThrownBy(() -> KernelArguments.parse("quiet")).hasMessageContaining("bessemer.api is missing");
        assertThatThrownBy(() -> KernelArguments.parse(LINE.replace("bessemer.token=hush", ""))).hasMessageContaining("bessemer.token is missing");
        assertThatThrownBy(() -> KernelArguments.parse(LINE.replace("bessemer.content=http:", "bessemer.content=ftp:"))).hasMessageContaining("bessemer.content must be an http address, but is ftp:");
        assertThatThrownBy(() -> KernelArguments.parse(LINE.replace("attempt=3", "attempt=x"))).hasMessageContaining("bessemer.attempt must be a number, but is x");
    }
}
