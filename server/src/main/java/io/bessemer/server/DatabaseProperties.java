package io.bessemer.server;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// `bessemer.database.*`.
///
/// @param url      JDBC URL of a MariaDB (`jdbc:mariadb://HOST/bessemer`); empty for the embedded H2 file under the data directory
/// @param poolSize connections
@ConfigurationProperties("bessemer.database")
public record DatabaseProperties(@DefaultValue("") String url, @DefaultValue("") String user, @DefaultValue("") String password,
        @DefaultValue("16") @Min(2) @Max(200) int poolSize) {
    @Override
    public String toString() {
        return "DatabaseProperties[url=%s, user=%s, password=***, poolSize=%d]".formatted(url, user, poolSize);
    }
}
