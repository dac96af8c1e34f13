package io.bessemer.nova;

import io.bessemer.core.pool.Cloud.Host;
import io.bessemer.core.pool.Cloud.HostFile;
import io.bessemer.core.pool.Cloud.Setup;
import io.bessemer.nova.NovaSettings.HostConfig;
import io.bessemer.nova.NovaSettings.Login;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What nova-compute reads (nova's configuration reference; doc/source/install/compute-install-*.rst).
final class NovaConf {
    private static final String FOLDER = "/etc/nova/";
    private static final String OWNER = "root:nova";
    private static final Set<String> VIRT_TYPES = Set.of("kvm", "qemu", "lxc");

    private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();

    private NovaConf() {}

    /// @throws IllegalArgumentException when Nova has no driver for the host's hypervisor
    static Setup setup(HostConfig config, Host host) {
        return new Setup(List.of(
                new HostFile(FOLDER + "nova.conf", "0640", OWNER, of(config, host).text()),
                // Debian's nova-compute reads this one after nova.conf, and its packages write a virt_type into it
                new HostFile(FOLDER + "nova-compute.conf", "0640", OWNER, driver(host).text()),
                // doc/source/admin/compute-node-identification.rst: here it is pre-provisioned, never changed by nova-compute
                new HostFile(FOLDER + "compute_id", "0640", OWNER, host.node() + "\n")), List.of(config.service()));
    }

    private static NovaConf of(HostConfig config, Host host) {
        NovaConf conf = new NovaConf();
        conf.set("DEFAULT", "transport_url", config.transportUrl());
        conf.set("DEFAULT", "host", host.hostname());
        conf.set("DEFAULT", "my_ip", host.address());
        conf.set("DEFAULT", "state_path", "/var/lib/nova");
        conf.set("DEFAULT", "compute_driver", "libvirt.LibvirtDriver");
        conf.login("service_user", config, config.nova());
        conf.set("service_user", "send_service_user_token", "true");
        conf.login("placement", config, config.placement());
        conf.set("placement", "valid_interfaces", config.catalogInterface());
        conf.set("placement", "endpoint_override", config.placementEndpoint());
        conf.login("neutron", config, config.neutron());
        conf.set("neutron", "valid_interfaces", config.catalogInterface());
        conf.set("neutron", "endpoint_override", config.neutronEndpoint());
        conf.set("glance", "region_name", config.region());
        conf.set("glance", "valid_interfaces", config.catalogInterface());
        conf.set("glance", "endpoint_override", config.glanceEndpoint());
        boolean console = !config.novncproxyBaseUrl().isEmpty();
        conf.set("vnc", "enabled", Boolean.toString(console));
        if (console) {
            conf.set("vnc", "server_listen", host.address());
            conf.set("vnc", "server_proxyclient_address", host.address());
            conf.set("vnc", "novncproxy_base_url", config.novncproxyBaseUrl());
        }
        conf.set("libvirt", "virt_type", virtType(host));
        conf.set("libvirt", "cpu_mode", config.cpuMode());
        conf.set("libvirt", "cpu_models", String.join(",", config.cpuModels()));
        conf.set("libvirt", "live_migration_inbound_addr", host.address());
        conf.set("libvirt", "live_migration_scheme", config.liveMigrationScheme());
        conf.set("oslo_concurrency", "lock_path", "/var/lib/nova/tmp");
        config.options().forEach((section, options) -> options.forEach((key, value) -> conf.put(section, key, value)));
        return conf;
    }

    private static NovaConf driver(Host host) {
        NovaConf conf = new NovaConf();
        conf.set("DEFAULT", "compute_driver", "libvirt.LibvirtDriver");
        conf.set("libvirt", "virt_type", virtType(host));
        return conf;
    }

    /// nova/conf/libvirt.py; `xen` was removed from it.
    static String virtType(Host host) {
        String kind = host.kind().wire();
        if (!VIRT_TYPES.contains(kind)) {
            throw new IllegalArgumentException("Nova's libvirt driver has no %s. Give the profile of pool '%s' the hypervisor kvm, qemu or lxc, or no cloud."
                    .formatted(kind, host.pool()));
        }
        return kind;
    }

    private void login(String section, HostConfig config, Login login) {
        set(section, "auth_type", "password");
        set(section, "auth_url", config.authUrl().toString());
        set(section, "region_name", config.region());
        set(section, "project_name", config.project());
        set(section, "project_domain_name", config.projectDomain());
        set(section, "user_domain_name", config.userDomain());
        set(section, "username", login.username());
        set(section, "password", login.password());
    }

    /// A value as it is; nothing when it is empty, which leaves Nova's default.
    private void set(String section, String key, String value) {
        if (!value.isEmpty()) {
            put(section, key, literal(value));
        }
    }

    /// A value in oslo.config's own notation, such as `$my_ip`.
    private void put(String section, String key, String value) {
        if (value.contains("\n") || value.contains("\r")) {
            throw new IllegalArgumentException("[%s] %s has a line break, which nova.conf cannot hold. Give it in one line.".formatted(section, key));
        }
        sections.computeIfAbsent(section, _ -> new LinkedHashMap<>()).put(key, value);
    }

    /// oslo.config puts other options' values for `$`, strips spaces, and takes quotes off when they are at both ends.
    private static String literal(String value) {
        String escaped = value.replace("$", "$$");
        boolean quoted = value.startsWith("\"") || value.startsWith("'") || !value.strip().equals(value);
        return quoted ? "\"" + escaped + "\"" : escaped;
    }

    private String text() {
        StringBuilder text = new StringBuilder("# Written by Bessemer, which writes it again when it is changed.\n");
        sections.forEach((section, options) -> {
            text.append("\n[").append(section).append("]\n");
            options.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        });
        return text.toString();
    }
}
