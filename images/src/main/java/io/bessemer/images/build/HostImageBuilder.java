package io.bessemer.images.build;

import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.program.Progress;
import io.bessemer.images.ImageDirectory;
import io.bessemer.ramdisk.Stamp;
import io.bessemer.ramdisk.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// Builds a host image and imports it under its name, unless the library has the one that the same inputs made.
public final class HostImageBuilder {
    private final ImageDirectory images;
    private final Path cache;

    /// @param cache packages and stamps; may be thrown away
    public HostImageBuilder(ImageDirectory images, Path cache) {
        this.images = images;
        this.cache = cache.toAbsolutePath();
    }

    /// @throws io.bessemer.core.program.MissingProgramException a program is missing and may not be installed
    public ImageInfo build(HostImage recipe, Progress progress) throws IOException {
        Files.createDirectories(cache);
        progress.report("check " + recipe.name(), 0, 0);
        var inputs = new Stamp().text(recipe.name()).text(WholeDisk.LAYOUT).text("manifest " + ImageManifest.VERSION + " with the hashes of contents");
        recipe.describe(inputs, cache, progress);
        String stamp = inputs.value();
        Path stampFile = cache.resolve("image-" + recipe.name() + ".stamp");
        Optional<ImageInfo> here = images.find(recipe.name());
        if (here.isPresent() && Files.exists(stampFile) && Files.readString(stampFile).equals(stamp + " " + here.get().id())) {
            return here.get();
        }
        Path work = Files.createTempDirectory(cache, "image-");
        try {
            Path raw = recipe.make(work, cache, progress);
            ImageInfo image = images.importImage(recipe.name(), new ImageSource(raw.toString(), null, null, "raw"), true, progress);
            Path next = Files.writeString(cache.resolve("image-" + recipe.name() + ".stamp.tmp"), stamp + " " + image.id());
            Files.move(next, stampFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return image;
        } finally {
            Trees.delete(work);
        }
    }
}
