package io.bessemer.api.event;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.api.wire.Query;
import io.bessemer.core.fault.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Where a reader of events says that it is: in the address or in a header.
class EventQueryFuzzTest {
    @FuzzTest
    void cursors(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (String header : new String[] {null, text}) {
            for (String name : new String[] {"cursor", "after"}) {
                try {
                    Cursor.of(new Query(Map.of(name, text)), header).ifPresent(cursor -> {
                        assert cursor >= 0 : cursor;
                    });
                } catch (Failure.Invalid expected) {
                    assert expected.getMessage() != null;
                }
            }
        }
    }
}
