package io.bessemer.server;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// `bessemer.*`: what concerns the whole process.
///
/// @param dataDir  database, key file, images and boot files
/// @param lowSpace a warning is logged when the data directory has less free than this
/// @param hostname how this conductor calls itself, unique among those on one database; empty for the machine's host name
@Validated
@ConfigurationProperties("bessemer")
public record ServerProperties(@NotNull @DefaultValue("work") Path dataDir, @NotNull @DefaultValue("1GB") DataSize lowSpace, @DefaultValue("") String hostname) implements CheckedSettings {
    @Override
    public void check() {
        if (lowSpace.isNegative()) {
            throw new IllegalArgumentException("bessemer.low-space is '%s'; allowed is a size of 0 or more, such as 1GB".formatted(lowSpace));
        }
    }

    Path bootDirectory() {
        return dataDir.resolve("boot");
    }

    Path imagesDirectory() {
        return dataDir.resolve("images");
    }
}
