package io.bessemer.api.identity;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// Where and as whom tokens are validated.
///
/// @param authUrl        of Keystone's v3 API, ending in `/v3`
/// @param publicUrl      where clients find Keystone, for the challenge
/// @param username       of a service user that may validate tokens: by default one with `service` or `admin`, or `reader` of the system
/// @param serviceProject name of the project in which the role `service` counts for the whole system, as Nova's user has it; empty for none
/// @param caFile         PEM of the authorities that Keystone's certificate may be from; null for the JDK's
/// @param callTimeout    of one request with its answer
/// @param remembered     how long a token counts without being asked about again: as long it outlives being revoked
public record KeystoneSettings(URI authUrl, String publicUrl, String username, String password, String project, String userDomain, String projectDomain,
        String serviceProject, Path caFile, Duration callTimeout, Duration remembered) {
    @Override
    public String toString() {
        return "KeystoneSettings[authUrl=%s, username=%s, password=***]".formatted(authUrl, username);
    }
}
