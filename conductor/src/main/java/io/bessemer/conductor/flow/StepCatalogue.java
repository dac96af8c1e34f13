package io.bessemer.conductor.flow;

import io.bessemer.agent.protocol.CommandKind;
import io.bessemer.core.fault.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every step that there is. What a client asks for is checked against it once, when the verb comes in (`ironic/conductor/steps.py`).
public final class StepCatalogue {
    /// of equal priority, those of the first interface run first
    private static final List<String> RANK = List.of("network", "vendor", "power", "management", "firmware", "deploy", "bios", "raid");

    /// Work of the conductor's own, on whatever interface a client names; `power` is usual.
    private static final Set<String> RESERVED = Set.of("power_on", "power_off", "reboot", "hold", "wait");

    /// The deploy itself, which a client may not move: the steps that it adds go between these.
    static final NodeStep DEPLOY = core("deploy", 100);
    static final NodeStep WRITE_IMAGE = core("write_image", 80);
    static final NodeStep PREPARE_INSTANCE_BOOT = core("prepare_instance_boot", 60);
    static final NodeStep TEAR_DOWN_AGENT = core("tear_down_agent", 40);
    static final NodeStep BOOT_INSTANCE = core("boot_instance", 20);
    private static final Set<String> CORE = Set.of(DEPLOY.step(), WRITE_IMAGE.step(), PREPARE_INSTANCE_BOOT.step(), TEAR_DOWN_AGENT.step(),
            "switch_to_tenant_network", BOOT_INSTANCE.step());

    private static final int LONGEST_WAIT_SECONDS = 86_400;
    private static final int HIGHEST_PRIORITY = 10_000;

    /// @param families  that it may be part of
    /// @param automated its priority in automated cleaning, 0 for on request only; settings may change it
    /// @param command   what the agent is told
    /// @param arguments that it takes, with what is allowed for each
    private record Known(String by, String step, Set<StepFamily> families, int automated, CommandKind command, Map<String, Argument> arguments) {
        String name() {
            return by + "." + step;
        }
    }

    /// Throws when the value is not allowed.
    private interface Argument {
        void check(Object value, String where);
    }

    private static final Argument SECONDS = number(LONGEST_WAIT_SECONDS);
    private static final Argument BURN_IN_SECONDS = number(7 * 86_400);
    private static final Argument FLAG = (value, where) -> {
        if (!(value instanceof Boolean)) {
            throw new Failure.Invalid(where, "'%s' is not true or false.".formatted(value));
        }
    };
    /// looked into by [RaidSteps], which knows the node
    private static final Argument OBJECT = (value, where) -> {
        if (!(value instanceof Map<?, ?>)) {
            throw new Failure.Invalid(where, "'%s' is not an object.".formatted(value));
        }
    };
    private static final Map<String, Argument> WHICH_VOLUMES = Map.of("create_root_volume", FLAG, "create_nonroot_volumes", FLAG, "delete_existing", FLAG);
    private static final Map<String, Argument> APPLIED = Map.of("raid_config", OBJECT, "create_root_volume", FLAG, "create_nonroot_volumes", FLAG, "delete_existing", FLAG);

    /// `erase_devices` has priority 10 in Ironic's agent; here it is on request: docs/decisions/0051-steps.md
    private static final List<Known> AGENT = List.of(
            new Known("deploy", "erase_devices_metadata", EnumSet.of(StepFamily.CLEAN, StepFamily.DEPLOY), 99, CommandKind.ERASE_METADATA, Map.of()),
            new Known("deploy", "erase_devices", EnumSet.of(StepFamily.CLEAN), 0, CommandKind.ERASE, Map.of()),
            new Known("deploy", "erase_devices_express", EnumSet.of(StepFamily.CLEAN), 0, CommandKind.ERASE_EXPRESS, Map.of()),
            new Known("deploy", "burnin_cpu", EnumSet.allOf(StepFamily.class), 0, CommandKind.BURN_IN_CPU, Map.of("seconds", BURN_IN_SECONDS)),
            new Known("deploy", "burnin_memory", EnumSet.allOf(StepFamily.class), 0, CommandKind.BURN_IN_MEMORY, Map.of("seconds", BURN_IN_SECONDS)),
            new Known("deploy", "burnin_disk", EnumSet.of(StepFamily.CLEAN), 0, CommandKind.BURN_IN_DISK, Map.of("seconds", BURN_IN_SECONDS, "loops", number(1_000))),
            new Known("deploy", "burnin_network", EnumSet.of(StepFamily.CLEAN, StepFamily.SERVICE), 0, CommandKind.BURN_IN_NETWORK, Map.of("seconds", BURN_IN_SECONDS)),
            new Known("raid", RaidSteps.CREATE, EnumSet.of(StepFamily.CLEAN), 0, CommandKind.RAID_CREATE, WHICH_VOLUMES),
            new Known("raid", RaidSteps.DELETE, EnumSet.of(StepFamily.CLEAN), 0, CommandKind.RAID_DELETE, Map.of()),
            new Known("raid", RaidSteps.APPLY, EnumSet.of(StepFamily.DEPLOY), 0, CommandKind.RAID_CREATE, APPLIED));

