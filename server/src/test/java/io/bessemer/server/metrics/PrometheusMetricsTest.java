package io.bessemer.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.PowerSyncSettings;
import io.bessemer.conductor.power.PowerSync;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.servlet.HandlerMapping;

class PrometheusMetricsTest {
    private final Map<String, Long> counted = new TreeMap<>();

    @TempDir
    Path data;

    @Test
    void nodes_and_events_are_told_as_they_are_at_each_look_and_without_a_database_the_rest_is() {
        Clock clock = Clock.systemUTC();
        Database database = Database.open(DatabaseSettings.embedded(), data, clock);
        var sync = new PowerSync(database.nodes(), database.flows(), Map.of(), PowerSyncSettings.defaults(), "conductor", clock);
        try (var metrics = new PrometheusMetrics(database.nodes(), sync, Map.of("ipmi", () -> counted))) {
            assertThat(metrics.text()).contains("bessemer_power_sync_nodes 0.0", "jvm_memory_used_bytes").doesNotContain("bessemer_nodes{", "bessemer_ipmi_events_total{");
            database.nodes().create(Node.builder(NodeId.random(), "fake").build());
            database.nodes().create(Node.builder(NodeId.random(), "fake").provisionState(ProvisionState.ACTIVE).maintenance(true).build());
            counted.put("SENT", 3L);
            assertThat(metrics.text()).contains("bessemer_nodes{maintenance=\"false\",provision_state=\"enroll\"} 1.0",
                    "bessemer_nodes{maintenance=\"true\",provision_state=\"active\"} 1.0", "bessemer_ipmi_events_total{event=\"sent\"} 3.0");
            counted.put("SENT", 4L);
            assertThat(metrics.text()).contains("bessemer_ipmi_events_total{event=\"sent\"} 4.0");
            database.close();
            assertThat(metrics.text()).contains("bessemer_ipmi_events_total{event=\"sent\"} 4.0", "jvm_memory_used_bytes").doesNotContain("bessemer_nodes{");
        }
    }

    @Test
    void words_that_a_client_invents_as_methods_are_one_figure() {
        try (Database database = Database.open(DatabaseSettings.embedded(), data, Clock.systemUTC());
                var metrics = new PrometheusMetrics(database.nodes(), new PowerSync(database.nodes(), database.flows(), Map.of(), PowerSyncSettings.defaults(), "c", Clock.systemUTC()),
                        Map.of())) {
            var times = new RequestTimes(metrics);
            for (String method : new String[] {"GET", "FOO", "BAR"}) {
                var request = new MockHttpServletRequest(method, "/v1/nodes");
                request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, "/v1/nodes");
                times.preHandle(request, new MockHttpServletResponse(), this);
                times.afterCompletion(request, new MockHttpServletResponse(), this, null);
            }
            assertThat(metrics.text()).contains("bessemer_http_requests_seconds_count{method=\"GET\",path=\"/v1/nodes\",status=\"200\"} 1",
                    "bessemer_http_requests_seconds_count{method=\"other\",path=\"/v1/nodes\",status=\"200\"} 2");
        }
    }
}
