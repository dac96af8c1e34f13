package io.bessemer.api.node;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// The node's fields: IRONIC.md §1.3.
public final class NodeFields {
    /// by interface, the microversion of its `*_interface` field
    static final Map<String, Integer> INTERFACES = interfaces();

    public static final Fields<Node> TABLE = new Fields<>("node", rows());

    /// fields that can be shown of what [io.bessemer.core.node.NodeStore#listBrief] gives
    static final Set<String> BRIEF = Set.of("uuid", "name", "instance_uuid", "power_state", "provision_state", "maintenance", "links", "driver", "resource_class",
            "owner", "lessee", "target_power_state", "target_provision_state", "last_error", "reservation", "ports", "portgroups", "volume", "states");

    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_RESOURCE_CLASS = 80;
    private static final int LONGEST_DESCRIPTION = 4096;
    private static final Pattern GROUP = Pattern.compile("[a-zA-Z0-9_.-]*");

    private NodeFields() {
    }

    private static Map<String, Integer> interfaces() {
        Map<String, Integer> since = new LinkedHashMap<>();
        List.of("boot", "console", "deploy", "inspect", "management", "power", "raid", "vendor").forEach(name -> since.put(name, 31));
        since.put("network", 20);
        since.put("storage", 33);
        since.put("rescue", 38);
        since.put("bios", 40);
        since.put("firmware", 86);
        return since;
    }

