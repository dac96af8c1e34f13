package io.bessemer.server;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// `bessemer.images.*`: what may be imported.
///
/// @param largest   greatest size of a source file, and of the disk it makes
/// @param fileRoots folders below which a `file://` URL of a client may lie; empty for `import` in the data directory
/// @param keepFree  imports leave so much of the disk free, for the database
@Validated
@ConfigurationProperties("bessemer.images")
public record ImageProperties(@NotNull @DefaultValue("256GB") DataSize largest, @DefaultValue List<Path> fileRoots,
        @NotNull @DefaultValue("64MB") DataSize keepFree) implements CheckedSettings {
    @Override
    public void check() {
        if (largest.toBytes() < 1 || keepFree.isNegative()) {
            throw new IllegalArgumentException("bessemer.images.largest is '%s' and keep-free '%s'; allowed are sizes of more than 0, and of 0 or more"
                    .formatted(largest, keepFree));
        }
    }
}
