package io.bessemer.notifications.ironic;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.event.SinkStore.SinkState;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.notifications.Relay;
import io.bessemer.notifications.Sink;
import io.bessemer.notifications.Telling;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real broker, and OpenStack's own listener: Debian's rabbitmq-server and python3-oslo.messaging.
@Tag("client")
class RabbitMqTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static RabbitSettings settings(RabbitMqServer broker) {
        RabbitSettings.Transport transport = RabbitSettings.Transport.parse(broker.url(), false);
        return new RabbitSettings(transport.brokers(), transport.user(), transport.password(), transport.virtualHost(), false, null, "ironic",
                List.of("ironic_versioned_notifications"), false, false, "rack1.example", Duration.ofHours(1));
    }

    @Test
    void an_oslo_messaging_listener_gets_what_happened_before_it_came_and_after_the_broker_was_down(@TempDir Path directory) throws Exception {
        try (RabbitMqServer broker = new RabbitMqServer(Files.createDirectory(directory.resolve("broker"))); Telling telling = new Telling(Files.createDirectory(directory.resolve("db")), Clock.systemUTC())) {
            broker.start();
            telling.relay(Optional.<Supplier<Sink>>of(() -> new RabbitSink(settings(broker))));
            telling.await(Relay.QUEUE, state -> state.told() == 0);
            Node node = telling.node("n1");
            node = telling.commit(node, node.toBuilder().provisionState(ProvisionState.VERIFYING).targetProvisionState(ProvisionState.MANAGEABLE).build());
            telling.await(Relay.QUEUE, state -> state.delivered() == 2);
            try (Listener listener = new Listener(broker.url())) {
                listener.await(3);
                assertThat(listener.got).extracting(got -> got.get("event_type").asString())
                        .containsExactly("baremetal.node.create.start", "baremetal.node.create.end", "baremetal.node.provision_set.start");
                JsonNode last = listener.got.getLast();
                assertThat(last.get("publisher_id").asString()).isEqualTo("ironic-conductor.rack1.example");
                assertThat(last.get("priority").asString()).isEqualTo("info");
                assertThat(last.get("payload").get("ironic_object.name").asString()).isEqualTo("NodeSetProvisionStatePayload");
                assertThat(last.get("payload").get("ironic_object.version").asString()).isEqualTo("1.17");
                assertThat(last.get("payload").get("ironic_object.data").get("uuid").asString()).isEqualTo(node.id().toString());
                assertThat(last.get("payload").get("ironic_object.data").get("previous_provision_state").asString()).isEqualTo("enroll");
                assertThat(last.get("metadata").get("message_id").asString()).hasSize(36);
            }
            broker.kill();
            Node failed = telling.commit(node, node.toBuilder().maintenance(true).build());
            SinkState failing = telling.await(Relay.QUEUE, state -> state.attempts() > 0);
            assertThat(failing.lastError()).isNotBlank();
            broker.start();
            try (Listener listener = new Listener(broker.url())) {
                telling.await(Relay.QUEUE, state -> state.delivered() == 3 && state.failingSince() == null);
                listener.await(2);
                assertThat(listener.got).extracting(got -> got.get("event_type").asString())
                        .startsWith("baremetal.node.maintenance_set.start", "baremetal.node.maintenance_set.end");
                assertThat(listener.got.getFirst().get("payload").get("ironic_object.data").get("uuid").asString()).isEqualTo(failed.id().toString());
            }
        }
    }

    /// OpenStack's, in Python.
    private static final class Listener implements AutoCloseable {
        private static final String PROGRAM = """
                import json, sys
                import oslo_messaging
                from oslo_config import cfg
                conf = cfg.ConfigOpts()
                conf([], project='listener')
                class Endpoint(object):
                    def tell(self, priority, publisher_id, event_type, payload, metadata):
                        print(json.dumps({'priority': priority, 'publisher_id': publisher_id, 'event_type': event_type, 'payload': payload, 'metadata': metadata}), flush=True)
                    def info(self, context, publisher_id, event_type, payload, metadata):
                        self.tell('info', publisher_id, event_type, payload, metadata)
                    def error(self, context, publisher_id, event_type, payload, metadata):
                        self.tell('error', publisher_id, event_type, payload, metadata)
                transport = oslo_messaging.get_notification_transport(conf, url=sys.argv[1])
                target = oslo_messaging.Target(exchange='ironic', topic='ironic_versioned_notifications')
                server = oslo_messaging.get_notification_listener(transport, [target], [Endpoint()], executor='threading')
                server.start(override_pool_size=1) # by default many threads take messages, in any order
                server.wait()
                """;

        final List<JsonNode> got = new CopyOnWriteArrayList<>();
        private final StringBuffer said = new StringBuffer();
        private final Process process;

        Listener(String url) throws IOException {
            process = new ProcessBuilder("/usr/bin/python3", "-c", PROGRAM, url).redirectErrorStream(true).start();
            Thread.ofVirtual().start(() -> {
                try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                    lines.lines().forEach(line -> {
                        if (line.startsWith("{")) {
                            got.add(JSON.readTree(line));
                        }
                        said.append(line).append('\n');
                    });
                } catch (IOException | UncheckedIOException ended) {
                    said.append(ended);
                }
            });
        }

        void await(int messages) {
            Telling.await(messages + " messages", () -> got.size() >= messages, said::toString);
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
