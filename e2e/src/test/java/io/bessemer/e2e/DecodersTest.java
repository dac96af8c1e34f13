package io.bessemer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the list of fuzz targets to the code: what makes something of bytes or text that others wrote is named in a `…FuzzTest`.
class DecodersTest {
    private static final Path HOME = Path.of("..");
    private static final Pattern DECODES = Pattern.compile("^    (public |private |protected )?static [^=(\\n]* (decode|fromMap|parse)\\(", Pattern.MULTILINE);
    /// with the answer's bytes; commands that are answered by nothing have no reader
    private static final Pattern ANSWERED = Pattern.compile("implements Command<[^{]*\\{(?s:.*)reader\\(");
    /// Tried by the target of another, or not worth one; with the reason.
    private static final Map<String, String> ELSEWHERE = new TreeMap<>(Map.of(
            "Hint", "RootDevice takes it apart",
            "BootFlags", "part of GetBootFlags",
            "Conversion", "part of SensorRecord",
            "SensorName", "part of SensorRecord",
            "MacAddress", "one regular expression; part of ContentPath and ProvisioningInterfaces",
            "NodeId", "what UUID.fromString takes",
            "Flavour", "one of two words",
            "ServerClient", "hands on to Json and the messages"));

    @Test
    void every_decoder_is_named_in_a_fuzz_test() throws IOException {
        Map<String, String> main = sources("src/main/java", ".java");
        String fuzzed = String.join("\n", sources("src/test/java", "FuzzTest.java").values());
        Set<String> named = Pattern.compile("\\w+").matcher(fuzzed).results().map(word -> word.group()).collect(Collectors.toSet());
        Set<String> decoders = main.entrySet().stream().filter(file -> DECODES.matcher(file.getValue()).find() || ANSWERED.matcher(file.getValue()).find())
                .map(Map.Entry::getKey).collect(Collectors.toCollection(TreeSet::new));
        assertThat(decoders).hasSizeGreaterThan(50).containsAll(ELSEWHERE.keySet());
        decoders.removeAll(named);
        decoders.removeAll(ELSEWHERE.keySet());
        assertThat(decoders).as("decoders without a fuzz target: write one (docs/how-to/fuzz-and-soak.md), or say in ELSEWHERE who tries them").isEmpty();
    }

    /// By simple name of the class; of two with the same name, both texts.
    private static Map<String, String> sources(String folder, String ending) throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> modules = Files.find(HOME, 3, (path, _) -> path.endsWith("pom.xml"))) {
            for (Path module : modules.map(Path::getParent).filter(path -> !path.endsWith("lab") && Files.isDirectory(path.resolve(folder))).toList()) {
                try (Stream<Path> files = Files.walk(module.resolve(folder))) {
                    for (Path file : files.filter(path -> path.toString().endsWith(ending)).toList()) {
                        sources.merge(file.getFileName().toString().replace(".java", ""), Files.readString(file), (one, other) -> one + "\n" + other);
                    }
                }
            }
        }
        return sources;
    }
}
