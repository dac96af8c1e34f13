package io.bessemer.nova;

import io.bessemer.openstack.CloudLogin;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// One OpenStack cloud, as Bessemer and as its hosts reach it.
///
/// @param name            as profiles name it
/// @param access          of Bessemer itself
/// @param callTimeout     of one request with its answer
/// @param stepTimeout     of all requests of one step together
/// @param discoverCommand words of a command that maps new hosts to their cell; empty for none: Nova does it itself
/// @param liveMigrations  servers of one host that are moved at a time; 0 to wait for their owners instead
/// @param host            what goes into nova.conf
public record NovaSettings(String name, Access access, Duration callTimeout, Duration stepTimeout, List<String> discoverCommand, int liveMigrations,
        HostConfig host) {

    public NovaSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(host, "host");
        discoverCommand = List.copyOf(discoverCommand);
    }

    CloudLogin login() {
        return new CloudLogin("bessemer.clouds." + name, access.authUrl, access.login.username, access.login.password, access.project, access.userDomain,
                access.projectDomain, access.region, access.catalogInterface);
    }

    /// How Bessemer logs in.
    ///
    /// @param authUrl           of Keystone, with or without `/v3`
    /// @param login             of a user that may change services, aggregates and resource providers: by default those with the role admin
    /// @param region            empty for the only one
    /// @param catalogInterface  `internal`, `public` or `admin`
    /// @param computeEndpoint   null for that of the catalog
    /// @param placementEndpoint null for that of the catalog
    /// @param caFile            PEM, to trust beside the JDK's authorities; null for none
    public record Access(URI authUrl, Login login, String project, String userDomain, String projectDomain, String region, String catalogInterface,
            URI computeEndpoint, URI placementEndpoint, Path caFile) {}

    /// Never shown.
    public record Login(String username, String password) {
        @Override
        public String toString() {
            return "Login[username=" + username + ", password=***]";
        }
    }

    /// What nova-compute needs.
    ///
    /// @param transportUrl        of the cell's message queue, with its password
    /// @param authUrl             of Keystone, as hosts reach it
    /// @param project             of the service users
    /// @param glanceEndpoint      empty for that of the catalog; so for the others
    /// @param novncproxyBaseUrl   empty for no console
    /// @param cpuMode             empty for libvirt's default: `host-model` with KVM
    /// @param liveMigrationScheme of libvirt's connection between hosts: `tls`, `ssh`, `tcp`
    /// @param service             systemd unit: `nova-compute`, with RDO `openstack-nova-compute`
    /// @param options             section to keys and values, which replace ours
    public record HostConfig(
            String transportUrl,
            URI authUrl,
            String project,
            String userDomain,
            String projectDomain,
            String region,
            String catalogInterface,
            Login nova,
            Login placement,
            Login neutron,
            String glanceEndpoint,
            String placementEndpoint,
            String neutronEndpoint,
            String novncproxyBaseUrl,
            String cpuMode,
            List<String> cpuModels,
            String liveMigrationScheme,
            String service,
            Map<String, Map<String, String>> options) {

        public HostConfig {
            cpuModels = List.copyOf(cpuModels);
            options = copy(options);
        }

        private static Map<String, Map<String, String>> copy(Map<String, Map<String, String>> options) {
            var copy = new TreeMap<String, Map<String, String>>();
            options.forEach((section, values) -> copy.put(section, Map.copyOf(new TreeMap<>(values))));
            return copy;
        }

        @Override
        public String toString() {
            return "HostConfig[authUrl=%s, nova=%s, placement=%s, neutron=%s, transportUrl=***, options=***]".formatted(authUrl, nova, placement, neutron);
        }
    }
}
