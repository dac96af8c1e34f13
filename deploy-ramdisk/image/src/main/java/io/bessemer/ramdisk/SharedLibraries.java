package io.bessemer.ramdisk;

import io.bessemer.core.program.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.TreeSet;

/// Finds the shared libraries that programs need, as the dynamic loader of this machine does, and copies them.
public final class SharedLibraries {
    /// Debian's loader looks here without a cache file.
    static final String DIRECTORY = "lib/x86_64-linux-gnu";

    private SharedLibraries() {}

    /// @param ignoreBelow libraries under this folder travel with their program (the Java runtime's own)
    public static void install(Collection<Path> programs, Path ignoreBelow, Path root) throws IOException {
        var needed = new TreeSet<String>();
        for (Path program : programs) {
            Command.of("ldd", program.toString()).run().lines().map(String::strip).forEach(line -> {
                int arrow = line.indexOf("=> /");
                if (arrow > 0) {
                    String path = line.substring(arrow + 3);
                    needed.add(path.substring(0, path.indexOf(" (")));
                }
            });
        }
        Path directory = Files.createDirectories(root.resolve(DIRECTORY));
        for (String path : needed) {
            Path library = Path.of(path);
            if (!library.toRealPath().startsWith(ignoreBelow)) {
                Files.copy(library, directory.resolve(library.getFileName()), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Path loader = Path.of("/lib64/ld-linux-x86-64.so.2");
        Path target = root.resolve("lib/ld-linux-x86-64.so.2");
        if (Files.notExists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.copy(loader, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
        // getaddrinfo loads these by name
        for (String name : new String[] {"libnss_files.so.2", "libnss_dns.so.2", "libgcc_s.so.1"}) {
            Path library = Path.of("/" + DIRECTORY).resolve(name);
            if (Files.exists(library)) {
                Files.copy(library, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