    private static List<Field<Node>> rows() {
        List<Field<Node>> rows = new ArrayList<>(List.of(
                of("uuid", 1, (Node node) -> node.id().toString()).setOnce((node, value, field) -> with(node, b -> b.id(new NodeId(Values.uuid(value, field))))).list().sort(),
                of("name", 5, Node::name).set(NodeFields::name).list().sort(),
                of("instance_uuid", 1, (Node node) -> text(node.instanceUuid())).set((node, value, field) -> with(node, b -> b.instanceUuid(uuid(value, field)))).list().sort(),
                of("power_state", 1, (Node node) -> map(node.powerState(), PowerState::wire)).list().sort(),
                of("provision_state", 1, (Node node) -> (Object) node.provisionState().wire()).show(NodeFields::provisionState).list().sort(),
                of("maintenance", 1, Node::maintenance).set(NodeFields::maintenance).list().sort(),
                of("chassis_uuid", 1, (Node node) -> text(node.chassisUuid())).set((node, value, field) -> with(node, b -> b.chassisUuid(uuid(value, field)))),
                of("driver", 1, Node::driver).set(NodeFields::driver).sort(),
                of("driver_info", 1, Node::driverInfo).set((node, value, field) -> with(node, b -> b.driverInfo(object(value, field))))
                        .show((node, context) -> guarded("driver_info", node, context, Secrets.mask(node.driverInfo()))),
                of("driver_internal_info", 3, Node::driverInternalInfo)
                        .show((node, context) -> guarded("driver_internal_info", node, context, Secrets.mask(node.driverInternalInfo()))),
                of("properties", 1, Node::properties).set((node, value, field) -> with(node, b -> b.properties(object(value, field)))),
                of("instance_info", 1, Node::instanceInfo).set(NodeFields::instanceInfo).show((node, _) -> Secrets.mask(node.instanceInfo())),
                of("extra", 1, Node::extra).set((node, value, field) -> with(node, b -> b.extra(object(value, field)))),
                of("reservation", 1, Node::reservation).show((node, context) -> guarded("reservation", node, context, node.reservation())).sort(),
                of("target_power_state", 1, (Node node) -> map(node.targetPowerState(), target -> target.result().wire())).sort(),
                of("target_provision_state", 1, (Node node) -> map(node.targetProvisionState(), ProvisionState::wire)).sort(),
                of("provision_updated_at", 1, (Node node) -> Values.time(node.provisionUpdatedAt())).sort(),
                of("maintenance_reason", 1, Node::maintenanceReason).set((node, value, field) -> with(node, b -> b.maintenanceReason(text(value, field)))),
                of("console_enabled", 1, Node::consoleEnabled),
                of("last_error", 1, Node::lastError).show((node, context) -> guarded("last_error", node, context, node.lastError())),
                of("inspection_started_at", 6, (Node node) -> Values.time(node.inspectionStartedAt())).sort(),
                of("inspection_finished_at", 6, (Node node) -> Values.time(node.inspectionFinishedAt())).sort(),
                of("clean_step", 7, Node::cleanStep),
                of("raid_config", 12, Node::raidConfig),
                of("target_raid_config", 12, Node::targetRaidConfig),
                of("resource_class", 21, Node::resourceClass).set((node, value, field) -> with(node, b -> b.resourceClass(limited(value, field, LONGEST_RESOURCE_CLASS)))).sort(),
                of("traits", 37, (Node node) -> (Object) List.copyOf(node.traits())),
                of("fault", 42, (Node node) -> map(node.fault(), Fault::wire)).sort(),
                of("deploy_step", 44, Node::deployStep),
                of("conductor_group", 46, Node::conductorGroup).set(NodeFields::conductorGroup).sort(),
                of("automated_clean", 47, Node::automatedClean)
                        .set((node, value, field) -> with(node, b -> b.automatedClean(value == null ? null : (Boolean) Values.flag(value, field)))),
                of("protected", 48, Node::protectedFromDelete).set(NodeFields::protectedFlag).sort(),
                of("protected_reason", 48, Node::protectedReason).set((node, value, field) -> with(node, b -> b.protectedReason(text(value, field)))),
                of("conductor", 49, Node::conductor),
                of("owner", 50, Node::owner).set((node, value, field) -> with(node, b -> b.owner(text(value, field)))).sort(),
                of("description", 51, Node::description).set((node, value, field) -> with(node, b -> b.description(limited(value, field, LONGEST_DESCRIPTION)))),
                of("allocation_uuid", 52, (Node node) -> text(node.allocationUuid())),
                of("retired", 61, Node::retired).set(NodeFields::retiredFlag).sort(),
                of("retired_reason", 61, Node::retiredReason).set((node, value, field) -> with(node, b -> b.retiredReason(text(value, field)))),
                of("lessee", 65, Node::lessee).set((node, value, field) -> with(node, b -> b.lessee(text(value, field)))).sort(),
                of("network_data", 66, Node::networkData).set((node, value, field) -> with(node, b -> b.networkData(NetworkData.check(object(value, field), field)))),
                of("boot_mode", 75, (Node node) -> map(node.bootMode(), BootMode::wire)),
                of("secure_boot", 75, Node::secureBoot),
                of("shard", 82, Node::shard).set((node, value, field) -> with(node, b -> b.shard(text(value, field)))).sort(),
                of("parent_node", 83, (Node node) -> text(node.parentNode())).set((node, value, field) -> with(node, b -> b.parentNode(uuid(value, field)))),
                of("service_step", 87, Node::serviceStep),
                of("disable_power_off", 95, Node::disablePowerOff)
                        .set((node, value, field) -> with(node, b -> b.disablePowerOff(value != null && Values.flag(value, field)))),
                of("instance_name", 104, Node::instanceName).set(NodeFields::instanceName).sort(),
                of("health", 109, (Node node) -> node.driverInternalInfo().get("health")), // of a driver that reports it
                of("created_at", 1, (Node node) -> Values.time(node.createdAt())).sort(),
                of("updated_at", 1, (Node node) -> Values.time(node.updatedAt())).sort()));
        INTERFACES.forEach((name, since) -> rows.add(interfaceRow(name, since)));
        rows.add(of("links", 1, (BiFunction<Node, RequestContext, Object>) (node, context) -> Links.of(context, "nodes/" + node.id())).list());
        rows.add(of("ports", 1, (BiFunction<Node, RequestContext, Object>) (node, context) -> Links.of(context, "nodes/" + node.id() + "/ports")));
        rows.add(of("portgroups", 24, (BiFunction<Node, RequestContext, Object>) (node, context) -> Links.of(context, "nodes/" + node.id() + "/portgroups")));
        rows.add(of("volume", 32, (BiFunction<Node, RequestContext, Object>) (node, context) -> Links.of(context, "nodes/" + node.id() + "/volume")));
        rows.add(of("states", 14, (BiFunction<Node, RequestContext, Object>) (node, context) -> Links.of(context, "nodes/" + node.id() + "/states")));
        return rows;
    }

    private static Field<Node> interfaceRow(String name, int since) {
        return of(name + "_interface", since, (Node node) -> node.interfaces().get(name)).set((node, value, field) -> {
            Map<String, String> chosen = new LinkedHashMap<>(node.interfaces());
            if (value == null) {
                chosen.remove(name);
            } else {
                chosen.put(name, Values.text(value, field, LONGEST_TEXT));
            }
            return with(node, b -> b.interfaces(chosen));
        });
    }

