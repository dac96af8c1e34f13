package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.node.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/// Nodes with a BMC on loopback.
final class TestNodes {
    static final NodeId ID = NodeId.of("1be26c0b-03f2-4d2e-ae87-c02d7f33c123");

    private TestNodes() {
    }

    static DriverNode node(int port, Object... more) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("ipmi_address", "127.0.0.1");
        info.put("ipmi_port", port);
        info.put("ipmi_username", BmcSimulator.USER);
        info.put("ipmi_password", BmcSimulator.PASSWORD);
        for (int i = 0; i < more.length; i += 2) {
            if (more[i + 1] == null) {
                info.remove(more[i].toString());
            } else {
                info.put(more[i].toString(), more[i + 1]);
            }
        }
        return new DriverNode(ID, "rack1-17", info, Map.of(), null, false);
    }
}
