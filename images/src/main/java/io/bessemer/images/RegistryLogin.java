package io.bessemer.images;

import io.bessemer.images.SourceSettings.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How a registry is satisfied that asks who comes: `Basic`, or a `Bearer` token from the server that it names (distribution's "Token Authentication").
///
/// @param username  empty for a token alone
/// @param plainHttp whether the registry is spoken to without TLS: then its token server may be too
record RegistryLogin(String username, String password, boolean plainHttp) {
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z]+)=\"([^\"]*)\"");
    private static final int LARGEST_ANSWER_BYTES = 1 << 20;

    /// @param secret of the client, which goes before the settings'; null for none
    static RegistryLogin of(Registry registry, String secret) {
        if (secret == null || secret.isBlank()) {
            return new RegistryLogin(registry.username(), registry.password(), registry.plainHttp());
        }
        String plain = decoded(secret.strip());
        int colon = plain.indexOf(':');
        return colon < 0 ? new RegistryLogin("", plain, registry.plainHttp())
                : new RegistryLogin(plain.substring(0, colon), plain.substring(colon + 1), registry.plainHttp());
    }

    boolean anonymous() {
        return password.isEmpty();
    }

    /// @param challenge of the answer with status 401
    /// @return value of the header `Authorization`; empty when there is nothing to say
    String authorization(Web web, Reach reach, String name, String challenge, URI repository) throws IOException {
        String scheme = challenge.split(" ", 2)[0].toLowerCase(Locale.ROOT);
        if (scheme.equals("basic")) {
            return anonymous() ? "" : basic();
        }
        if (!scheme.equals("bearer")) {
            throw new ImageImportException("image_source %s: the registry wants a login by '%s'. Known are Basic and Bearer.".formatted(name, scheme), false);
        }
        return "Bearer " + token(web, reach, name, tokenServer(name, challenge, repository));
    }

    /// @param challenge `Bearer realm="https://auth.example/token",service="..."`
    /// @return what to ask for a token
    URI tokenServer(String name, String challenge, URI repository) throws ImageImportException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (Matcher found = PARAMETER.matcher(challenge); found.find();) {
            parameters.put(found.group(1).toLowerCase(Locale.ROOT), found.group(2));
        }
        URI realm = SourceLocation.uri(parameters.getOrDefault("realm", ""));
        if (realm.getHost() == null || realm.getRawFragment() != null || !"https".equals(realm.getScheme()) && !(plainHttp && "http".equals(realm.getScheme()))) {
            throw new ImageImportException("image_source %s: the registry sends logins to '%s', which is no https URL".formatted(name, realm), false);
        }
        return asked(realm, parameters, repository);
    }

    private String token(Web web, Reach reach, String name, URI uri) throws IOException {
        Map<String, String> credentials = anonymous() ? Map.of() : Map.of("Authorization", basic());
        HttpResponse<InputStream> response = web.get(uri, credentials, Map.of("Accept", "application/json"), reach, name);
        try {
            if (response.statusCode() != 200) {
                response.body().close();
                boolean retryable = response.statusCode() >= 500 || response.statusCode() == 429;
                throw new ImageImportException("image_source %s: the registry's token server %s answered with status %d. %s".formatted(name, uri.getHost(), response.statusCode(),
                        retryable ? "It is tried again." : anonymous() ? "It wants a login: set bessemer.images.registries or instance_info/image_pull_secret."
                                : "Check the user name and password for this registry."), retryable);
            }
            JsonNode answer = JsonMapper.shared().readTree(web.all(response, LARGEST_ANSWER_BYTES, "image_source " + name));
            String token = answer.path("token").asString(answer.path("access_token").asString(""));
            if (token.matches("[\\x21-\\x7e]+")) {
                return token;
            }
        } catch (JacksonException e) {
            // told below
        }
        throw new ImageImportException("image_source %s: the registry's token server %s answered without a token".formatted(name, uri.getHost()), false);
    }

    private static URI asked(URI realm, Map<String, String> parameters, URI repository) {
        String path = repository.getPath();
        String scope = parameters.getOrDefault("scope", "repository:%s:pull".formatted(path.substring("/v2/".length(), path.length() - 1)));
        StringBuilder text = new StringBuilder(realm.toString()).append(realm.getRawQuery() == null ? '?' : '&').append("scope=").append(encoded(scope));
        if (parameters.containsKey("service")) {
            text.append("&service=").append(encoded(parameters.get("service")));
        }
        return URI.create(text.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private String basic() {
        return Web.basic(username, password);
    }

    /// Pull secrets are base64 of `USER:PASSWORD` in Docker's files.
    private static String decoded(String secret) {
        try {
            String text = new String(Base64.getDecoder().decode(secret), StandardCharsets.UTF_8);
            return text.contains(":") && text.chars().noneMatch(Character::isISOControl) ? text : secret;
        } catch (IllegalArgumentException plain) {
            return secret;
        }
    }

    /// Without the password.
    @Override
    public String toString() {
        return "RegistryLogin[username=" + username + "]";
    }
}