    /// A lessee does not see what tells of the infrastructure. Ironic's words, object in place of object.
    private static Object guarded(String field, Node node, RequestContext context, Object value) {
        if (Policy.allows(context.caller(), "baremetal:node:get:" + field, Owned.by(node))) {
            return value;
        }
        String instead = "** Redacted - requires baremetal:node:get:%s permission. **".formatted(field);
        return value instanceof Map ? Map.of("content", instead) : instead;
    }

    /// Older clients do not know every state: IRONIC.md §1.4, oddity 5.
    private static Object provisionState(Node node, RequestContext context) {
        if (node.provisionState() == ProvisionState.AVAILABLE && !context.version().atLeast(2)) {
            return null;
        }
        if (node.provisionState() == ProvisionState.INSPECT_WAIT && !context.version().atLeast(39)) {
            return ProvisionState.INSPECTING.wire();
        }
        return node.provisionState().wire();
    }

    private static Node name(Node node, Object value, String field) {
        String name = value == null || value.equals("") ? null : NodeName.check(value, field);
        return with(node, b -> b.name(name));
    }

    private static Node maintenance(Node node, Object value, String field) {
        boolean on = value != null && Values.flag(value, field);
        return with(node, b -> on ? b.maintenance(true) : b.maintenance(false).maintenanceReason(null).fault(null));
    }

    private static Node protectedFlag(Node node, Object value, String field) {
        boolean on = value != null && Values.flag(value, field);
        if (on && node.provisionState() != ProvisionState.ACTIVE && node.provisionState() != ProvisionState.RESCUED) {
            throw new Failure.Conflict("Node %s cannot be made protected in provision state \"%s\", only in \"active\" or \"rescue\"."
                    .formatted(node.id(), node.provisionState().wire()));
        }
        return with(node, b -> on ? b.protectedFromDelete(true) : b.protectedFromDelete(false).protectedReason(null));
    }

    private static Node retiredFlag(Node node, Object value, String field) {
        boolean on = value != null && Values.flag(value, field);
        if (on && node.provisionState() == ProvisionState.AVAILABLE) {
            throw new Failure.Conflict("Node %s cannot be retired while it is \"available\". Use `manage` first.".formatted(node.id()));
        }
        return with(node, b -> on ? b.retired(true) : b.retired(false).retiredReason(null));
    }

    private static Node driver(Node node, Object value, String field) {
        if (value == null) {
            throw new Failure.Invalid(field, "cannot be removed.");
        }
        String driver = Values.text(value, field, LONGEST_TEXT);
        return with(node, b -> b.driver(driver));
    }

    private static Node instanceInfo(Node node, Object value, String field) {
        Map<String, Object> info = object(value, field);
        // Nova writes it there; a name that somebody chose stays
        boolean follows = node.instanceName() == null || node.instanceName().equals(node.instanceInfo().get("display_name"));
        String display = info.get("display_name") instanceof String name ? name : null;
        return with(node, b -> follows ? b.instanceInfo(info).instanceName(display) : b.instanceInfo(info));
    }

    private static Node instanceName(Node node, Object value, String field) {
        String name = text(value, field);
        if (name != null && name.isEmpty()) {
            throw new Failure.Invalid(field, "is empty. Remove it, or give it 1 to %d characters.".formatted(LONGEST_TEXT));
        }
        return with(node, b -> b.instanceName(name));
    }

    private static Node conductorGroup(Node node, Object value, String field) {
        String group = value == null ? "" : Values.text(value, field, LONGEST_TEXT);
        if (!GROUP.matcher(group).matches()) {
            throw new Failure.Invalid(field, "'%s' may only hold letters, digits, '_', '-' and '.'.".formatted(group));
        }
        return with(node, b -> b.conductorGroup(group.toLowerCase(Locale.ROOT)));
    }

    static Node with(Node node, UnaryOperator<Node.Builder> change) {
        return change.apply(node.toBuilder()).build();
    }

    private static Map<String, Object> object(Object value, String field) {
        return value == null ? Map.of() : Values.object(value, field);
    }

    private static String text(Object value, String field) {
        return limited(value, field, LONGEST_TEXT);
    }

    private static String limited(Object value, String field, int longest) {
        return value == null ? null : Values.text(value, field, longest);
    }

    private static UUID uuid(Object value, String field) {
        return value == null ? null : Values.uuid(value, field);
    }

    private static String text(UUID value) {
        return value == null ? null : value.toString();
    }

    private static <E, R> R map(E value, Function<E, R> how) {
        return value == null ? null : how.apply(value);
    }
}
