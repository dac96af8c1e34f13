package io.bessemer.host.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Whatever JSON comes in, only [DecodeException] comes out; and what was understood survives the way to a map and back.
class MessageFuzzTest {
    /// A message under test.
    private interface Message<M> {
        M from(Map<String, Object> map) throws DecodeException;
    }

    @FuzzTest
    void joining(byte[] json) throws DecodeException {
        attempt(json, JoinTicket::fromMap, JoinTicket::toMap);
        attempt(json, JoinRequest::fromMap, JoinRequest::toMap);
        attempt(json, JoinAnswer::fromMap, JoinAnswer::toMap);
        attempt(json, CertificateRequest::fromMap, CertificateRequest::toMap);
        attempt(json, CertificateAnswer::fromMap, CertificateAnswer::toMap);
    }

    @FuzzTest
    void orders(byte[] json) throws DecodeException {
        attempt(json, HostOrders::fromMap, HostOrders::toMap);
    }

    @FuzzTest
    void report(byte[] json) throws DecodeException {
        attempt(json, HostReport::fromMap, HostReport::toMap);
        attempt(json, HostReport.Verification::fromMap, HostReport.Verification::toMap);
    }

    private static <M> void attempt(byte[] json, Message<M> message, Function<M, Map<String, Object>> back) throws DecodeException {
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
