package io.bessemer.api.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.core.fault.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.mock.web.MockHttpServletRequest;

/// Bodies, patches and versions as clients send them. Only what becomes an answer of the API may escape.
class BodyFuzzTest {
    @FuzzTest
    void bodies(byte[] bytes) throws IOException {
        var request = new MockHttpServletRequest("POST", "/v1/nodes");
        request.setContentType("application/json");
        request.setContent(bytes);
        try {
            JsonBody body = JsonBody.of(request);
            if (body.value() instanceof Map<?, ?>) {
                body.members();
            }
        } catch (WireException | Failure.Invalid expected) {
            assert expected.getMessage() != null;
        }
    }

    @FuzzTest
    @SuppressWarnings("unchecked")
    void patches(byte[] bytes) throws IOException {
        try {
            if (Json.read(new ByteArrayInputStream(bytes)) instanceof List<?> list) {
                JsonPatch.parse((List<Object>) list).operations().forEach(operation -> {
                    assert !operation.field().isEmpty() || operation.path().startsWith("//");
                });
            }
        } catch (WireException | Failure.Invalid | Failure.Missing expected) {
            assert expected.getMessage() != null;
        }
    }

    @FuzzTest
    void versions(byte[] bytes) {
        Microversion.parse(new String(bytes, StandardCharsets.ISO_8859_1)).ifPresent(version -> {
            assert Microversion.parse(version.toString()).orElseThrow().equals(version);
        });
    }
}
