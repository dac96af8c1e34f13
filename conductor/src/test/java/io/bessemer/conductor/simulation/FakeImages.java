package io.bessemer.conductor.simulation;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.image.ImageLibrary;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// An image that is there at once; each fifth time it is just looked at whether its source has changed.
public final class FakeImages implements ImageLibrary {
    private static final ImageInfo IMAGE = new ImageInfo("0123456789abcdef0123456789abcdef", "tiny", 1L << 30, 1 << 26, 1 << 24, "qcow2", "00");
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public ImageStatus request(ImageSource source) {
        if (!source.source().equals("tiny")) {
            return new ImageStatus.Failed("no such image: " + source.source(), false);
        }
        return asked.incrementAndGet() % 5 == 0 ? new ImageStatus.Importing(0, 0) : new ImageStatus.Ready(IMAGE);
    }

    @Override
    public ImageStatus requestFile(ImageSource source) {
        return request(source);
    }

    @Override
    public BootParts bootParts(String source) {
        throw new Failure.Missing("instance_info/boot_iso", "There is no Glance here.");
    }

    @Override
    public List<ImageInfo> list() {
        return List.of(IMAGE);
    }

    @Override
    public Optional<ImageInfo> find(String nameOrId) {
        return Optional.of(IMAGE).filter(image -> nameOrId.equals(image.id()) || nameOrId.equals(image.name()));
    }
}
