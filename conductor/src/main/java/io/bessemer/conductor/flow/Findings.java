package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.conductor.plan.InspectionRules;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Capabilities;
import io.bessemer.core.node.Inventory;
import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.Port;
import io.bessemer.core.timeline.BootPhase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What an inspection found becomes inventory, ports and properties, as Ironic's default hooks do it, and then the inspection rules are applied.
///
/// @param bootNic address of the interface that the machine boots by, `""` when its ramdisk did not say; empty when nothing booted, and each with a link may be it
record Findings(Tools tools, Map<String, Object> inventory, Map<String, Object> pluginData, Optional<String> bootNic) {
    private static final long GIB = 1L << 30;
    /// smaller disks are not for an operating system
    private static final long ROOT_DISK_MIN = GIB / 2;

    StepResult keep(StepContext context) {
        tools.nodes().saveInventory(context.node().id(), new Inventory(inventory, pluginData, context.now()));
        createPorts(context);
        String seen = text(map(inventory.get("boot")).get("current_boot_mode"));
        Optional<BootMode> mode = BootMode.fromWire(seen == null ? "" : seen);
        UnaryOperator<Node> found = node -> node.toBuilder()
                .properties(properties(node, mode))
                .bootMode(mode.orElse(node.bootMode()))
                .inspectionFinishedAt(context.now())
                .build();
        context.edit(found);
        return applyRules(context, found.apply(context.node()));
    }

    /// What a failed rule had changed before stays, as in Ironic.
    private StepResult applyRules(StepContext context, Node node) {
        InspectionRules.Outcome outcome = InspectionRules.apply(tools.plans().inspectionRules().list(), node, tools.ports().ofNode(node.id()), inventory, pluginData);
        outcome.notes().forEach(note -> context.observe(BootPhase.COMMAND, "flow", "rule", note.text(), Map.of("rule", note.rule(), "level", note.level())));
        if (!outcome.pluginData().equals(pluginData)) {
            tools.nodes().saveInventory(node.id(), new Inventory(inventory, outcome.pluginData(), context.now()));
        }
        outcome.ports().forEach(tools.ports()::update);
        context.edit(outcome.edit());
        return outcome.failure().<StepResult>map(StepResult::failed).orElseGet(StepResult::done);
    }

    private void createPorts(StepContext context) {
        for (Object one : list(inventory.get("interfaces"))) {
            Map<String, Object> nic = map(one);
            Optional<MacAddress> mac = Optional.ofNullable(text(nic.get("mac_address"))).flatMap(Findings::macOf);
            if (mac.isEmpty() || tools.ports().findByAddress(mac.get()).isPresent()) {
                continue;
            }
            boolean boots = bootNic.isEmpty() || mac.get().value().equals(bootNic.get());
            boolean linked = bootNic.isEmpty() ? !Boolean.FALSE.equals(nic.get("has_carrier")) : boots || Boolean.TRUE.equals(nic.get("has_carrier"));
            if (!linked) {
                continue;
            }
            try {
                tools.ports().create(Port.of(context.node().id(), mac.get(), context.now()).toBuilder().pxeEnabled(boots).build());
            } catch (Failure.MacAlreadyExists e) {
                context.observe(BootPhase.COMMAND, "flow", "port-conflict", e.getMessage(), Map.of("mac", mac.get().value()));
            }
        }
    }

    /// Also takes PXELINUX's form, with the hardware type in front: `01-52-54-00-12-34-56`.
    static Optional<MacAddress> macOf(String text) {
        return MacAddress.parse(text.length() == 20 ? text.substring(3) : text);
    }

    private Map<String, Object> properties(Node node, Optional<BootMode> mode) {
        Map<String, Object> properties = new LinkedHashMap<>(node.properties());
        Map<String, Object> cpu = map(inventory.get("cpu"));
        putIfPresent(properties, "cpus", cpu.get("count"));
        putIfPresent(properties, "cpu_arch", cpu.get("architecture"));
        putIfPresent(properties, "memory_mb", map(inventory.get("memory")).get("physical_mb"));
        list(inventory.get("disks")).stream().map(Findings::map).map(disk -> disk.get("size"))
                .filter(Number.class::isInstance).mapToLong(size -> ((Number) size).longValue())
                .filter(size -> size >= ROOT_DISK_MIN).min()
                .ifPresent(size -> properties.put("local_gb", Math.max(1, size / GIB - 1))); // Ironic leaves 1 GiB for partitioning
        mode.ifPresent(seen -> {
            Map<String, String> capabilities = Capabilities.of(properties.get("capabilities"));
            capabilities.putIfAbsent("boot_mode", seen.wire());
            properties.put("capabilities", Capabilities.text(capabilities));
        });
        return properties;
    }

    private static void putIfPresent(Map<String, Object> properties, String key, Object value) {
        if (value != null) {
            properties.put(key, value);
        }
    }

    static String text(Object value) {
        return value instanceof String text ? text : null;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return value instanceof Map<?, ?> map ? JsonCopy.of((Map<String, Object>) map) : Map.of();
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
