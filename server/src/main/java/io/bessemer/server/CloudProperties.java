package io.bessemer.server;

import io.bessemer.nova.NovaSettings;
import io.bessemer.nova.NovaSettings.Access;
import io.bessemer.nova.NovaSettings.HostConfig;
import io.bessemer.nova.NovaSettings.Login;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.validation.annotation.Validated;

/// `bessemer.clouds.NAME.*`: OpenStack clouds that hosts join; profiles name them.
@Validated
@ConfigurationProperties("bessemer")
public record CloudProperties(@DefaultValue Map<String, @Valid Nova> clouds) implements CheckedSettings {
    @Override
    public void check() {
        settings();
    }

    List<NovaSettings> settings() {
        return new TreeMap<>(clouds).entrySet().stream().map(cloud -> cloud.getValue().settings(cloud.getKey())).toList();
    }

    /// @param authUrl           of Keystone, with or without `/v3`
    /// @param username          whose role may change services, aggregates and resource providers: by default `admin`
    /// @param password          of that user
    /// @param project           of that user
    /// @param userDomain        name of the user's domain
    /// @param projectDomain     name of the project's domain
    /// @param region            empty for the only one
    /// @param catalogInterface  which endpoints of the catalog: `internal`, `public` or `admin`
    /// @param computeEndpoint   instead of the catalog's, with `/v2.1`
    /// @param placementEndpoint instead of the catalog's
    /// @param caFile            PEM file of authorities to trust beside the JDK's
    /// @param callTimeout       of one request with its answer
    /// @param stepTimeout       of all requests of one step; what is left is done in the next
    /// @param discoverCommand   words of a command of this machine that maps new hosts to their cell, such as `ssh, ctl, sudo, nova-manage, cell_v2, discover_hosts`;
    ///                          empty when Nova does it by `discover_hosts_in_cells_interval`
    /// @param liveMigrations    servers of a draining host that are moved at a time; 0 to wait for their owners instead
    public record Nova(
            @NotBlank String authUrl,
            @NotBlank String username,
            @NotBlank String password,
            @DefaultValue("service") @NotBlank String project,
            @DefaultValue("Default") @NotBlank String userDomain,
            @DefaultValue("Default") @NotBlank String projectDomain,
            @DefaultValue("") String region,
            @Name("interface") @DefaultValue("internal") @Pattern(regexp = "internal|public|admin") String catalogInterface,
            @DefaultValue("") String computeEndpoint,
            @DefaultValue("") String placementEndpoint,
            @DefaultValue("") String caFile,
            @DefaultValue("20s") @NotNull @DurationMin(seconds = 1) Duration callTimeout,
            @DefaultValue("1m") @NotNull @DurationMin(seconds = 1) Duration stepTimeout,
            @DefaultValue List<String> discoverCommand,
            @DefaultValue("2") @Min(0) @Max(100) int liveMigrations,
            @NotNull @Valid Host host) {

        NovaSettings settings(String name) {
            Access access = new Access(uri(name, "auth-url", authUrl), new Login(username, password), project, userDomain, projectDomain, region, catalogInterface,
                    uri(name, "compute-endpoint", computeEndpoint), uri(name, "placement-endpoint", placementEndpoint), caFile.isEmpty() ? null : Path.of(caFile));
            return new NovaSettings(name, access, callTimeout, stepTimeout, discoverCommand, liveMigrations, host.config(name, this));
        }

        @Override
        public String toString() {
            return "Nova[authUrl=%s, username=%s, password=***, project=%s, host=%s]".formatted(authUrl, username, project, host);
        }
    }

    /// What is written into the hosts' nova.conf.
    ///
    /// @param transportUrl         of the cell's message queue, with its password: `rabbit://nova:...@10.0.0.1:5672/`
    /// @param hostAuthUrl          of Keystone, where hosts reach it elsewhere than Bessemer; empty for the same
    /// @param serviceProject       of the service users below
    /// @param novaUsername         service user of nova-compute
    /// @param novaPassword         of that user
    /// @param placementUsername    service user for Placement
    /// @param placementPassword    of that user; empty for nova-password
    /// @param neutronUsername      service user for Neutron
    /// @param neutronPassword      of that user; empty for nova-password
    /// @param glanceUrl            instead of the catalog's, as hosts reach it; so for the next two
    /// @param placementUrl         instead of the catalog's
    /// @param neutronUrl           instead of the catalog's
    /// @param novncproxyBaseUrl    of the console proxy, as users reach it: `https://cloud.example:6080/vnc_auto.html`; empty for no console
    /// @param cpuMode              libvirt's for guests: `host-model`, `host-passthrough`, `custom`, `none`; empty for Nova's default
    /// @param cpuModels            with `custom`, in order of preference
    /// @param liveMigrationScheme  of libvirt's connections between hosts: `tls`, `ssh` or `tcp`
    /// @param service              systemd unit: with RDO `openstack-nova-compute`
    /// @param options              further `SECTION.KEY` values, in oslo.config's notation; they replace those above
    public record Host(
            @NotBlank String transportUrl,
            @Name("auth-url") @DefaultValue("") String hostAuthUrl,
            @Name("project") @DefaultValue("service") @NotBlank String serviceProject,
            @DefaultValue("nova") @NotBlank String novaUsername,
            @NotBlank String novaPassword,
            @DefaultValue("placement") @NotBlank String placementUsername,
            @DefaultValue("") String placementPassword,
            @DefaultValue("neutron") @NotBlank String neutronUsername,
            @DefaultValue("") String neutronPassword,
            @DefaultValue("") String glanceUrl,
            @DefaultValue("") String placementUrl,
            @DefaultValue("") String neutronUrl,
            @DefaultValue("") String novncproxyBaseUrl,
            @DefaultValue("") String cpuMode,
            @DefaultValue List<String> cpuModels,
            @DefaultValue("tls") @Pattern(regexp = "tls|ssh|tcp") String liveMigrationScheme,
            @DefaultValue("nova-compute") @NotBlank String service,
            @DefaultValue Map<String, Map<String, String>> options) {

        HostConfig config(String cloud, Nova nova) {
            return new HostConfig(transportUrl, uri(cloud, "host.auth-url", hostAuthUrl.isEmpty() ? nova.authUrl : hostAuthUrl), serviceProject, nova.userDomain,
                    nova.projectDomain, nova.region, nova.catalogInterface, new Login(novaUsername, novaPassword),
                    new Login(placementUsername, placementPassword.isEmpty() ? novaPassword : placementPassword),
                    new Login(neutronUsername, neutronPassword.isEmpty() ? novaPassword : neutronPassword), glanceUrl, placementUrl, neutronUrl,
                    novncproxyBaseUrl, cpuMode, cpuModels, liveMigrationScheme, service, options);
        }

        @Override
        public String toString() {
            return "Host[novaUsername=%s, transportUrl=***, service=%s]".formatted(novaUsername, service);
        }
    }

    private static URI uri(String cloud, String key, String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (!text.matches("https?://[^/\\s]+\\S*")) {
            throw new IllegalArgumentException("bessemer.clouds.%s.%s is '%s'. Give a URL, as in http://10.0.0.1:5000/v3."
                    .formatted(cloud, key, text.contains("@") ? "***" : text));
        }
        return URI.create(text);
    }
}
