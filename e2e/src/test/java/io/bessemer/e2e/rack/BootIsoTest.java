package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.DataDirectory;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.Progress;
import io.bessemer.images.ImageDirectory;
import io.bessemer.images.ImageSettings;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Machines that live from an ISO image on the network: one with BIOS, one with UEFI. The image is GRUB alone, which says that it is there.
@Tag("root")
@Tag("qemu")
class BootIsoTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String UP = "THE ISO IS UP";
    private static final String NAME = "boot-iso-test";

    @TempDir
    static Path directory;
    private static TestRack rack;

    @RegisterExtension
    static final TestRack.Witness WITNESS = new TestRack.Witness(() -> rack);

    @BeforeAll
    static void start() throws Exception {
        try (var images = new ImageDirectory(ImageSettings.of(new DataDirectory().images()))) {
            images.importFile(NAME, new ImageSource(iso().toString(), null, null, null), true, Progress.SILENT);
        }
        rack = TestRack.start("iso", List.of("--bessemer.conductor.automated-clean=false"), MachineSpec.of(1, Firmware.BIOS), MachineSpec.of(2, Firmware.UEFI));
    }

    @AfterAll
    static void stop() throws Exception {
        if (rack != null) {
            rack.close();
        }
        try (var images = new ImageDirectory(ImageSettings.of(new DataDirectory().images()))) {
            images.remove(NAME);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bios-1", "uefi-2"})
    void a_machine_boots_an_iso_from_the_network_again_and_again_and_no_more_when_it_is_undeployed(String name) throws Exception {
        Operator operator = rack.operator();
        operator.enrol(rack.target(name), rack.target(name).mac());
        operator.request(name, "manage");
        operator.awaitState(name, "manageable", LIMIT);
        operator.request(name, "provide");
        operator.awaitState(name, "available", LIMIT);
        rack.client().patch("/v1/nodes/" + name, List.of(Map.of("op", "add", "path", "/deploy_interface", "value", "ramdisk"),
                Map.of("op", "add", "path", "/instance_info", "value", Map.of("boot_iso", NAME))));
        operator.request(name, "active");
        operator.awaitState(name, "active", LIMIT);
        awaitBoots(name, 1);

        rack.client().put("/v1/nodes/" + name + "/states/power", Map.of("target", "rebooting"));
        awaitBoots(name, 2);

        operator.request(name, "deleted");
        operator.awaitState(name, "available", LIMIT);
        assertThat(operator.node(name).at("/driver_internal_info/instance_ramdisk").isObject()).isFalse();
        assertThat(operator.node(name).path("power_state").asString("")).isEqualTo("power off");
    }

    private static void awaitBoots(String name, int count) throws Exception {
        Operator.await("boot %d of the ISO on %s".formatted(count, name), LIMIT, () -> {
            int boots = rack.console(name).split(UP, -1).length - 1;
            return new Operator.Look(boots >= count, "it booted %d times".formatted(boots));
        });
    }

    /// El Torito with an entry for each kind of firmware (UEFI specification 2.10, 13.3.2.1).
    private static Path iso() throws Exception {
        Path tree = Files.createDirectories(directory.resolve("tree/boot"));
        Path config = Files.writeString(directory.resolve("grub.cfg"), "serial --unit=0 --speed=115200\nterminal_output serial console\necho %s\nsleep 3600\n".formatted(UP));
        grub("i386-pc-eltorito", tree.resolve("bios.img"), config, "biosdisk");
        Path loader = directory.resolve("BOOTX64.EFI");
        grub("x86_64-efi", loader, config, "part_msdos");
        Path efi = tree.resolve("efi.img");
        Command.of("mkfs.vfat", "-C", efi.toString(), "1440").run();
        Command.of("mmd", "-i", efi.toString(), "::/EFI", "::/EFI/BOOT").run();
        Command.of("mcopy", "-i", efi.toString(), loader.toString(), "::/EFI/BOOT/BOOTX64.EFI").run();
        Path iso = directory.resolve("boot.iso");
        Command.of("genisoimage", "-quiet", "-o", iso.toString(), "-b", "boot/bios.img", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table", "-eltorito-alt-boot",
                "-e", "boot/efi.img", "-no-emul-boot", directory.resolve("tree").toString()).run();
        return iso;
    }

    private static void grub(String target, Path to, Path config, String more) throws Exception {
        Command.of("grub-mkimage", "-O", target, "-o", to.toString(), "-p", "/boot", "-c", config.toString(), "iso9660", "serial", "terminal", "echo", "sleep", more).run();
    }
}
