package io.bessemer.cli.image;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.WorkProgress;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.images.ImageDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "image", description = "Disk images for hosts: build, import, list, remove.",
        subcommands = {ImageCommand.Build.class, ImageCommand.Import.class, ImageCommand.Show.class, ImageRemove.class})
public final class ImageCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: build, import, list or remove.");
    }

    @Command(name = "build", description = "Build one of our own images from Debian packages: tiny in seconds, the others in minutes.")
    static final class Build implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "NAME", description = {"tiny: the least that proves a deploy", "debian-12: Debian with cloud-init",
            "kvm-host: QEMU and KVM, libvirt and the compute agent; the cloud kernel, for virtio, NVMe and IDE", "kvm-host-generic: the same with a kernel for all machines",
            "lxc-host: containers by libvirt", "xen-host: Xen, its first domain and libvirt"})
        private String name;

        @Mixin
        private DataDirectory data;

        @Spec
        private CommandSpec spec;

        Build(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            ImageWork.build(terminal, data, ImageWork.recipe(name).orElseThrow(() -> new ParameterException(spec.commandLine(),
                    "There is no recipe '%s'. There are: %s. For other images use: image import NAME SOURCE.".formatted(name, String.join(", ", ImageWork.recipes())))));
            return 0;
        }
    }

    @Command(name = "import", description = {"Keep a raw or qcow2 image, from a file or a URL, under a name for instance_info/image_source.",
        "From Glance: glance://UUID, with the login of OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME and so on.",
        "From a registry: oci://HOST/REPOSITORY[:TAG][@sha256:DIGEST]. The password of --user is read from BESSEMER_IMAGE_PASSWORD."})
    static final class Import implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(index = "0", paramLabel = "NAME", description = "What nodes call it.")
        private String name;

        @Parameters(index = "1", paramLabel = "SOURCE", description = "A file, or an http(s), glance or oci URL.")
        private String source;

        @Option(names = "--checksum", paramLabel = "ALGORITHM:HEX|URL", description = "sha256:..., sha384:..., sha512:..., or the URL of a checksum file.")
        private String checksum;

        @Option(names = "--format", paramLabel = "raw|qcow2", description = "If it shall not be guessed from the content.")
        private String format;

        @Option(names = "--as-is", description = "An ISO image, a kernel or an initramfs, for boot_iso, kernel and ramdisk of deploy_interface ramdisk.")
        private boolean asIs;

        @Option(names = "--replace", description = "Give the name to this image when another has it.")
        private boolean replace;

        @Mixin
        private SourceOptions from;

        @Mixin
        private DataDirectory data;

        Import(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            var progress = new WorkProgress(terminal, "Import ");
            try (ImageDirectory images = ImageWork.open(data, from.settings(source, System.getenv()))) {
                var wanted = new ImageSource(source, algorithm(), hash(), format, from.architecture(), null);
                ImageInfo image = asIs ? images.importFile(name, wanted, replace, progress) : images.importImage(name, wanted, replace, progress);
                progress.done("%s: %s of data on a disk of %s, id %s".formatted(image.name(), ImageWork.megabytes(image.dataBytes()),
                        ImageWork.megabytes(image.virtualBytes()), image.id()));
                return 0;
            } catch (Failure e) {
                throw new CommandFailure(e.getMessage(), e);
            }
        }

        private boolean isUrl() {
            return checksum != null && checksum.matches("https?://.*");
        }

        private String algorithm() {
            return checksum == null || isUrl() || !checksum.contains(":") ? null : checksum.substring(0, checksum.indexOf(':')).toLowerCase(Locale.ROOT);
        }

        private String hash() {
            return checksum == null || isUrl() || !checksum.contains(":") ? checksum : checksum.substring(checksum.indexOf(':') + 1);
        }
    }

    @Command(name = "list", description = "The images that are here.")
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Option(names = {"-o", "--output"}, paramLabel = "table|json", description = "For people or for scripts (default: table).")
        private Output output = Output.TABLE;

        @Mixin
        private DataDirectory data;

        enum Output {
            TABLE, JSON
        }

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            List<ImageInfo> list;
            try (ImageDirectory images = ImageWork.open(data)) {
                list = images.list();
            }
            if (output == Output.JSON) {
                terminal.line("%s", BessemerClient.pretty(list));
                return 0;
            }
            if (list.isEmpty()) {
                terminal.line("No images yet. Build one: ./bessemer image build tiny");
                return 0;
            }
            var table = new Table("NAME", "DISK", "DATA", "STORED", "FORMAT", "ID");
            list.forEach(image -> table.row(image.name(), ImageWork.megabytes(image.virtualBytes()), ImageWork.megabytes(image.dataBytes()),
                    ImageWork.megabytes(image.storedBytes()), image.sourceFormat(), image.id()));
            table.print(terminal);
            return 0;
        }
    }
}
