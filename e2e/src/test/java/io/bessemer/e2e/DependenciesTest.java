package io.bessemer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every library that we ship is listed with its licence, and nothing else is.
class DependenciesTest {
    private static final Path PAGE = Path.of("../docs/reference/dependencies.md");
    private static final List<Path> SHIPPED = List.of(Path.of("../cli/target/lib"), Path.of("../deploy-ramdisk/agent/target/lib"));

    @Test
    void every_shipped_jar_is_listed_and_every_listed_one_is_shipped() throws Exception {
        List<String> prefixes = Pattern.compile("`([A-Za-z0-9._\\-]+-)`").matcher(
                String.join("\n", Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")).toList()))
                .results().map(match -> match.group(1)).toList();
        List<String> jars = new ArrayList<>();
        for (Path folder : SHIPPED) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".jar") && !name.startsWith("bessemer-")).forEach(jars::add);
            }
        }
        assertThat(jars).isNotEmpty().allMatch(jar -> prefixes.stream().anyMatch(jar::startsWith), "listed in " + PAGE);
        assertThat(prefixes).isNotEmpty().allMatch(prefix -> jars.stream().anyMatch(jar -> jar.startsWith(prefix)), "shipped");
    }
}
