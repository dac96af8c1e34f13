package io.bessemer.db;

import io.bessemer.core.node.Vif;
import java.util.LinkedHashMap;
import java.util.Map;

/// The VIF in `internal_info` is shown as if it were stored there, as Ironic does; table `node_vifs` alone knows it.
final class TenantVif {
    private TenantVif() {
    }

    static Map<String, Object> with(Map<String, Object> internalInfo, String vif) {
        if (vif == null) {
            return internalInfo;
        }
        Map<String, Object> shown = new LinkedHashMap<>(internalInfo);
        shown.put(Vif.KEY, vif);
        return shown;
    }

    static Map<String, Object> without(Map<String, Object> internalInfo) {
        if (!internalInfo.containsKey(Vif.KEY)) {
            return internalInfo;
        }
        Map<String, Object> stored = new LinkedHashMap<>(internalInfo);
        stored.remove(Vif.KEY);
        return stored;
    }

    static String in(Map<String, Object> internalInfo) {
        return internalInfo.get(Vif.KEY) instanceof String vif ? vif : null;
    }
}
