package io.bessemer.api.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The `links` that Ironic's resources carry.
public final class Links {
    private Links() {
    }

    /// @param path below `/v1/`: `nodes/1be26c0b-...`
    public static List<Map<String, Object>> of(RequestContext context, String path) {
        return List.of(link(context.base() + "/v1/" + path, "self"), link(context.base() + "/" + path, "bookmark"));
    }

    public static Map<String, Object> link(String href, String rel) {
        Map<String, Object> link = new LinkedHashMap<>();
        link.put("href", href);
        link.put("rel", rel);
        return link;
    }
}
