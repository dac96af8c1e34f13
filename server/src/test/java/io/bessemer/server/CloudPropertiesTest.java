package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.pool.Cloud;
import io.bessemer.nova.NovaCloud;
import io.bessemer.nova.NovaSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.ConfigurableApplicationContext;

class CloudPropertiesTest {
    private static final Map<String, String> LEAST = Map.of(
            "bessemer.clouds.openstack.auth-url", "http://10.0.0.1:5000/v3",
            "bessemer.clouds.openstack.username", "bessemer",
            "bessemer.clouds.openstack.password", "s3cret-a",
            "bessemer.clouds.openstack.host.transport-url", "rabbit://nova:s3cret-b@10.0.0.1/",
            "bessemer.clouds.openstack.host.nova-password", "s3cret-c");

    @Test
    void without_clouds_there_are_none() {
        assertThat(bind(Map.of("bessemer.data-dir", "x")).settings()).isEmpty();
    }

    @Test
    void a_cloud_needs_five_settings_and_the_rest_follows() {
        NovaSettings settings = bind(LEAST).settings().getFirst();
        assertThat(settings.name()).isEqualTo("openstack");
        assertThat(settings.access().catalogInterface()).isEqualTo("internal");
        assertThat(settings.access().computeEndpoint()).isNull();
        assertThat(settings.host().authUrl()).isEqualTo(URI.create("http://10.0.0.1:5000/v3"));
        assertThat(settings.host().placement().username()).isEqualTo("placement");
        assertThat(settings.host().placement().password()).isEqualTo("s3cret-c");
    }

    @Test
    void lists_overrides_and_further_options_are_taken() {
        var all = new HashMap<>(LEAST);
        all.put("bessemer.clouds.openstack.interface", "public");
        all.put("bessemer.clouds.openstack.placement-endpoint", "https://cloud.example/placement");
        all.put("bessemer.clouds.openstack.discover-command", "ssh,ctl,sudo,nova-manage,cell_v2,discover_hosts");
        all.put("bessemer.clouds.openstack.host.auth-url", "https://cloud.example/identity");
        all.put("bessemer.clouds.openstack.host.options.libvirt.cpu_model_extra_flags", "pcid");
        NovaSettings settings = bind(all).settings().getFirst();
        assertThat(settings.access().catalogInterface()).isEqualTo("public");
        assertThat(settings.access().placementEndpoint()).isEqualTo(URI.create("https://cloud.example/placement"));
        assertThat(settings.discoverCommand()).isEqualTo(List.of("ssh", "ctl", "sudo", "nova-manage", "cell_v2", "discover_hosts"));
        assertThat(settings.host().authUrl()).isEqualTo(URI.create("https://cloud.example/identity"));
        assertThat(settings.host().options()).isEqualTo(Map.of("libvirt", Map.of("cpu_model_extra_flags", "pcid")));
    }

    @Test
    void a_url_that_is_none_is_named_with_its_setting() {
        var wrong = new HashMap<>(LEAST);
        wrong.put("bessemer.clouds.openstack.auth-url", "10.0.0.1:5000");
        assertThatThrownBy(() -> bind(wrong).settings()).hasMessageContaining("bessemer.clouds.openstack.auth-url is '10.0.0.1:5000'");
    }

    @Test
    void no_secret_is_printed() {
        assertThat(bind(LEAST) + bind(LEAST).settings().toString()).contains("openstack").doesNotContain("s3cret");
    }

    @Test
    @SuppressWarnings("unchecked")
    void a_server_has_the_configured_clouds_by_their_names(@TempDir Path data) throws Exception {
        try (ConfigurableApplicationContext server = start(data, LEAST)) {
            assertThat((Map<String, Cloud>) server.getBean("clouds", Map.class)).containsOnlyKeys("openstack")
                    .allSatisfy((_, cloud) -> assertThat(cloud).isInstanceOf(NovaCloud.class).hasToString("NovaCloud[openstack at http://10.0.0.1:5000/v3]"));
        }
    }

    @Test
    void a_server_whose_cloud_lacks_a_setting_does_not_start_and_names_it(@TempDir Path data) {
        var wrong = new HashMap<>(LEAST);
        wrong.remove("bessemer.clouds.openstack.host.nova-password");
        assertThatThrownBy(() -> start(data, wrong).close())
                .satisfies(failed -> assertThat(StartFailure.explain(failed)).isEqualTo("bessemer.clouds.openstack.host.nova-password is missing: it must not be blank"));
    }

    private static ConfigurableApplicationContext start(Path data, Map<String, String> settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--bessemer.data-dir=" + data, "--bessemer.api.listen=127.0.0.1:" + freePort(),
                "--bessemer.agent.listen=127.0.0.1:" + freePort(), "--bessemer.hosts.port=" + freePort()));
        settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
        return ServerMain.start(arguments);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static CloudProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("bessemer", CloudProperties.class);
    }
}
