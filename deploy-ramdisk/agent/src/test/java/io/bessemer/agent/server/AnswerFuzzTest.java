package io.bessemer.agent.server;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.agent.protocol.CommandMessage;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.agent.protocol.SessionAnswer;
import java.util.Map;

/// What a server answers, read as the agent reads it. [DecodeException] alone may escape.
class AnswerFuzzTest {
    @FuzzTest
    void answers(byte[] json) {
        try {
            Map<String, Object> map = Json.object(json);
            attempt(() -> CommandMessage.fromMap(map));
            attempt(() -> SessionAnswer.fromMap(map));
            attempt(() -> ImageManifest.fromMap(map));
            Json.bytes(map);
        } catch (DecodeException expected) {
            assert expected.getMessage() != null;
        }
    }

    private interface Decoding {
        Object decode() throws DecodeException;
    }

    private static void attempt(Decoding decoding) {
        try {
            assert decoding.decode() != null;
        } catch (DecodeException expected) {
            assert expected.getMessage() != null;
        }
    }
}
