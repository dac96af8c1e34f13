package io.bessemer.agent.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the loader on a mounted EFI system partition: an installed system's own, shim before GRUB, else the fallback that
/// removable media have. FAT knows no case.
final class Loaders {
    private static final List<String> NAMES = List.of("shimx64.efi", "grubx64.efi", "systemd-bootx64.efi", "shimaa64.efi", "grubaa64.efi",
            "systemd-bootaa64.efi");
    private static final List<String> FALLBACKS = List.of("bootx64.efi", "bootaa64.efi");

    private Loaders() {}

    static String find(Path esp) throws IOException {
        Optional<Path> efi = folder(esp, "efi");
        if (efi.isEmpty()) {
            return "";
        }
        for (String name : NAMES) {
            for (Path vendor : folders(efi.get())) {
                Optional<Path> loader = vendor.getFileName().toString().equalsIgnoreCase("boot") ? Optional.empty() : loader(vendor, name);
                if (loader.isPresent()) {
                    return firmwarePath(esp, loader.get());
                }
            }
        }
        Optional<Path> boot = folder(efi.get(), "boot");
        for (String name : FALLBACKS) {
            Optional<Path> loader = boot.isEmpty() ? Optional.empty() : loader(boot.get(), name);
            if (loader.isPresent()) {
                return firmwarePath(esp, loader.get());
            }
        }
        return "";
    }

    private static List<Path> folders(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static Optional<Path> folder(Path parent, String name) throws IOException {
        return folders(parent).stream().filter(path -> isNamed(path, name)).findFirst();
    }

    private static Optional<Path> loader(Path parent, String name) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(path -> isNamed(path, name) && Files.isRegularFile(path)).findFirst();
        }
    }

    private static boolean isNamed(Path path, String name) {
        return path.getFileName().toString().toLowerCase(Locale.ROOT).equals(name);
    }

    private static String firmwarePath(Path esp, Path loader) {
        return "\\" + esp.relativize(loader).toString().replace('/', '\\');
    }
}
