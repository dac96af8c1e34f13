package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.core.node.Node;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Makes of steps as data the work that a flow does.
record StepWork(Tools tools, StepFamily family, Node node) {
    /// @param ramdisk whether the machine runs one at this point of the flow
    List<Step> of(List<NodeStep> steps, boolean ramdisk) {
        List<Step> work = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            work.addAll(of(steps.get(i), i + 1, ramdisk));
        }
        return work;
    }

    /// @param number makes its name unique within the flow
    List<Step> of(NodeStep step, int number, boolean ramdisk) {
        String name = "%s step %d: %s".formatted(family.wire(), number, step.name());
        boolean agent = ramdisk && !Flows.isFake(node, "deploy");
        if (StepCatalogue.ofBios(step)) {
            return bios(step, name, agent);
        }
        List<Step> work = switch (step.step()) {
            case "hold" -> List.of(new Hold(name));
            case "wait" -> List.of(new Pause(tools, name, seconds(step), agent));
            case "power_off" -> List.of(new Once(name, new PowerOff(tools, name, false)));
            case "power_on" -> powerOn(name, agent);
            case "reboot" -> {
                List<Step> both = new ArrayList<>(List.of(new Once(name, new PowerOff(tools, name, false))));
                both.addAll(powerOn(name + " again", agent));
                yield both;
            }
            default -> List.of(Flows.isFake(node, "deploy") ? new Pretend(step.by(), name) : new AgentStep(tools, name, StepCatalogue.command(step), step.args()));
        };
        return work.stream().<Step>map(one -> new Shown(family, step.toMap(), one)).toList();
    }

    /// The settings, the boot from which they count, and a look at whether they do.
    private List<Step> bios(NodeStep step, String name, boolean agent) {
        List<Step> work = new ArrayList<>(List.of(new Once(name, new BiosStep(name, step)), new Once(name + ": power off", new PowerOff(tools, name + ": power off", false))));
        work.addAll(powerOn(name + ": power on", agent));
        work.add(new Once(name + ": look", new BiosStep.Look(tools, name + ": look", step)));
        return work.stream().<Step>map(one -> new Shown(family, step.toMap(), one)).toList();
    }

    /// Into the ramdisk, if the flow works with one.
    private List<Step> powerOn(String name, boolean agent) {
        Step on = new Once(name, new PowerOn(tools, name, false, true, BootPhase.POWER));
        return agent ? List.of(new Once(name + ": boot device", new NetworkBootDevice(tools)), on, new Once(name + ": agent", new AwaitAgent(tools))) : List.of(on);
    }

    private static Duration seconds(NodeStep step) {
        return step.args().get("seconds") instanceof Number seconds ? Duration.ofSeconds(seconds.longValue()) : Duration.ZERO;
    }
}
