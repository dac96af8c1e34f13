package io.bessemer.api.node;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Microversion;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.WireException;
import io.bessemer.core.fault.Failure;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Queries of lists: `name=value&...`. Only what becomes an answer of the API may escape.
class NodeQueryFuzzTest {
    private static final List<Caller> CALLERS = List.of(Caller.systemAdministrator("admin"), Caller.NOBODY);

    @FuzzTest
    void queries(byte[] bytes) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : new String(bytes, StandardCharsets.UTF_8).split("&")) {
            int equals = pair.indexOf('=');
            values.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        var query = new Query(values);
        for (Caller caller : CALLERS) {
            try {
                var context = new RequestContext("req-1", Microversion.parse("1.104").orElseThrow(), "http://127.0.0.1:6385", caller);
                Page page = Page.of(query, NodeFields.TABLE, context);
                assert page.limit() > 0 && page.limit() <= Page.MAX_LIMIT : page;
                NodeFields.TABLE.wanted(query, context, false);
                NodeFilters.of(query, page, context);
            } catch (WireException | Failure expected) {
                assert expected.getMessage() != null;
            }
        }
    }
}
