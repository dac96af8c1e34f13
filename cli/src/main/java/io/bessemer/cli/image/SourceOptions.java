package io.bessemer.cli.image;

import io.bessemer.cli.CommandFailure;
import io.bessemer.images.SourceSettings;
import io.bessemer.images.SourceSettings.Glance;
import io.bessemer.images.SourceSettings.Registry;
import io.bessemer.images.SourceSettings.WebServer;
import io.bessemer.openstack.CloudLogin;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/// By whose login an image is fetched that is imported by hand. Passwords come from the environment: a command line is seen by everybody on the machine.
final class SourceOptions {
    static final String PASSWORD = "BESSEMER_IMAGE_PASSWORD";
    private static final Pattern SERVER = Pattern.compile("(https?|oci)://([^/?#]+).*");
    private static final Duration CALL_LIMIT = Duration.ofSeconds(20);

    @Option(names = "--user", paramLabel = "NAME", description = "Of the web server or registry; its password is read from BESSEMER_IMAGE_PASSWORD.")
    private String user;

    @Option(names = "--plain-http", description = "The registry is spoken to without TLS.")
    private boolean plainHttp;

    @Option(names = "--ca-file", paramLabel = "FILE", description = "PEM file of an authority to trust beside the JDK's.")
    private Path caFile;

    @Option(names = "--architecture", paramLabel = "ARCH", description = "Of the machines, when a registry has an image for each (default: x86_64).")
    private String architecture;

    String architecture() {
        return architecture;
    }

    /// @param environment of the process
    SourceSettings settings(String source, Map<String, String> environment) {
        String password = environment.getOrDefault(PASSWORD, "");
        if (user != null && password.isEmpty()) {
            throw new CommandFailure("--user %s has no password. Give it in the environment variable %s.".formatted(user, PASSWORD));
        }
        Matcher server = SERVER.matcher(source);
        boolean registry = server.matches() && server.group(1).equals("oci");
        boolean web = server.matches() && !registry && user != null;
        return new SourceSettings(
                web ? List.of(new WebServer(URI.create(server.group(1) + "://" + server.group(2) + "/"), user, password, "")) : List.of(),
                registry ? List.of(new Registry(server.group(2), user == null ? "" : user, password, plainHttp)) : List.of(),
                glance(environment).orElse(null), caFile, List.of());
    }

    /// The variables of OpenStack's own clients.
    private static Optional<Glance> glance(Map<String, String> environment) {
        String auth = environment.getOrDefault("OS_AUTH_URL", "");
        String endpoint = environment.getOrDefault("OS_IMAGE_ENDPOINT_OVERRIDE", "");
        if (auth.isEmpty() && endpoint.isEmpty()) {
            return Optional.empty();
        }
        CloudLogin login = auth.isEmpty() ? null : new CloudLogin("the environment's OS_ variables", URI.create(auth), environment.getOrDefault("OS_USERNAME", ""),
                environment.getOrDefault("OS_PASSWORD", ""), environment.getOrDefault("OS_PROJECT_NAME", ""), environment.getOrDefault("OS_USER_DOMAIN_NAME", "Default"),
                environment.getOrDefault("OS_PROJECT_DOMAIN_NAME", "Default"), environment.getOrDefault("OS_REGION_NAME", ""),
                environment.getOrDefault("OS_INTERFACE", "public"));
        return Optional.of(new Glance(login, endpoint.isEmpty() ? null : URI.create(endpoint), CALL_LIMIT, null));
    }
}