    /// What the driver does to the BIOS. It counts from the next boot, so that one comes right after it.
    private static final String BIOS = "bios";
    private static final Set<String> BIOS_STEPS = Set.of(BiosStep.APPLY, BiosStep.RESET);

    private static final String FIRMWARE = "firmware";

    private StepCatalogue() {
    }

    /// Whether the driver carries it out, and not the agent.
    static boolean ofBios(NodeStep step) {
        return step.by().equals(BIOS) && BIOS_STEPS.contains(step.step());
    }

    /// Whether the BMC carries it out, and not the agent.
    static boolean ofFirmware(NodeStep step) {
        return step.by().equals(FIRMWARE) && step.step().equals(FirmwareStep.UPDATE);
    }

    /// Names for people, as in `deploy.erase_devices`, in order.
    public static List<String> names(StepFamily family) {
        List<String> names = new ArrayList<>(AGENT.stream().filter(known -> known.families.contains(family)).map(Known::name).sorted().toList());
        BIOS_STEPS.stream().sorted().map(step -> BIOS + "." + step).forEach(names::add);
        names.add(FIRMWARE + "." + FirmwareStep.UPDATE);
        RESERVED.stream().sorted().map(step -> "power." + step).forEach(names::add);
        return List.copyOf(names);
    }

    /// What cleans a node between its users, in order.
    ///
    /// @param priorities by name of a clean step, instead of its own; 0 leaves it out
    static List<NodeStep> automatedClean(Map<String, Integer> priorities) {
        return sorted(AGENT.stream().filter(known -> known.families.contains(StepFamily.CLEAN))
                .map(known -> new NodeStep(known.by, known.step, Map.of(), priorities.getOrDefault(known.name(), known.automated)))
                .filter(step -> step.priority() > 0).toList());
    }

    /// Names of the clean steps whose priority may be set: those that need nothing to be said with them.
    public static List<String> prioritised() {
        return AGENT.stream().filter(known -> known.families.contains(StepFamily.CLEAN) && known.by.equals("deploy") && known.command != CommandKind.BURN_IN_NETWORK)
                .map(Known::name).sorted().toList();
    }

    static boolean reserved(NodeStep step) {
        return RESERVED.contains(step.step());
    }

    /// @return the agent's command behind a step that [#check] let through
    static CommandKind command(NodeStep step) {
        return find(step.by(), step.step()).map(Known::command).orElseThrow(() -> new IllegalStateException("unknown step " + step.name()));
    }

    /// By priority, the highest first; ties by the rank of the interface, then as they came.
    static List<NodeStep> sorted(List<NodeStep> steps) {
        return steps.stream().sorted(Comparator.comparingInt(NodeStep::priority).reversed().thenComparingInt(step -> RANK.indexOf(step.by()))).toList();
    }

    /// The steps that a client asks for, in the order in which they run: of a deploy by priority, without those of priority 0, else as they were
    /// given, or by their `order`.
    ///
    /// @param ramdisk whether the machine boots one; without it there is no agent
    /// @throws Failure.Invalid naming the step, and what is allowed
    public static List<NodeStep> check(StepFamily family, List<Map<String, Object>> asked, boolean ramdisk) {
        List<Map<String, Object>> inOrder = asked.stream().sorted(Comparator.comparingInt(step -> number(step.get("order")))).toList();
        List<NodeStep> steps = new ArrayList<>();
        for (Map<String, Object> step : inOrder) {
            NodeStep checked = check(family, step, "%s[%d]".formatted(family.argument(), asked.indexOf(step)), ramdisk);
            if (family != StepFamily.DEPLOY || checked.priority() > 0) {
                steps.add(checked);
            }
        }
        return family == StepFamily.DEPLOY ? sorted(steps) : List.copyOf(steps);
    }

