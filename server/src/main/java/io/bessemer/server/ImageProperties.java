package io.bessemer.server;

import io.bessemer.core.network.Network;
import io.bessemer.images.ImageSettings;
import io.bessemer.images.ImageSettings.CacheLimits;
import io.bessemer.images.SourceSettings;
import io.bessemer.openstack.CloudLogin;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// `bessemer.images.*`: what may be imported, from where, and by which credentials.
///
/// @param largest        greatest size of a source file, and of the disk it makes
/// @param fileRoots      folders below which a `file://` URL of a client may lie; empty for `import` in the data directory
/// @param keepFree       imports leave so much of the disk free, for the database
/// @param cacheSize      of all images that came because a node named a URL, as stored; beyond it those that were not wanted for longest are removed, none within 4 hours of its last use
/// @param cacheAge       since the last use, after which such an image is removed
/// @param peers          whether machines on one network give each other chunks of the image that they are imaged with, so that not each fetches all of it from here; their agents open a TCP port for it
/// @param deniedNetworks into which no URL of a client leads, also not by redirection, but for the servers that are named below; empty for none
/// @param caFile         PEM file of authorities to trust, beside the JDK's, when images are fetched
@Validated
@ConfigurationProperties("bessemer.images")
public record ImageProperties(@NotNull @DefaultValue("256GB") DataSize largest, @DefaultValue List<Path> fileRoots,
        @NotNull @DefaultValue("64MB") DataSize keepFree, @NotNull @DefaultValue("200GB") DataSize cacheSize, @NotNull @DurationMin(hours = 1) @DefaultValue("30d") Duration cacheAge,
        @DefaultValue("false") boolean peers, @DefaultValue({"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/127", "fe80::/10"}) List<String> deniedNetworks, @DefaultValue("") String caFile,
        @DefaultValue List<@Valid Server> servers, @DefaultValue List<@Valid Registry> registries, @NotNull @Valid @DefaultValue Glance glance) implements CheckedSettings {
    /// A web server that wants a login.
    ///
    /// @param url      below which it is sent, and nowhere else: `https://images.example/private/`
    /// @param username for HTTP basic
    /// @param password of that user
    /// @param token    sent as bearer instead, when there is no user name
    public record Server(@NotBlank String url, @DefaultValue("") String username, @DefaultValue("") String password, @DefaultValue("") String token) {
        private SourceSettings.WebServer settings() {
            if (username.isEmpty() == token.isEmpty()) {
                throw new IllegalArgumentException("bessemer.images.servers of '%s' has %s; expected is a username with its password, or a token".formatted(shown(url),
                        username.isEmpty() ? "neither username nor token" : "username and token"));
            }
            URI uri = uri("servers[].url", url);
            return new SourceSettings.WebServer(uri.getRawPath() == null || uri.getRawPath().isEmpty() ? URI.create(uri + "/") : uri, username, password, token);
        }

        @Override
        public String toString() {
            return "Server[url=%s, username=%s]".formatted(shown(url), username);
        }
    }

    /// An OCI registry that wants a login, or has no TLS.
    ///
    /// @param host      with its port, as in `oci://HOST/...`
    /// @param username  empty for a token alone
    /// @param password  of that user, or the token
    /// @param plainHttp whether it is spoken to without TLS, and so is who gives it tokens
    public record Registry(@NotBlank @Pattern(regexp = "[A-Za-z0-9.-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?", message = "must be HOST or HOST:PORT") String host,
            @DefaultValue("") String username, @DefaultValue("") String password, @DefaultValue("false") boolean plainHttp) {
        @Override
        public String toString() {
            return "Registry[host=%s, username=%s, plainHttp=%s]".formatted(host, username, plainHttp);
        }
    }

    /// Where `glance://` leads; the same words as in `bessemer.clouds`.
    ///
    /// @param authUrl          of Keystone, with or without `/v3`; empty when Glance wants no token
    /// @param username         of a user that may read the images
    /// @param password         of that user
    /// @param project          of that user
    /// @param userDomain       name of the user's domain
    /// @param projectDomain    name of the project's domain
    /// @param region           empty for the only one
    /// @param catalogInterface which endpoint of the catalog: `internal`, `public` or `admin`
    /// @param imageEndpoint    instead of the catalog's
    /// @param callTimeout      of one request with its answer, the image itself aside
    public record Glance(@DefaultValue("") String authUrl, @DefaultValue("") String username, @DefaultValue("") String password, @DefaultValue("service") @NotBlank String project,
            @DefaultValue("Default") @NotBlank String userDomain, @DefaultValue("Default") @NotBlank String projectDomain, @DefaultValue("") String region,
            @Name("interface") @DefaultValue("internal") @Pattern(regexp = "internal|public|admin") String catalogInterface, @DefaultValue("") String imageEndpoint,
            @DefaultValue("20s") @NotNull @DurationMin(seconds = 1) Duration callTimeout, @NotNull @Valid @DefaultValue Swift swift) {
        private SourceSettings.Glance settings() {
            if (authUrl.isEmpty() && imageEndpoint.isEmpty()) {
                return null;
            }
            if (!authUrl.isEmpty() && (username.isEmpty() || password.isEmpty())) {
                throw new IllegalArgumentException("bessemer.images.glance.auth-url is set without username and password; expected are all three, or image-endpoint alone for a Glance without Keystone");
            }
            CloudLogin login = authUrl.isEmpty() ? null : new CloudLogin("bessemer.images.glance", uri("glance.auth-url", authUrl), username, password, project, userDomain,
                    projectDomain, region, catalogInterface);
            return new SourceSettings.Glance(login, imageEndpoint.isEmpty() ? null : uri("glance.image-endpoint", imageEndpoint), callTimeout, swift.settings());
        }

        @Override
        public String toString() {
            return "Glance[authUrl=%s, username=%s, imageEndpoint=%s, swift=%s]".formatted(authUrl, username, imageEndpoint, swift);
        }
    }

    /// Temporary URLs of the object store that Glance keeps its images in, so that they are not fetched through Glance.
    ///
    /// @param endpoint  of Swift, without the account: `https://swift.example:8080`; empty to fetch from Glance
    /// @param account   of Glance's user: `AUTH_...`
    /// @param container of the images
    /// @param tempUrlKey the account's `X-Account-Meta-Temp-URL-Key`
    /// @param tempUrlLife within which a download must begin
    public record Swift(@DefaultValue("") String endpoint, @DefaultValue("") String account, @DefaultValue("glance") @NotBlank String container, @DefaultValue("") String tempUrlKey,
            @DefaultValue("20m") @NotNull @DurationMin(minutes = 1) Duration tempUrlLife) {
        private SourceSettings.Swift settings() {
            if (endpoint.isEmpty()) {
                return null;
            }
            if (account.isEmpty() || tempUrlKey.isEmpty()) {
                throw new IllegalArgumentException("bessemer.images.glance.swift.endpoint is set without account and temp-url-key; expected are all three");
            }
            return new SourceSettings.Swift(uri("glance.swift.endpoint", endpoint), account, container, tempUrlKey, tempUrlLife);
        }

        @Override
        public String toString() {
            return "Swift[endpoint=%s, account=%s, container=%s]".formatted(endpoint, account, container);
        }
    }

    @Override
    public void check() {
        if (largest.toBytes() < 1 || keepFree.isNegative()) {
            throw new IllegalArgumentException("bessemer.images.largest is '%s' and keep-free '%s'; allowed are sizes of more than 0, and of 0 or more"
                    .formatted(largest, keepFree));
        }
        sources();
    }

    /// @param images where they are kept
    ImageSettings settings(Path images) {
        ImageSettings defaults = ImageSettings.of(images);
        return new ImageSettings(defaults.directory(), largest.toBytes(), fileRoots.isEmpty() ? defaults.fileRoots() : fileRoots, keepFree.toBytes(), sources(),
                new CacheLimits(cacheSize.toBytes(), cacheAge));
    }

    private SourceSettings sources() {
        return new SourceSettings(servers.stream().map(Server::settings).toList(),
                registries.stream().map(one -> new SourceSettings.Registry(one.host, one.username, one.password, one.plainHttp)).toList(), glance.settings(),
                caFile.isEmpty() ? null : Path.of(caFile), deniedNetworks.stream().filter(one -> !one.isBlank()).map(ImageProperties::network).toList());
    }

    private static Network network(String text) {
        try {
            return new Network(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bessemer.images.denied-networks: " + e.getMessage(), e);
        }
    }

    private static URI uri(String key, String text) {
        if (!text.matches("https?://[^/\\s@?#]+(/[^\\s@?#]*)?")) {
            throw new IllegalArgumentException("bessemer.images.%s is '%s'. Give a URL without user name and query, as in https://images.example/.".formatted(key, shown(text)));
        }
        return URI.create(text);
    }

    private static String shown(String text) {
        return text.contains("@") ? "***" : text;
    }
}
