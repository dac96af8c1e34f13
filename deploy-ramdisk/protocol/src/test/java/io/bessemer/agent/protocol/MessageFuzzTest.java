package io.bessemer.agent.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Whatever JSON comes in, only [DecodeException] comes out; and what was understood survives the way to a map and back.
class MessageFuzzTest {
    /// A message under test.
    private interface Message<M> {
        M from(Map<String, Object> map) throws DecodeException;
    }

    @FuzzTest
    void session(byte[] json) throws DecodeException {
        attempt(json, SessionRequest::fromMap, SessionRequest::toMap);
        attempt(json, SessionAnswer::fromMap, SessionAnswer::toMap);
    }

    @FuzzTest
    void commands(byte[] json) throws DecodeException {
        attempt(json, CommandMessage::fromMap, CommandMessage::toMap);
        attempt(json, CommandReport::fromMap, CommandReport::toMap);
        attempt(json, Progress::fromMap, Progress::toMap);
        attempt(json, AgentEvent::fromMap, AgentEvent::toMap);
    }

    @FuzzTest
    void manifest(byte[] json) throws DecodeException {
        attempt(json, ImageManifest::fromMap, ImageManifest::toMap);
    }

    private static <M> void attempt(byte[] json, Message<M> message, java.util.function.Function<M, Map<String, Object>> back) throws DecodeException {
        Object value;
        try {
            value = JsonMapper.shared().readValue(json, Object.class);
        } catch (JacksonException noJson) {
            return;
        }
        if (!(value instanceof Map<?, ?> map)) {
            return;
        }
        M read;
        try {
            read = message.from(Fields.of(map, "").map());
        } catch (DecodeException expected) {
            assert expected.getMessage().contains(expected.field());
            return;
        }
        assert message.from(back.apply(read)).equals(read) : read + " changed on the way";
    }
}
