package io.bessemer.server;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// `bessemer.database.*`.
///
/// @param url      JDBC URL of a MariaDB (`jdbc:mariadb://HOST/bessemer`); empty for the embedded H2 file under the data directory
/// @param poolSize connections
/// @param keepFree the embedded database takes nothing while its disk has less free than this; it stays readable
@Validated
@ConfigurationProperties("bessemer.database")
public record DatabaseProperties(@DefaultValue("") String url, @DefaultValue("") String user, @DefaultValue("") String password,
        @DefaultValue("16") @Min(2) @Max(200) int poolSize, @NotNull @DefaultValue("16MB") DataSize keepFree) implements CheckedSettings {
    @Override
    public void check() {
        if (keepFree.isNegative()) {
            throw new IllegalArgumentException("bessemer.database.keep-free is '%s'; allowed is a size of 0 or more, such as 16MB".formatted(keepFree));
        }
    }

    @Override
    public String toString() {
        return "DatabaseProperties[url=%s, user=%s, password=***, poolSize=%d, keepFree=%s]".formatted(url, user, poolSize, keepFree);
    }
}
