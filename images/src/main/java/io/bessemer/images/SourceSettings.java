package io.bessemer.images;

import io.bessemer.core.network.Network;
import io.bessemer.openstack.CloudLogin;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Where images may come from, and by which credentials.
///
/// @param servers    web servers that want some
/// @param registries OCI registries that want some, or are reached without TLS
/// @param glance     null when there is none
/// @param caFile     PEM, of authorities to trust beside the JDK's; null for none
/// @param denied     networks into which no URL of a client may lead
public record SourceSettings(List<WebServer> servers, List<Registry> registries, Glance glance, Path caFile, List<Network> denied) {
    /// Anything that needs no credentials, anywhere.
    public static final SourceSettings OPEN = new SourceSettings(List.of(), List.of(), null, null, List.of());

    public SourceSettings {
        servers = List.copyOf(servers);
        registries = List.copyOf(registries);
        denied = List.copyOf(denied);
    }

    /// Credentials for all below one URL, and for nothing else.
    ///
    /// @param url      `https://images.example/private/`
    /// @param username with a password, for HTTP basic; empty for none
    /// @param token    sent as bearer, when there is no user name; empty for none
    public record WebServer(URI url, String username, String password, String token) {
        /// Without what is secret.
        @Override
        public String toString() {
            return "WebServer[url=" + url + ", username=" + username + "]";
        }
    }

    /// @param host      with its port, as in an `oci://` URL
    /// @param username  empty for none, or for a token alone
    /// @param password  or token
    /// @param plainHttp whether it is spoken to without TLS
    public record Registry(String host, String username, String password, boolean plainHttp) {
        /// Without what is secret.
        @Override
        public String toString() {
            return "Registry[host=" + host + ", username=" + username + ", plainHttp=" + plainHttp + "]";
        }
    }

    /// @param login    null for a Glance that wants none
    /// @param endpoint null for that of the catalog
    /// @param swift    null to fetch from Glance itself
    public record Glance(CloudLogin login, URI endpoint, Duration callTimeout, Swift swift) {}

    /// Temporary URLs of the object store that Glance keeps its images in.
    ///
    /// @param endpoint  without the account: `https://swift.example:8080`
    /// @param account   `AUTH_...`, of Glance's user
    /// @param container of Glance's images
    /// @param key       `X-Account-Meta-Temp-URL-Key` of the account
    /// @param life      of a URL, in which the download must have begun
    public record Swift(URI endpoint, String account, String container, String key, Duration life) {
        /// Without what is secret.
        @Override
        public String toString() {
            return "Swift[endpoint=%s, account=%s, container=%s]".formatted(endpoint, account, container);
        }
    }
}
