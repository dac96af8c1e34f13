package io.bessemer.agent.boot;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.disk.BlockDevice;
import io.bessemer.agent.disk.PartitionTable;
import io.bessemer.agent.linux.SystemCalls;
import io.bessemer.agent.linux.Sysfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The command `install_boot`.
public final class InstallBoot {
    static final String DESCRIPTION = "Bessemer host";
    private static final String EFIVARS = "/sys/firmware/efi/efivars";

    private final BootVariables variables;
    private final EspReader espReader;

    InstallBoot(BootVariables variables, EspReader espReader) {
        this.variables = variables;
        this.espReader = espReader;
    }

    /// @param bootMode `uefi` or `bios`
    /// @param copies   partitions that shall start the system instead of the disk's own: see [EspCopies]
    public static Map<String, Object> run(Path disk, String bootMode, List<Place> copies) throws CommandFailedException, InterruptedException {
        PartitionTable table = PartitionTable.read(disk);
        try {
            return switch (bootMode) {
                case "uefi" -> {
                    if (Sysfs.MACHINE.names(EFIVARS).isEmpty()) {
                        SystemCalls.mount("efivarfs", Path.of(EFIVARS), "efivarfs", false);
                    }
                    yield new InstallBoot(new BootVariables(Path.of(EFIVARS)), new MountedEsp()).uefi(disk, table, copies);
                }
                case "bios" -> bios(disk, table);
                default -> throw new CommandFailedException("boot_mode must be bios or uefi, but is " + bootMode);
            };
        } catch (IOException e) {
            throw new CommandFailedException("boot entries for %s: %s".formatted(disk, e.getMessage()), e);
        }
    }

    /// Writes an entry for the disk's loader, puts it right behind the network's, and reads back what the firmware kept.
    /// The network stays first: it is what makes the next boot ours to decide.
    Map<String, Object> uefi(Path disk, PartitionTable table, List<Place> copies) throws CommandFailedException, IOException {
        PartitionTable.Partition esp = table.partitions().stream().filter(PartitionTable.Partition::isEsp).findFirst().orElseThrow(
                () -> new CommandFailedException("%s has no EFI system partition: this image cannot boot by UEFI".formatted(disk)));
        if (!table.label().equals("gpt")) {
            throw new CommandFailedException("%s has an MBR partition table, UEFI boot entries need a GPT".formatted(disk));
        }
        String loader = espReader.loader(esp);
        if (loader.isEmpty()) {
            throw new CommandFailedException("%s has no boot loader: looked for shim, GRUB and systemd-boot in \\EFI\\* and for \\EFI\\BOOT\\BOOTX64.EFI"
                    .formatted(esp.node()));
        }
        EspCopies.write(esp, copies);
        List<Place> places = copies.isEmpty() ? List.of(new Place(esp, table.sectorBytes())) : copies;
        return register(places.stream().map(place -> place.entry(loader)).toList(), loader);
    }

    private Map<String, Object> register(List<LoadOption> wanted, String loader) throws CommandFailedException, IOException {
        Map<Integer, LoadOption> entries = variables.entries();
        List<Integer> ours = new ArrayList<>(entries.keySet().stream().filter(number -> isOurs(entries.get(number), wanted)).toList());
        Map<Integer, LoadOption> written = new LinkedHashMap<>();
        for (LoadOption entry : wanted) {
            int number = ours.isEmpty() ? firstFree(entries) : ours.removeFirst();
            variables.put(number, entry);
            entries.put(number, entry);
            written.put(number, entry);
        }
        for (int duplicate : ours) {
            variables.remove(duplicate);
            entries.remove(duplicate);
        }
        List<Integer> order = order(entries, List.copyOf(written.keySet()));
        variables.order(order);
        verify(written, order);
        return Map.of("entries", order.stream().map(one -> "Boot%04X %s".formatted(one, entries.get(one).description())).toList(),
                "loader", loader);
    }

    /// There is nothing to install: an image brings its boot code. Without it the machine would hang in firmware.
    static Map<String, Object> bios(Path disk, PartitionTable table) throws CommandFailedException, IOException {
        try (BlockDevice device = BlockDevice.open(disk)) {
            byte[] mbr = device.read(0, 512);
            if (mbr.length < 512 || (mbr[510] & 0xff) != 0x55 || (mbr[511] & 0xff) != 0xaa) {
                throw new CommandFailedException("%s has no boot signature: this image cannot boot by BIOS".formatted(disk));
            }
            boolean code = false;
            for (int i = 0; i < 440; i++) {
                code |= mbr[i] != 0;
            }
            if (!code) {
                throw new CommandFailedException("the MBR of %s holds no boot code: this image cannot boot by BIOS, use boot mode uefi".formatted(disk));
            }
        }
        String how = table.partitions().stream().anyMatch(PartitionTable.Partition::isBiosBoot) ? "boot code and a BIOS boot partition" : "boot code";
        return Map.of("entries", List.of("MBR: " + how + " (" + table.label() + ")"));
    }

    private static boolean isOurs(LoadOption existing, List<LoadOption> wanted) {
        return existing.description().equals(DESCRIPTION)
                || !existing.partition().isEmpty() && wanted.stream().anyMatch(entry -> entry.partition().equals(existing.partition()));
    }

    private static int firstFree(Map<Integer, LoadOption> entries) throws CommandFailedException {
        for (int number = 0; number < 0x10000; number++) {
            if (!entries.containsKey(number)) {
                return number;
            }
        }
        throw new CommandFailedException("the firmware has no free boot entry");
    }

    private List<Integer> order(Map<Integer, LoadOption> entries, List<Integer> ours) throws IOException {
        List<Integer> old = variables.order().stream().filter(entries::containsKey).toList();
        var order = new LinkedHashSet<Integer>();
        variables.current().filter(one -> entries.containsKey(one) && entries.get(one).isNetwork()).ifPresent(order::add);
        old.stream().filter(one -> entries.get(one).isNetwork()).forEach(order::add);
        order.addAll(ours);
        order.addAll(old);
        return new ArrayList<>(order);
    }

    private void verify(Map<Integer, LoadOption> written, List<Integer> order) throws IOException, CommandFailedException {
        Map<Integer, LoadOption> kept = variables.entries();
        for (Map.Entry<Integer, LoadOption> entry : written.entrySet()) {
            LoadOption found = kept.get(entry.getKey());
            if (found == null || !Arrays.equals(found.encode(), entry.getValue().encode())) {
                throw new CommandFailedException("the firmware did not keep boot entry Boot%04X".formatted(entry.getKey()));
            }
        }
        if (!variables.order().equals(order)) {
            throw new CommandFailedException("the firmware did not keep the boot order %s, it has %s".formatted(order, variables.order()));
        }
    }

    /// An EFI system partition that the firmware shall start from.
    ///
    /// @param sectorBytes of its disk
    public record Place(PartitionTable.Partition esp, int sectorBytes) {
        LoadOption entry(String loader) {
            return LoadOption.ofFile(DESCRIPTION, esp.number(), esp.start() / sectorBytes, esp.length() / sectorBytes, UUID.fromString(esp.uuid()), loader);
        }
    }
}
