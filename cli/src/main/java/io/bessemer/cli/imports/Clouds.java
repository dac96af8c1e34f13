package io.bessemer.cli.imports;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.Login;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// OpenStack's `clouds.yaml`: how to reach a cloud's Ironic. Knows the kinds `none`, `http_basic`, `password`, `token` and `v3applicationcredential`.
final class Clouds {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Clouds() {
    }

    record Access(String url, Login login) {}

    /// @param url instead of what the catalogue says; null for that
    static Access access(String cloud, String url) throws InterruptedException {
        return access(cloud, url, files(System.getenv()));
    }

    /// Where OpenStack's clients look, in their order.
    static List<Path> files(Map<String, String> environment) {
        return Stream.of(Optional.ofNullable(environment.get("OS_CLIENT_CONFIG_FILE")).map(Path::of), Optional.of(Path.of("clouds.yaml")),
                Optional.of(Path.of(System.getProperty("user.home"), ".config/openstack/clouds.yaml")), Optional.of(Path.of("/etc/openstack/clouds.yaml")))
                .flatMap(Optional::stream).toList();
    }

    static Access access(String cloud, String url, List<Path> files) throws InterruptedException {
        Path file = files.stream().filter(Files::isReadable).findFirst()
                .orElseThrow(() -> new CommandFailure("There is no clouds.yaml at any of %s.".formatted(files)));
        Map<?, ?> entry = map(map(document(file).get("clouds")).get(cloud));
        if (entry.isEmpty()) {
            throw new CommandFailure("%s has no cloud '%s'. It has: %s.".formatted(file, cloud, map(document(file).get("clouds")).keySet()));
        }
        Map<?, ?> auth = map(entry.get("auth"));
        String type = String.valueOf(entry.get("auth_type") == null ? "password" : entry.get("auth_type"));
        String endpoint = Stream.of(url, entry.get("baremetal_endpoint_override"), auth.get("endpoint"), entry.get("endpoint"))
                .filter(value -> value instanceof String).map(String::valueOf).findFirst().orElse(null);
        return switch (type) {
            case "none" -> new Access(base(required(endpoint, "endpoint", cloud, file)), Login.NONE);
            case "http_basic" -> new Access(base(required(endpoint, "endpoint", cloud, file)),
                    Login.basic(required(auth.get("username"), "auth/username", cloud, file), required(auth.get("password"), "auth/password", cloud, file)));
            case "password", "v3password", "token", "v3token", "v3applicationcredential" -> keystone(type, auth, entry, endpoint, cloud, file);
            default -> throw new CommandFailure("%s: auth_type of cloud '%s' is '%s'. Known: none, http_basic, password, token, v3applicationcredential. Get a token otherwise and give it by --token FILE."
                    .formatted(file, cloud, type));
        };
    }

    private static Access keystone(String type, Map<?, ?> auth, Map<?, ?> entry, String endpoint, String cloud, Path file) throws InterruptedException {
        String authUrl = required(auth.get("auth_url"), "auth/auth_url", cloud, file).replaceFirst("/(v3/?)?$", "");
        Map<String, Object> identity = new LinkedHashMap<>();
        switch (type) {
            case "v3applicationcredential" -> {
                identity.put("methods", List.of("application_credential"));
                identity.put("application_credential", Map.of("id", required(auth.get("application_credential_id"), "auth/application_credential_id", cloud, file),
                        "secret", required(auth.get("application_credential_secret"), "auth/application_credential_secret", cloud, file)));
            }
            case "token", "v3token" -> {
                identity.put("methods", List.of("token"));
                identity.put("token", Map.of("id", required(auth.get("token"), "auth/token", cloud, file)));
            }
            default -> {
                identity.put("methods", List.of("password"));
                Map<String, Object> user = new LinkedHashMap<>(named(auth, "user_id", "username", cloud, file, domain(auth, "user_domain")));
                user.put("password", required(auth.get("password"), "auth/password", cloud, file));
                identity.put("password", Map.of("user", user));
            }
        }
        Map<String, Object> wish = new LinkedHashMap<>(Map.of("identity", identity));
        if (auth.get("system_scope") != null) {
            wish.put("scope", Map.of("system", Map.of("all", true)));
        } else if (auth.get("project_id") != null || auth.get("project_name") != null) {
            wish.put("scope", Map.of("project", named(auth, "project_id", "project_name", cloud, file, domain(auth, "project_domain"))));
        }
        HttpResponse<String> answer = post(authUrl + "/v3/auth/tokens", Map.of("auth", wish));
        if (answer.statusCode() != 201) {
            throw new CommandFailure("Keystone at %s did not let cloud '%s' in (HTTP %d). Check user, password and project in %s.".formatted(authUrl, cloud, answer.statusCode(), file));
        }
        String token = answer.headers().firstValue("X-Subject-Token").orElseThrow(() -> new CommandFailure("Keystone at %s answered without a token.".formatted(authUrl)));
        return new Access(base(endpoint != null ? endpoint : ofCatalogue(answer.body(), entry, cloud)), Login.token(token));
    }

