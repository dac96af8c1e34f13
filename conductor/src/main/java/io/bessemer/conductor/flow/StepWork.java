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
        if (StepCatalogue.ofFirmware(step) && !Flows.isFake(node, step.by())) {
            return firmware(step, name, agent);
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
            default -> List.of(Flows.isFake(node, "deploy") || Flows.isFake(node, step.by()) ? new Pretend(step.by(), name) : AgentStep.of(tools, name, step));
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

    /// Each of the components, with the boot in between from which it counts; and back into the ramdisk.
    private List<Step> firmware(NodeStep step, String name, boolean agent) {
        List<Step> work = new ArrayList<>();
        List<FirmwareStep.Wish> wishes = FirmwareStep.wishes(name, step.args());
        for (FirmwareStep.Wish wish : wishes) {
            work.addAll(List.of(new FirmwareStep.Look(wish), new FirmwareStep.Begin(wish), new FirmwareStep.Follow(wish, !wish.ofBmc())));
            if (!wish.ofBmc()) {
                work.addAll(List.of(new PowerOff(tools, wish.name() + ": power off", false), new PowerOn(tools, wish.name() + ": power on", false, true, BootPhase.POWER),
                        new FirmwareStep.Follow(wish, false)));
            }
            work.add(new FirmwareStep.Settle(wish));
        }
        List<Step> once = new ArrayList<>(work.stream().<Step>map(one -> new Once(one.name(), one)).toList());
        if (agent && !wishes.stream().allMatch(FirmwareStep.Wish::ofBmc)) { // it may have gone anywhere by itself
            once.add(new Once(name + ": power off", new PowerOff(tools, name + ": power off", false)));
            once.addAll(powerOn(name + ": power on", true));
        }
        return once.stream().<Step>map(one -> new Shown(family, step.toMap(), one)).toList();
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
