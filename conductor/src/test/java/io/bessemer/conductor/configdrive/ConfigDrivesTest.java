package io.bessemer.conductor.configdrive;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigDrivesTest {
    private static final String FILE = "openstack/latest/network_data.json";

    private final Map<String, byte[]> written = new HashMap<>();
    private final ConfigDrives drives = new ConfigDrives(files -> {
        written.clear();
        written.putAll(files);
        return new byte[0];
    }, (_, _, _, _) -> Optional.empty());

    private String networkData(Map<String, Object> ofNode, Object given) {
        Node node = Node.builder(NodeId.of("1be26c0b-03f2-4d2e-ae87-c02d7f33c123"), "fake").networkData(ofNode).build();
        drives.build(node, 1, given, "token", URI.create("http://192.0.2.1:6386"));
        return written.containsKey(FILE) ? new String(written.get(FILE), StandardCharsets.UTF_8) : "";
    }

    @Test
    void a_nodes_network_data_is_that_of_an_instance_that_brings_none() {
        assertThat(networkData(Map.of("links", "of the node"), null)).isEqualTo("{\"links\":\"of the node\"}");
        assertThat(networkData(Map.of("links", "of the node"), Map.of("user_data", "x"))).contains("of the node");
        assertThat(networkData(Map.of("links", "of the node"), Map.of("network_data", Map.of("links", "of the instance")))).isEqualTo("{\"links\":\"of the instance\"}");
        assertThat(networkData(Map.of(), null)).isEmpty();
    }
}