    private static String ofCatalogue(String body, Map<?, ?> entry, String cloud) {
        String region = entry.get("region_name") == null ? "" : String.valueOf(entry.get("region_name"));
        String wished = entry.get("interface") == null ? "public" : String.valueOf(entry.get("interface")).replaceFirst("URL$", "");
        try {
            for (JsonNode service : JSON.readTree(body).path("token").path("catalog")) {
                if (!service.path("type").asString("").equals("baremetal")) {
                    continue;
                }
                for (JsonNode endpoint : service.path("endpoints")) {
                    boolean here = region.isEmpty() || region.equals(endpoint.path("region_id").asString(endpoint.path("region").asString("")));
                    if (here && endpoint.path("interface").asString("").equals(wished)) {
                        return endpoint.path("url").asString("");
                    }
                }
            }
        } catch (JacksonException e) {
            throw new CommandFailure("Keystone answered what is not JSON.", e);
        }
        throw new CommandFailure("The catalogue of cloud '%s' has no %s endpoint of type baremetal%s. Give --url URL."
                .formatted(cloud, wished, region.isEmpty() ? "" : " in region " + region));
    }

    private static HttpResponse<String> post(String url, Object body) throws InterruptedException {
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            return http.send(HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure("Keystone does not answer at %s (%s).".formatted(url, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()), e);
        }
    }

    private static Map<String, Object> domain(Map<?, ?> auth, String which) {
        Object id = auth.get(which + "_id");
        if (id != null) {
            return Map.of("id", String.valueOf(id));
        }
        Object name = auth.get(which + "_name");
        return name == null ? Map.of("id", "default") : Map.of("name", String.valueOf(name));
    }

    private static Map<String, Object> named(Map<?, ?> auth, String idKey, String nameKey, String cloud, Path file, Map<String, Object> domain) {
        return auth.get(idKey) != null ? Map.of("id", String.valueOf(auth.get(idKey)))
                : Map.of("name", required(auth.get(nameKey), "auth/" + nameKey, cloud, file), "domain", domain);
    }

    private static String required(Object value, String name, String cloud, Path file) {
        if (!(value instanceof String text) || text.isEmpty()) {
            throw new CommandFailure("%s: cloud '%s' has no %s.".formatted(file, cloud, name));
        }
        return text;
    }

    private static String base(String endpoint) {
        return endpoint.replaceFirst("/(v1/?)?$", "");
    }

    private static Map<?, ?> document(Path file) {
        try {
            return map(new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file)));
        } catch (IOException e) {
            throw new CommandFailure("'%s' cannot be read (%s).".formatted(file, e.getClass().getSimpleName()), e);
        } catch (YAMLException e) {
            throw new CommandFailure("%s is not YAML.".formatted(file)); // its message would quote the line, and with it a password
        }
    }

    private static Map<?, ?> map(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }
}
