package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.node.PowerState;
import io.bessemer.redfish.client.RedfishException;
import io.bessemer.redfish.client.RedfishException.Reason;
import io.bessemer.redfish.client.Resource;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Power by `#ComputerSystem.Reset`.
final class RedfishPower implements PowerInterface {
    static final String RESET = "#ComputerSystem.Reset";
    private static final Logger LOG = LoggerFactory.getLogger(RedfishPower.class);

    private final Bmcs bmcs;
    private final SeenHealth health;

    RedfishPower(Bmcs bmcs, SeenHealth health) {
        this.bmcs = bmcs;
        this.health = health;
    }

    @Override
    public PowerState state(DriverNode node) throws DriverException {
        Resource system = bmcs.of(node).system();
        health.seen(node.id(), system);
        return state(system);
    }

    /// A machine that is still going down is on: told "on" too early, it would keep its old boot device.
    private static PowerState state(Resource system) {
        return switch (system.text("/PowerState").orElse("")) {
            case "On", "PoweringOn", "PoweringOff", "Paused" -> PowerState.ON;
            case "Off" -> PowerState.OFF;
            default -> PowerState.ERROR;
        };
    }

    @Override
    public void apply(DriverNode node, PowerAction action) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Resource system = bmc.system();
        boolean off = state(system) == PowerState.OFF;
        switch (action) {
            case ON -> reset(bmc, system, List.of("On", "ForceOn"), PowerState.ON);
            case OFF -> reset(bmc, system, List.of("ForceOff"), PowerState.OFF);
            case SOFT_OFF -> reset(bmc, system, List.of("GracefulShutdown"), PowerState.OFF);
            // a machine that is off cannot be started again; what is wanted is one that starts
            case CYCLE -> reset(bmc, system, off ? List.of("On", "ForceOn") : List.of("PowerCycle", "ForceRestart"), null);
            case RESET -> reset(bmc, system, off ? List.of("On", "ForceOn") : List.of("ForceRestart", "PowerCycle"), null);
        }
    }

    /// @param types  any of which will do, the best first
    /// @param wanted state in which a refusal is none; null for an action that is always done
    private static void reset(NodeBmc bmc, Resource system, List<String> types, PowerState wanted) throws DriverException {
        String type = choose(bmc, system, types);
        String target = system.action(RESET).orElseThrow(() -> bmc.unsupported("has no action %s at %s: it cannot switch the machine".formatted(RESET, system.path())));
        try {
            bmc.bmc().post(target, NodeBmc.body("ResetType", type));
        } catch (RedfishException e) {
            boolean answered = e.reason() == Reason.REFUSED || e.reason() == Reason.BUSY || e.reason() == Reason.UNSUPPORTED;
            if (!answered || wanted == null || state(bmc.system()) != wanted) {
                throw bmc.failed(e);
            }
            LOG.debug("{}: {} was refused, the machine is '{}' already", bmc.name(), type, wanted.wire());
        }
    }

    static String choose(NodeBmc bmc, Resource system, List<String> types) throws DriverException {
        Set<String> allowed = bmc.allowed(system, RESET, "ResetType");
        return types.stream().filter(type -> allowed.isEmpty() || allowed.contains(type)).findFirst().orElseThrow(() -> new DriverException(Kind.UNSUPPORTED,
                "%s knows none of the resets %s for %s, only %s.".formatted(bmc.name(), types, system.path(), allowed)));
    }
}
