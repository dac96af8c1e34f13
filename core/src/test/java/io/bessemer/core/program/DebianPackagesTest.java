package io.bessemer.core.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DebianPackagesTest {
    private static final Path LIST = Path.of("src/main/resources/io/bessemer/core/program/debian-packages");
    private static final Path LAUNCHER = Path.of("../bessemer");

    @Test
    void each_program_stands_once_with_its_package() throws IOException {
        List<String> lines = Files.readAllLines(LIST).stream().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
        assertThat(lines).hasSizeGreaterThan(50).allMatch(line -> line.matches("[\\w./+-]+ [a-z0-9.+-]+"));
        assertThat(lines.stream().map(line -> line.split(" ")[0])).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(DebianPackages.known());
    }

    @Test
    void a_missing_program_is_told_with_the_package_that_brings_it() {
        assertThat(DebianPackages.cure("/usr/sbin/sgdisk")).isEqualTo("Install it: apt-get install gdisk");
        assertThat(DebianPackages.cure("bmc-thing")).isEqualTo("Install it: apt-get install bmc-thing");
    }

    @Test
    void the_launcher_needs_nothing_whose_package_the_list_does_not_have() throws IOException {
        String launcher = Files.readString(LAUNCHER).replaceAll("\\\\\n *", "");
        assertThat(launcher).contains(LIST.toString());
        List<String> needed = new ArrayList<>();
        Matcher lists = Pattern.compile("\\b[A-Z]+_PROGRAMS=\\(([^)]*)\\)|\\bneed ((?:[a-z/][^\\s\";]* ?)+)(?:\\n|;)").matcher(launcher.replaceAll("(?m)^#.*$", ""));
        while (lists.find()) {
            needed.addAll(List.of((lists.group(1) == null ? lists.group(2) : lists.group(1)).strip().split("\\s+")));
        }
        assertThat(needed).contains("mvn", "git", "python3", "qemu-system-x86_64", "virsh", "openssl").isSubsetOf(DebianPackages.known());
    }
}
