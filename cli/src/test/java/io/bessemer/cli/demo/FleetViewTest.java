package io.bessemer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.cli.AnsweringServer;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FleetViewTest {
    private final AtomicReference<String> state = new AtomicReference<>("enroll");

    @Test
    void a_node_is_seen_as_it_is_after_the_question_and_not_before() throws Exception {
        try (var server = new AnsweringServer(_ -> state.get() == null ? null : "{\"nodes\": [{\"name\": \"n\", \"provision_state\": \"%s\"}]}".formatted(state.get()));
                var client = new BessemerClient(server.url()); var fleet = new FleetView(client)) {
            assertThat(fleet.node("n").path("provision_state").asString()).isEqualTo("enroll");
            state.set("manageable");
            assertThat(fleet.node("n").path("provision_state").asString()).isEqualTo("manageable");
            assertThat(fleet.node("another").isMissingNode()).isTrue();
            state.set(null);
            assertThatThrownBy(() -> fleet.node("n")).isInstanceOf(ApiException.class);
            state.set("active");
            assertThat(fleet.node("n").path("provision_state").asString()).isEqualTo("active");
        }
    }
}
