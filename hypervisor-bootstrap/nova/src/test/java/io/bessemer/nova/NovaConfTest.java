package io.bessemer.nova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.pool.Cloud.Host;
import io.bessemer.core.pool.Cloud.HostFile;
import io.bessemer.core.pool.Cloud.Setup;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.nova.NovaSettings.HostConfig;
import io.bessemer.nova.NovaSettings.Login;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NovaConfTest {
    private static final Host HOST = new Host(UUID.fromString("11111111-2222-3333-4444-555555555555"), "h1", "10.0.0.5", "az1", "az1-kvm", HypervisorKind.KVM);

    @Test
    void every_section_that_a_compute_host_needs_is_written() {
        assertThat(content(NovaConf.setup(config("pa$s", "https://cloud.example:6080/vnc_auto.html", Map.of("libvirt", Map.of("cpu_mode", "custom"))), HOST), "nova.conf")).isEqualTo("""
                # Written by Bessemer, which writes it again when it is changed.

                [DEFAULT]
                transport_url = rabbit://nova:mq@10.0.0.1:5672/
                host = h1
                my_ip = 10.0.0.5
                state_path = /var/lib/nova
                compute_driver = libvirt.LibvirtDriver

                [service_user]
                auth_type = password
                auth_url = http://10.0.0.1:5000/v3
                region_name = RegionOne
                project_name = service
                project_domain_name = Default
                user_domain_name = Default
                username = nova
                password = pa$$s
                send_service_user_token = true

                [placement]
                auth_type = password
                auth_url = http://10.0.0.1:5000/v3
                region_name = RegionOne
                project_name = service
                project_domain_name = Default
                user_domain_name = Default
                username = placement
                password = p
                valid_interfaces = internal

                [neutron]
                auth_type = password
                auth_url = http://10.0.0.1:5000/v3
                region_name = RegionOne
                project_name = service
                project_domain_name = Default
                user_domain_name = Default
                username = neutron
                password = "'q'"
                valid_interfaces = internal

                [glance]
                region_name = RegionOne
                valid_interfaces = internal
                endpoint_override = http://10.0.0.1:9292

                [vnc]
                enabled = true
                server_listen = 10.0.0.5
                server_proxyclient_address = 10.0.0.5
                novncproxy_base_url = https://cloud.example:6080/vnc_auto.html

                [libvirt]
                virt_type = kvm
                cpu_mode = custom
                live_migration_inbound_addr = 10.0.0.5
                live_migration_scheme = tls

                [oslo_concurrency]
                lock_path = /var/lib/nova/tmp
                """);
    }

    @Test
    void the_nodes_uuid_is_nova_computes_identity() {
        Setup setup = NovaConf.setup(config("p", "", Map.of()), HOST);
        assertThat(content(setup, "compute_id")).isEqualTo("11111111-2222-3333-4444-555555555555\n");
        assertThat(setup.services()).containsExactly("nova-compute");
        assertThat(setup.files()).allMatch(file -> file.mode().equals("0640") && file.owner().equals("root:nova"));
        assertThat(content(setup, "nova.conf")).contains("[vnc]\nenabled = false\n");
    }

    @Test
    void debians_second_file_does_not_undo_the_first() {
        Host qemu = new Host(HOST.node(), "h1", "10.0.0.5", "az1", "az1-qemu", HypervisorKind.QEMU);
        Setup setup = NovaConf.setup(config("p", "", Map.of()), qemu);
        assertThat(content(setup, "nova.conf")).contains("virt_type = qemu");
        assertThat(content(setup, "nova-compute.conf")).contains("[DEFAULT]\ncompute_driver = libvirt.LibvirtDriver\n\n[libvirt]\nvirt_type = qemu\n");
    }

    @Test
    void a_line_break_in_a_secret_cannot_add_an_option() {
        assertThatThrownBy(() -> NovaConf.setup(config("p\nhost = other", "", Map.of()), HOST)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[service_user] password has a line break").hasMessageNotContaining("other");
    }

    @Test
    void xen_is_refused_with_the_pools_name() {
        Host xen = new Host(HOST.node(), "h1", "10.0.0.5", "az1", "az1-xen", HypervisorKind.XEN);
        assertThatThrownBy(() -> NovaConf.setup(config("p", "", Map.of()), xen)).hasMessageContaining("pool 'az1-xen'");
    }

    @Test
    void what_is_printed_of_it_has_no_secret() {
        HostConfig config = config("password-of-nova", "", Map.of("neutron", Map.of("metadata_proxy_shared_secret", "shared-one")));
        assertThat(config + NovaConf.setup(config, HOST).toString()).doesNotContain("password-of-nova", "mq@", "shared-one");
    }

    private static HostConfig config(String password, String console, Map<String, Map<String, String>> options) {
        return new HostConfig("rabbit://nova:mq@10.0.0.1:5672/", URI.create("http://10.0.0.1:5000/v3"), "service", "Default", "Default", "RegionOne", "internal",
                new Login("nova", password), new Login("placement", "p"), new Login("neutron", "'q'"), "http://10.0.0.1:9292", "", "", console,
                "host-model", List.of(), "tls", "nova-compute", options);
    }

    private static String content(Setup setup, String name) {
        return setup.files().stream().filter(file -> file.path().equals("/etc/nova/" + name)).map(HostFile::content).findFirst().orElseThrow();
    }
}
