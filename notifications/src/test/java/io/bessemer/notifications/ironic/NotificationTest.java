package io.bessemer.notifications.ironic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Address;
import io.bessemer.core.event.Event;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Chassis;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.PowerTarget;
import io.bessemer.core.volume.VolumeConnector;
import io.bessemer.core.volume.VolumeTarget;
import io.bessemer.notifications.Telling;
import io.bessemer.notifications.ironic.RabbitSettings.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is sent is what Ironic 21.4 sends: see the README of the resources.
class NotificationTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static String resource(String name) {
        try (InputStream in = NotificationTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void the_payload_objects_have_the_names_versions_and_fields_of_ironics() {
        Map<String, String> theirs = new HashMap<>();
        resource("payloads.txt").lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            String[] words = line.split(" ");
            theirs.put(words[0], words[1] + " " + new TreeSet<>(Arrays.asList(words).subList(2, words.length)));
        });
        Map<String, String> ours = new HashMap<>();
        for (Payload payload : Payload.values()) {
            ours.put(payload.objectName(), payload.version() + " " + new TreeSet<>(payload.fields()));
        }
        assertThat(ours).isEqualTo(theirs).hasSize(11);
    }

    /// Everything that can happen to things of ours, from the database that notes it to the envelope, held against the documented examples: the
    /// same members, of the same types where the example has a value.
    @Test
    void what_happens_is_sent_as_documented(@TempDir Path directory) {
        Map<String, JsonNode> sent = new HashMap<>();
        try (Telling telling = new Telling(directory, Clock.systemUTC())) {
            happen(telling);
            while (telling.database.events().number(100) > 0) {
                // all of it
            }
            for (Event event : telling.database.events().read(0, 1_000)) {
                for (Notification notification : Notification.of(event)) {
                    sent.put(notification.type(), message(notification));
                }
            }
        }
        Set<String> held = new TreeSet<>();
        for (JsonNode example : JSON.readTree(resource("documented.json"))) {
            String type = example.get("event_type").asString();
            if (type.contains("deploy_template")) {
                continue; // not told by us
            }
            JsonNode message = sent.get(type);
            assertThat(message).as("%s among %s", type, sent.keySet()).isNotNull();
            JsonNode theirs = example.get("payload");
            JsonNode ours = message.get("payload");
            assertThat(ours.get("ironic_object.name")).isEqualTo(theirs.get("ironic_object.name"));
            assertThat(ours.get("ironic_object.namespace").asString()).isEqualTo("ironic");
            assertThat(message.get("publisher_id").asString()).isEqualTo(example.get("publisher_id").asString().replaceFirst("\\..*", ".hostname01"));
            assertThat(message.get("priority").asString()).isEqualToIgnoringCase(example.get("priority").asString());
            for (var field : theirs.get("ironic_object.data").properties()) {
                if (theirs.get("ironic_object.name").asString().equals("NodePayload") && field.getKey().equals("instance_info")) {
                    continue; // shown by the page alone: Ironic's code does not send it
                }
                JsonNode value = ours.get("ironic_object.data").get(field.getKey());
                assertThat(value).as("%s: %s", type, field.getKey()).isNotNull();
                if (!field.getValue().isNull() && !value.isNull()) {
                    assertThat(value.getNodeType()).as("%s: %s", type, field.getKey()).isEqualTo(field.getValue().getNodeType());
                }
            }
            held.add(ours.get("ironic_object.name").asString());
        }
        assertThat(held).containsExactlyInAnyOrder("NodePayload", "NodeCRUDPayload", "NodeSetPowerStatePayload", "NodeCorrectedPowerStatePayload", "NodeSetProvisionStatePayload",
                "PortCRUDPayload", "PortgroupCRUDPayload", "ChassisCRUDPayload", "VolumeConnectorCRUDPayload", "VolumeTargetCRUDPayload");
    }

    private static void happen(Telling telling) {
        Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
        Chassis chassis = telling.database.chassis().create(new Chassis(UUID.randomUUID(), "row 1", Map.of(), now, null));
        telling.database.chassis().update(chassis);
        Node node = telling.node("n1");
        node = telling.commit(node, node.toBuilder().powerState(PowerState.ON).instanceInfo(Map.of("image_source", "x")).properties(Map.of("cpus", 8)).build());
        node = telling.commit(node, node.toBuilder().maintenance(true).maintenanceReason("hw upgrade").build());
        node = telling.commit(node, node.toBuilder().consoleEnabled(true).build());
        node = telling.commit(node, node.toBuilder().powerState(PowerState.OFF).build());
        node = telling.commit(node, node.toBuilder().targetPowerState(PowerTarget.ON).build());
        node = telling.commit(node, node.toBuilder().targetPowerState(null).lastError("no").build());
        node = telling.commit(node, node.toBuilder().provisionState(ProvisionState.DEPLOYING).targetProvisionState(ProvisionState.ACTIVE).build());
        Portgroup group = telling.database.portgroups().create(Portgroup.of(node.id(), now));
        telling.database.portgroups().update(group);
        Port port = telling.database.ports().create(Port.of(node.id(), MacAddress.parse("77:66:23:34:11:b7").orElseThrow(), now));
        telling.database.ports().update(port);
        telling.database.ports().delete(port.id());
        VolumeConnector connector = telling.database.volumes().create(new VolumeConnector(UUID.randomUUID(), node.id(), "ip", "1.2.3.4", Map.of(), now, null));
        telling.database.volumes().update(connector);
        VolumeTarget target = telling.database.volumes().create(new VolumeTarget(UUID.randomUUID(), node.id(), "iscsi", "v1", 0, Map.of("a", 1), Map.of(), now, null));
        telling.database.volumes().update(target);
        telling.database.portgroups().delete(group.id());
        telling.database.chassis().delete(chassis.id());
        telling.database.nodes().delete(node.id());
    }

    private static JsonNode message(Notification notification) {
        JsonNode envelope = JSON.readTree(notification.envelope("hostname01"));
        assertThat(envelope.propertyNames()).containsExactlyInAnyOrder("oslo.version", "oslo.message");
        assertThat(envelope.get("oslo.version").asString()).isEqualTo("2.0");
        JsonNode message = JSON.readTree(envelope.get("oslo.message").asString());
        assertThat(message.get("event_type").asString()).isEqualTo(notification.type());
        assertThat(message.get("timestamp").asString()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
        return message;
    }

    @Test
    void an_edit_is_told_before_and_after_and_what_ironic_has_not_is_not_told() {
        Event created = new Event(1, UUID.randomUUID(), Instant.EPOCH, "baremetal.node.create.end", null, null, null, Map.of("uuid", "u"));
        assertThat(Notification.of(created)).extracting(Notification::type).containsExactly("baremetal.node.create.start", "baremetal.node.create.end");
        assertThat(Notification.of(created)).extracting(Notification::id).isEqualTo(Notification.of(created).stream().map(Notification::id).toList()).doesNotHaveDuplicates();
        Event deployed = new Event(1, UUID.randomUUID(), Instant.EPOCH, "baremetal.node.provision_set.end", null, null, null, Map.of());
        assertThat(Notification.of(deployed)).extracting(Notification::type, Notification::service)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("baremetal.node.provision_set.end", "ironic-conductor"));
        assertThat(Notification.of(new Event(1, UUID.randomUUID(), Instant.EPOCH, "bessemer.hypervisor.state_set.success", null, null, null, Map.of()))).isEmpty();
        Event failed = new Event(1, UUID.randomUUID(), Instant.EPOCH, "baremetal.node.provision_set.error", null, null, null, Map.of());
        assertThat(Notification.of(failed)).extracting(Notification::level).containsExactly("error");
    }

    @Test
    void transport_urls_are_read_as_oslo_messaging_reads_them() {
        assertThat(Transport.parse("rabbit://ironic:s%40crt@10.0.0.1:5673,ironic:s%40crt@10.0.0.2/baremetal?ssl=0", false))
                .isEqualTo(new Transport(List.of(new Address("10.0.0.1", 5673), new Address("10.0.0.2", 5672)), "ironic", "s@crt", "baremetal"));
        assertThat(Transport.parse("rabbit://u:p@mq", true)).isEqualTo(new Transport(List.of(new Address("mq", 5671)), "u", "p", "/"));
        assertThat(Transport.parse("rabbit://u:geheim@mq", true).toString()).doesNotContain("geheim");
        for (String wrong : List.of("amqp://u:geheim@mq", "rabbit://", "rabbit://a:geheim@mq,b:geheim@mq", "rabbit://u:geheim@mq q")) {
            assertThatThrownBy(() -> Transport.parse(wrong, false)).as(wrong).isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining("geheim");
        }
    }
}
