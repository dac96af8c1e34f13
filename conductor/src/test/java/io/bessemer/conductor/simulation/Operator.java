package io.bessemer.conductor.simulation;

import io.bessemer.conductor.ProvisionRequest;
import io.bessemer.conductor.RescuePassword;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerTarget;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Leads one node through its life: looks now and then, and does what an operator would do next, or something foolish.
final class Operator {
    private final World world;
    private final NodeId node;
    private int deploysLeft = 1;
    private int firmwareCleans;
    boolean finished;

    Operator(World world, NodeId node) {
        this.world = world;
        this.node = node;
        world.after(world.between(100, 20_000), this::look);
    }

    private void look() {
        if (finished) {
            return;
        }
        try {
            world.call(conductor -> {
                world.stores.all().nodes().find(node).ifPresent(this::act);
                return true;
            });
        } catch (Failure refused) {
            world.tell("refused: " + refused.getMessage());
        }
        world.after(world.between(5_000, 40_000), this::look);
    }

    private void act(Node seen) {
        if (seen.maintenance()) {
            world.call(conductor -> {
                conductor.nodeService().setMaintenance(node, false, null);
                return true;
            });
            return;
        }
        if (world.chance(world.faults.abort())) {
            meddle(seen);
            return;
        }
        switch (seen.provisionState()) {
            case ENROLL -> verb(LifecycleEvent.MANAGE);
            case MANAGEABLE -> manageable(seen);
            case INSPECT_FAILED -> verb(world.random.nextBoolean() ? LifecycleEvent.INSPECT : LifecycleEvent.MANAGE);
            case CLEAN_FAILED, ADOPT_FAILED -> verb(LifecycleEvent.MANAGE);
            case AVAILABLE -> available();
            case DEPLOY_FAILED -> verb(world.random.nextInt(4) == 0 ? LifecycleEvent.DELETE : LifecycleEvent.DEPLOY);
            case ACTIVE -> active();
            case RESCUED -> verb(world.random.nextInt(4) == 0 ? LifecycleEvent.DELETE : LifecycleEvent.UNRESCUE);
            case RESCUE_FAILED, UNRESCUE_FAILED -> rescueOr(LifecycleEvent.UNRESCUE);
            case CLEAN_HOLD, DEPLOY_HOLD -> verb(world.random.nextInt(5) == 0 ? LifecycleEvent.ABORT : LifecycleEvent.UNHOLD);
            case SERVICE_HOLD -> serviceOr(world.random.nextInt(5) == 0 ? LifecycleEvent.ABORT : LifecycleEvent.UNHOLD);
            case SERVICE_FAILED -> serviceOr(LifecycleEvent.ABORT);
            case ERROR -> verb(LifecycleEvent.DELETE);
            default -> {
                // at work
            }
        }
    }

    private void manageable(Node seen) {
        if (seen.inspectionFinishedAt() == null && world.random.nextInt(3) > 0) {
            verb(LifecycleEvent.INSPECT);
        } else if (world.random.nextInt(8) == 0) {
            provision(LifecycleEvent.CLEAN, new ProvisionRequest(null, List.of(step("deploy", "erase_devices"), step("power", "hold"), step("power", "reboot"),
                    step("deploy", "erase_devices_metadata")), null));
        } else if (world.random.nextInt(8) == 0) {
            provision(LifecycleEvent.CLEAN, new ProvisionRequest(null, List.of(firmware("bios", "nic:1", "bmc"), step("deploy", "erase_devices_metadata")), null));
        } else {
            verb(LifecycleEvent.PROVIDE);
        }
    }

    /// Each time files of their own, so that one that is written twice is seen.
    private Map<String, Object> firmware(String... components) {
        int cleans = ++firmwareCleans;
        return Map.of("interface", "firmware", "step", "update", "args", Map.of("settings",
                Arrays.stream(components).map(one -> Map.<String, Object>of("component", one, "url", "http://192.0.2.1/%s/%d".formatted(one.replace(':', '-'), cleans + 1))).toList()));
    }

    private void available() {
        if (deploysLeft-- <= 0) {
            finished = true;
            return;
        }
        world.call(conductor -> conductor.nodeService().update(node, false,
                one -> one.toBuilder().instanceInfo(Map.of("image_source", "tiny")).build()));
        if (world.random.nextInt(4) > 0) {
            verb(LifecycleEvent.DEPLOY);
            return;
        }
        provision(LifecycleEvent.DEPLOY, new ProvisionRequest(null, null, List.of(Map.of("interface", "power", "step", "hold", "priority", 70),
                Map.of("interface", "power", "step", "reboot", "priority", 90))));
    }

    private void active() {
        switch (world.random.nextInt(6)) {
            case 0 -> verb(LifecycleEvent.REBUILD);
            case 1 -> rescueOr(LifecycleEvent.DELETE);
            case 2 -> serviceOr(LifecycleEvent.DELETE);
            default -> verb(LifecycleEvent.DELETE);
        }
    }

    private void rescueOr(LifecycleEvent other) {
        if (world.random.nextInt(3) == 0) {
            verb(other);
            return;
        }
        provision(LifecycleEvent.RESCUE, ProvisionRequest.rescue(new RescuePassword("$6$simulated")));
    }

    private void serviceOr(LifecycleEvent other) {
        if (world.random.nextInt(3) == 0) {
            verb(other);
            return;
        }
        provision(LifecycleEvent.SERVICE, ProvisionRequest.service(List.of(step("deploy", "burnin_cpu"), step("power", "hold"), step("power", "reboot"),
                step("power", "wait"))));
    }

    private static Map<String, Object> step(String by, String name) {
        return Map.of("interface", by, "step", name);
    }

    /// Aborts what can be aborted, or presses the power button.
    private void meddle(Node seen) {
        if (seen.provisionState() == ProvisionState.DEPLOY_WAIT && world.random.nextBoolean()) {
            verb(LifecycleEvent.DELETE);
        } else if (StateClasses.BUSY.contains(seen.provisionState())) {
            verb(LifecycleEvent.ABORT);
        } else {
            PowerTarget target = PowerTarget.values()[world.random.nextInt(PowerTarget.values().length)];
            world.tell("operator: " + target.wire());
            world.call(conductor -> {
                conductor.nodeService().setPower(node, target, Optional.of(Duration.ofSeconds(60)));
                return true;
            });
        }
    }

    private void verb(LifecycleEvent verb) {
        provision(verb, ProvisionRequest.plain());
    }

    private void provision(LifecycleEvent verb, ProvisionRequest request) {
        world.tell("operator: " + verb.wire());
        world.call(conductor -> {
            conductor.nodeService().provision(node, verb, request);
            return true;
        });
    }
}
