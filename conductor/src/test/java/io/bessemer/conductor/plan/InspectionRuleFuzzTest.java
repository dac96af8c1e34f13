package io.bessemer.conductor.plan;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.plan.InspectionRule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Rules as clients write them, applied to what a machine says of itself: `{"conditions": [...], "actions": [...], "inventory": {...}}`. What is taken
/// works out, or fails in words.
class InspectionRuleFuzzTest {
    private static final Node NODE = Node.builder(NodeId.random(), "fake").name("web-1").traits(Set.of("CUSTOM_OLD"))
            .properties(Map.of("capabilities", "boot_mode:uefi")).extra(Map.of("list", List.of("a"))).build();
    private static final Port PORT = Port.of(NODE.id(), new MacAddress("52:54:00:00:00:07"), Instant.EPOCH);

    @FuzzTest
    @SuppressWarnings("unchecked")
    void rules(byte[] json) {
        try {
            if (!(JsonMapper.shared().readValue(json, Object.class) instanceof Map<?, ?> map)) {
                return;
            }
            var body = new java.util.LinkedHashMap<String, Object>();
            map.forEach((key, value) -> body.put(String.valueOf(key), value));
            body.put("priority", 0);
            body.put("phase", "main");
            body.remove("description");
            Map<String, Object> inventory = body.get("inventory") instanceof Map<?, ?> given ? (Map<String, Object>) given : Map.of();
            InspectionRule rule = InspectionRule.of(UUID.randomUUID(), null, body, 1, Instant.EPOCH, null);
            RuleSyntax.check(rule);
            InspectionRules.Outcome outcome = InspectionRules.apply(List.of(rule), NODE, List.of(PORT), inventory, Map.of("seen", Map.of("a", 1)));
            assert outcome.edit().apply(NODE).id().equals(NODE.id());
            assert outcome.failure().stream().noneMatch(String::isBlank);
        } catch (JacksonException | Failure.Invalid | Failure.Missing expected) {
            assert expected.getMessage() != null;
        }
    }
}