    private static NodeStep check(StepFamily family, Map<String, Object> asked, String where, boolean ramdisk) {
        String by = String.valueOf(asked.get("interface"));
        String name = String.valueOf(asked.get("step"));
        int priority = number(asked.get("priority"));
        Map<String, Object> args = new LinkedHashMap<>();
        if (asked.get("args") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> args.put(String.valueOf(key), value));
        }
        if (!RANK.contains(by)) {
            throw new Failure.Invalid(where + "/interface", "'%s' is not one of %s.".formatted(by, RANK.stream().sorted().toList()));
        }
        if (family == StepFamily.DEPLOY && by.equals("deploy") && CORE.contains(name)) {
            throw new Failure.Invalid(where, "deploy.%s is part of every deploy, at its own priority, and cannot be moved. Leave it out.".formatted(name));
        }
        Optional<Known> known = find(by, name).filter(one -> one.families.contains(family));
        boolean reserved = RESERVED.contains(name);
        boolean bios = by.equals(BIOS) && BIOS_STEPS.contains(name);
        boolean firmware = by.equals(FIRMWARE) && name.equals(FirmwareStep.UPDATE);
        if (known.isEmpty() && !reserved && !bios && !firmware) {
            throw new Failure.Invalid(where, "'%s.%s' is not a %s step. Known: %s.".formatted(by, name, family.wire(), names(family)));
        }
        if (priority > HIGHEST_PRIORITY) {
            throw new Failure.Invalid(where + "/priority", "%d is more than %d.".formatted(priority, HIGHEST_PRIORITY));
        }
        if (bios) {
            BiosStep.check(name, args, where + "/args");
        } else if (firmware) {
            FirmwareStep.check(args, where + "/args");
        } else {
            arguments(args, where + "/args", name.equals("wait") ? Map.of("seconds", SECONDS) : known.map(Known::arguments).orElse(Map.of()));
        }
        if (!reserved && !bios && !firmware && !ramdisk) {
            throw new Failure.Invalid(where, "'%s.%s' needs the agent's ramdisk, which does not run with disable_ramdisk or deploy_interface 'ramdisk'. Without it: %s."
                    .formatted(by, name, RESERVED.stream().sorted().map(step -> "power." + step).toList()));
        }
        if (!reserved && family == StepFamily.DEPLOY && priority > 0 && (priority <= TEAR_DOWN_AGENT.priority() || priority > DEPLOY.priority())) {
            throw new Failure.Invalid(where + "/priority", "%d is outside of %d to %d, in which the ramdisk is up that '%s.%s' needs."
                    .formatted(priority, TEAR_DOWN_AGENT.priority() + 1, DEPLOY.priority(), by, name));
        }
        if (family == StepFamily.DEPLOY && by.equals("raid") && !reserved && priority > 0 && priority <= WRITE_IMAGE.priority()) {
            throw new Failure.Invalid(where + "/priority", "%d is not above %d, at which the image is written: '%s.%s' would destroy it.".formatted(priority, WRITE_IMAGE.priority(), by, name));
        }
        return new NodeStep(by, name, args, priority);
    }

    private static void arguments(Map<String, Object> args, String where, Map<String, Argument> allowed) {
        args.forEach((key, value) -> {
            Argument argument = allowed.get(key);
            if (argument == null) {
                throw new Failure.Invalid(where + "/" + key, "is not known. This step takes %s."
                        .formatted(allowed.isEmpty() ? "no arguments" : String.join(", ", allowed.keySet().stream().sorted().toList())));
            }
            argument.check(value, where + "/" + key);
        });
    }

    private static Argument number(long highest) {
        return (value, where) -> {
            if (!(value instanceof Integer || value instanceof Long) || ((Number) value).longValue() < 1 || ((Number) value).longValue() > highest) {
                throw new Failure.Invalid(where, "'%s' is not a number of 1 to %d.".formatted(value, highest));
            }
        };
    }

    private static Optional<Known> find(String by, String step) {
        return AGENT.stream().filter(known -> known.by.equals(by) && known.step.equals(step)).findFirst();
    }

    private static int number(Object value) {
        return value instanceof Number number ? (int) Math.clamp(number.longValue(), Integer.MIN_VALUE, Integer.MAX_VALUE) : 0;
    }

    private static NodeStep core(String step, int priority) {
        return new NodeStep("deploy", step, Map.of(), priority);
    }
}
