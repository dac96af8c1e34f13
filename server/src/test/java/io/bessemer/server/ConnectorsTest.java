package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/// The whole server, with two networks of loopback as its provisioning networks.
class ConnectorsTest {
    /// two runs on one machine do not meet
    private static final String NETWORKS = "127.%d.".formatted(100 + ProcessHandle.current().pid() % 100);

    @TempDir
    Path data;

    @Test
    void each_provisioning_network_has_a_door_that_shows_agents_what_is_theirs() throws Exception {
        try (ConfigurableApplicationContext _ = start(NETWORKS + "1.1", NETWORKS + "1.100-" + NETWORKS + "1.200"); HttpClient http = HttpClient.newHttpClient()) {
            for (String address : List.of(NETWORKS + "0.1", NETWORKS + "1.1")) {
                assertThat(status(http, address, "/v1/lookup")).as("%s asks back for addresses", address).isEqualTo(400);
                assertThat(status(http, address, "/v1/nodes")).as("%s knows no nodes", address).isEqualTo(404);
            }
        }
    }

    @Test
    void networks_that_overlap_are_told_before_anything_listens() {
        assertThatThrownBy(() -> start(NETWORKS + "0.2", NETWORKS + "0.100-" + NETWORKS + "0.200")).satisfies(failure -> assertThat(StartFailure.explain(failure))
                .isEqualTo("bessemer.pxe.interfaces: networks %1$s0.0/24 of 'one' and %1$s0.0/24 of 'two' overlap; give each interface a network of its own".formatted(NETWORKS)));
    }

    @Test
    void one_port_for_clients_and_agents_is_refused() {
        assertThatThrownBy(() -> ServerMain.start(List.of("--bessemer.data-dir=" + data, "--bessemer.api.listen=127.0.0.1:7385", "--bessemer.agent.listen=127.0.0.2:7385")))
                .satisfies(failure -> assertThat(StartFailure.explain(failure)).startsWith("bessemer.api.listen and bessemer.agent.listen both have port 7385"));
    }

    @Test
    void an_address_that_this_machine_does_not_have_is_named() {
        assertThatThrownBy(() -> start("192.0.2.1", "192.0.2.100-192.0.2.200")).satisfies(failure ->
                assertThat(StartFailure.explain(failure)).startsWith("Agents cannot be listened to at 192.0.2.1:6386: Cannot assign requested address."));
    }

    private ConfigurableApplicationContext start(String second, String range) throws IOException {
        int api;
        try (var free = new ServerSocket(0)) {
            api = free.getLocalPort();
        }
        var settings = new ArrayList<>(List.of("--bessemer.data-dir=" + data, "--bessemer.api.listen=127.0.0.1:" + api));
        settings.addAll(on(0, "one", NETWORKS + "0.1", NETWORKS + "0.100-" + NETWORKS + "0.200"));
        settings.addAll(on(1, "two", second, range));
        return ServerMain.start(settings);
    }

    private static List<String> on(int index, String name, String address, String range) {
        String setting = "--bessemer.pxe.interfaces[%d].".formatted(index);
        return List.of(setting + "name=" + name, setting + "address=" + address + "/24", setting + "range=" + range);
    }

    private static int status(HttpClient http, String address, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://" + address + ":6386" + path)).header("X-OpenStack-Ironic-API-Version", "1.90").build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
