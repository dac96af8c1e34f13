package io.bessemer.host.join;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.host.server.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// A host's own file after somebody edited it, or after a disk did.
class IdentityFuzzTest {
    @FuzzTest
    void files(byte[] json) {
        try {
            Identity identity = Identity.fromMap(Json.object(json));
            Map<String, Object> again = new LinkedHashMap<>(identity.toMap());
            assert Identity.fromMap(again).equals(identity) && !identity.toString().contains(identity.key()) || identity.key().length() < 20;
        } catch (DecodeException expected) {
            assert expected.getMessage() != null;
        }
    }
}
