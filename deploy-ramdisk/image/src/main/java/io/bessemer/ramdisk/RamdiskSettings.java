package io.bessemer.ramdisk;

import java.nio.file.Path;
import java.util.List;

/// @param output    where the PXE server finds `vmlinuz`, `initramfs` and the iPXE loaders
/// @param cache     downloaded and unpacked packages; may be thrown away
/// @param agentJar  with a `Main-Class`, and the tools it calls listed in `tools.txt`
/// @param libraries jars the agent needs
/// @param javaHome  a JDK, whose runtime is cut down for the ramdisk
public record RamdiskSettings(Path output, Path cache, Path agentJar, List<Path> libraries, Path javaHome, Flavour flavour) {
    public RamdiskSettings {
        libraries = libraries.stream().sorted().toList();
    }

    /// With the JDK that runs this program.
    public static RamdiskSettings of(Path output, Path cache, Path agentJar, List<Path> libraries, Flavour flavour) {
        return new RamdiskSettings(output, cache, agentJar, libraries, Path.of(System.getProperty("java.home")), flavour);
    }
}
