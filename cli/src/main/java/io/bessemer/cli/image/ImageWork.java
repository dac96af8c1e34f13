package io.bessemer.cli.image;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.WorkProgress;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.images.ImageDirectory;
import io.bessemer.images.ImageSettings;
import io.bessemer.images.SourceSettings;
import io.bessemer.images.build.DebianHostImage;
import io.bessemer.images.build.HostImage;
import io.bessemer.images.build.HostImageBuilder;
import io.bessemer.images.build.LibvirtHostImage;
import io.bessemer.images.build.TinyImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Builds the images we have recipes for, and shows how far it is.
public final class ImageWork {
    private static final List<HostImage> RECIPES = List.of(new TinyImage(), new DebianHostImage(), LibvirtHostImage.kvm(DataDirectory.computeAgentBuild()),
            LibvirtHostImage.kvmGeneric(DataDirectory.computeAgentBuild()), LibvirtHostImage.lxc(DataDirectory.computeAgentBuild()),
            LibvirtHostImage.xen(DataDirectory.computeAgentBuild()));

    private ImageWork() {}

    public static Optional<HostImage> recipe(String name) {
        return RECIPES.stream().filter(recipe -> recipe.name().equals(name)).findFirst();
    }

    public static List<String> recipes() {
        return RECIPES.stream().map(HostImage::name).toList();
    }

    /// Does nothing when the same inputs made the one that is there.
    public static ImageInfo build(Terminal terminal, DataDirectory data, HostImage recipe) throws IOException {
        var progress = new WorkProgress(terminal, "Image  ");
        try (ImageDirectory images = open(data)) {
            ImageInfo image = new HostImageBuilder(images, data.cache()).build(recipe, progress);
            progress.done("%s: %s of data on a disk of %s".formatted(image.name(), megabytes(image.dataBytes()), megabytes(image.virtualBytes())));
            return image;
        }
    }

    static ImageDirectory open(DataDirectory data) {
        return new ImageDirectory(ImageSettings.of(data.images()));
    }

    static ImageDirectory open(DataDirectory data, SourceSettings sources) {
        return new ImageDirectory(ImageSettings.of(data.images()).with(sources));
    }

    static String megabytes(long bytes) {
        return "%.0f MB".formatted(bytes / 1e6);
    }
}
