package io.bessemer.host.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.agent.protocol.DecodeException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void an_answer_of_brackets_without_end_is_refused_and_does_not_end_the_agent() {
        assertThatThrownBy(() -> Json.object(("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8))).isInstanceOf(DecodeException.class)
                .hasMessage("message must be JSON of at most 100 levels, but is 'deeper, at byte 104'");
    }

    @Test
    void brackets_inside_of_texts_are_no_levels() throws DecodeException {
        assertThat(Json.object(("{\"a\":\"\\\"" + "[".repeat(200) + "\"}").getBytes(StandardCharsets.UTF_8))).isEqualTo(Map.of("a", "\"" + "[".repeat(200)));
    }

    @Test
    void another_encoding_is_refused_as_its_brackets_would_not_be_seen() {
        assertThatThrownBy(() -> Json.object("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE))).isInstanceOf(DecodeException.class)
                .hasMessage("message must be JSON in UTF-8, but is '14 bytes that are not'");
    }
}
