package io.bessemer.core.program;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The Debian packages that bring the programs and files we use, from the file `debian-packages` beside this class, which the launcher reads too.
public final class DebianPackages {
    /// Package by the program or file that shows it is installed. Order is that of installation messages.
    private static final Map<String, String> PACKAGE_OF = new LinkedHashMap<>();

    static {
        try (InputStream in = DebianPackages.class.getResourceAsStream("debian-packages");
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).map(line -> line.split(" "))
                    .forEach(words -> PACKAGE_OF.put(words[0], words[1]));
        } catch (IOException e) {
            throw new UncheckedIOException("Our own list of Debian packages cannot be read", e);
        }
    }

    private static final List<Path> PROGRAM_DIRECTORIES =
            Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin").map(Path::of).toList();

    private DebianPackages() {}

    /// Makes sure that programs (by name) and files (by absolute path) are there: installs their packages as root, else throws.
    ///
    /// @throws MissingProgramException naming what is missing and the packages that bring it
    public static void require(Collection<String> programsAndFiles, Progress progress) {
        List<String> missing = missing(programsAndFiles);
        if (missing.isEmpty()) {
            return;
        }
        Set<String> packages = packages(missing);
        if (!System.getProperty("user.name", "").equals("root")) {
            throw new MissingProgramException(missing, "Install them: apt-get install " + String.join(" ", packages));
        }
        progress.report("installing " + String.join(" ", packages), 0, 0);
        String reason = install(packages);
        List<String> still = missing(missing);
        if (!still.isEmpty()) {
            throw new MissingProgramException(still,
                    "apt-get install %s did not bring them. %s".formatted(String.join(" ", packages), reason).strip());
        }
    }

    public static List<String> missing(Collection<String> programsAndFiles) {
        return programsAndFiles.stream().distinct().filter(name -> find(name) == null).toList();
    }

    /// Where a program stands, also outside of `PATH`: `/usr/sbin` is not in an ordinary user's. Null when it is nowhere.
    public static Path find(String programOrFile) {
        if (programOrFile.startsWith("/")) {
            Path file = Path.of(programOrFile);
            return Files.exists(file) ? file : null;
        }
        return PROGRAM_DIRECTORIES.stream().map(directory -> directory.resolve(programOrFile)).filter(Files::isExecutable).findFirst().orElse(null);
    }

    /// Every program and file that the list knows.
    static Set<String> known() {
        return Set.copyOf(PACKAGE_OF.keySet());
    }

    static String cure(String program) {
        return "Install it: apt-get install " + PACKAGE_OF.getOrDefault(Path.of(program).getFileName().toString(), program);
    }

    private static Set<String> packages(List<String> names) {
        var packages = new LinkedHashSet<String>();
        names.forEach(name -> packages.add(PACKAGE_OF.getOrDefault(name, name)));
        return packages;
    }

    /// @return why it failed, or nothing
    private static String install(Set<String> packages) {
        var words = new ArrayList<>(List.of("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends"));
        words.addAll(packages);
        try {
            apt(words);
            return "";
        } catch (IOException first) {
            try { // package lists are absent or old
                apt(List.of("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "update"));
                apt(words);
                return "";
            } catch (IOException second) {
                return second.getMessage();
            }
        }
    }

    private static void apt(List<String> words) throws IOException {
        Command.of(words).env("DEBIAN_FRONTEND", "noninteractive").timeout(Duration.ofMinutes(15)).run();
    }
}
