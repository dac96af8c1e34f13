package io.bessemer.cli.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// How the command line says who it is: one header of each request. From the environment alone, since a command line is seen by every user of
/// the machine.
///
/// @param header empty for no login
public record Login(String header, String value) {
    public static final Login NONE = new Login("", "");

    /// Bessemer's own variables first, then those of OpenStack's clients.
    static Login from(Map<String, String> environment) {
        String user = environment.getOrDefault("BESSEMER_API_USER", "");
        if (!user.isEmpty()) {
            return basic(user, required(environment, "BESSEMER_API_PASSWORD", "BESSEMER_API_USER"));
        }
        String token = environment.getOrDefault("OS_TOKEN", "");
        if (!token.isEmpty()) {
            return token(token);
        }
        if (environment.getOrDefault("OS_AUTH_TYPE", "").equals("http_basic")) {
            return basic(required(environment, "OS_USERNAME", "OS_AUTH_TYPE"), required(environment, "OS_PASSWORD", "OS_AUTH_TYPE"));
        }
        return NONE;
    }

    /// @throws IllegalArgumentException when it has characters that no token has
    public static Login token(String token) {
        return new Login("X-Auth-Token", clean(token));
    }

    public static Login basic(String user, String password) {
        if (user.contains(":")) {
            throw new IllegalArgumentException("The user '%s' has a colon, which HTTP basic authentication does not allow.".formatted(user));
        }
        return new Login("Authorization", "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    private static String required(Map<String, String> environment, String name, String because) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException("%s is set and %s is not. Set both.".formatted(because, name)));
    }

    private static String clean(String token) {
        if (!token.strip().matches("[\\x21-\\x7e]+")) {
            throw new IllegalArgumentException("The token has characters that no token has.");
        }
        return token.strip();
    }

    @Override
    public String toString() {
        return "Login[" + header + "]";
    }
}
