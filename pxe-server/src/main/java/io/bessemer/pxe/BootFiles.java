package io.bessemer.pxe;

import io.bessemer.core.timeline.BootPhase;
import io.bessemer.pxe.firmware.ClientSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The files of the boot directory, by plain name: what TFTP and `/boot/files/` serve. There are no paths, so there is nothing to escape by.
public final class BootFiles {
    /// what x86 firmware is given by `ClientSystem.loaders`, and iPXE with its own drivers for firmware whose network stack is bad
    public static final List<String> LOADERS = List.of("undionly.kpxe", "snponly.efi", "ipxe.efi");
    /// where Debian's package `ipxe` puts them
    private static final Path PACKAGED = Path.of("/usr/lib/ipxe");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}");

    private final Path directory;

    public BootFiles(Path directory) {
        this.directory = directory;
    }

    /// The file of that name, when the name is plain and the file is there.
    public Optional<Path> find(String name) {
        if (!isPlain(name)) {
            return Optional.empty();
        }
        Path file = directory.resolve(name);
        return Files.isRegularFile(file) && Files.isReadable(file) ? Optional.of(file) : Optional.empty();
    }

    /// A regular file and what it was when it was looked at.
    public record Found(Path path, BasicFileAttributes attributes) {
        /// One look at the file system. Whether it can be read shows when it is opened.
        public static Optional<Found> at(Path path) {
            try {
                var attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return attributes.isRegularFile() ? Optional.of(new Found(path, attributes)) : Optional.empty();
            } catch (IOException notThere) {
                return Optional.empty();
            }
        }
    }

    /// As [#find], and how large it is.
    public Optional<Found> look(String name) {
        return isPlain(name) ? Found.at(directory.resolve(name)) : Optional.empty();
    }

    /// What this kind of machine is to load first; empty when the directory has no loader for it.
    public Optional<String> loader(ClientSystem system) {
        return system.loaders().stream().filter(name -> find(name).isPresent()).findFirst();
    }

    /// What is missing, and the cure.
    public String withoutLoader(ClientSystem system) {
        return system.loaders().isEmpty() ? "There is no loader for this kind of machine"
                : "There is no loader for %s: put iPXE for it, as %s, into %s".formatted(system, String.join(" or ", system.loaders()), directory);
    }

    public static boolean isPlain(String name) {
        return NAME.matcher(name).matches();
    }

    /// The phase of a boot in which a file is fetched. The compute agent is fetched by a host that runs.
    public static BootPhase phase(String name) {
        if (name.startsWith("compute-agent-")) {
            return BootPhase.HOST;
        }
        return name.endsWith(".efi") || name.endsWith("pxe") || name.endsWith(".iso") ? BootPhase.LOADER : BootPhase.KERNEL;
    }

    /// Copies loaders that are not there from where the distribution installs them.
    ///
    /// @return the names of those that are nowhere
    List<String> addPackagedLoaders() {
        var missing = new ArrayList<String>();
        for (String name : LOADERS) {
            if (find(name).isPresent()) {
                continue;
            }
            try {
                Files.createDirectories(directory);
                Path part = directory.resolve(name + ".part");
                Files.copy(PACKAGED.resolve(name), part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException nowhere) {
                missing.add(name);
            }
        }
        return missing;
    }
}
