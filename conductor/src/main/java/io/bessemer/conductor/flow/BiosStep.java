package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.fault.Failure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// BIOS settings by the driver: Ironic's `bios.apply_configuration` and `bios.factory_reset`. Safe to repeat.
record BiosStep(String name, NodeStep step) implements Step {
    static final String APPLY = "apply_configuration";
    static final String RESET = "factory_reset";
    private static final String SETTINGS = "settings";
    private static final int MOST_SETTINGS = 1000;
    private static final int LONGEST = 255;

    @Override
    public StepResult run(StepContext context) throws DriverException {
        BiosInterface bios = bios(context);
        if (step.step().equals(RESET)) {
            bios.factoryReset(context.driverNode());
        } else {
            bios.apply(context.driverNode(), settings(step.args()));
        }
        return StepResult.done();
    }

    private static BiosInterface bios(StepContext context) throws DriverException {
        String chosen = context.node().interfaces().getOrDefault("bios", "");
        return context.driver().bios().filter(_ -> !chosen.equals("no-bios")).orElseThrow(() -> new DriverException(DriverException.Kind.UNSUPPORTED,
                "Driver %s of node %s does not support BIOS settings (bios_interface is '%s').".formatted(context.node().driver(), context.node().displayName(), chosen)));
    }

    /// @throws Failure.Invalid naming the argument, and what is allowed
    static void check(String step, Map<String, Object> args, String where) {
        Set<String> known = step.equals(APPLY) ? Set.of(SETTINGS) : Set.of();
        args.keySet().stream().filter(key -> !known.contains(key)).findFirst().ifPresent(key -> {
            throw new Failure.Invalid(where + "/" + key, "is not known. This step takes %s.".formatted(known.isEmpty() ? "no arguments" : SETTINGS));
        });
        if (step.equals(APPLY)) {
            boolean good = args.get(SETTINGS) instanceof List<?> list && !list.isEmpty() && list.size() <= MOST_SETTINGS && list.stream().allMatch(BiosStep::isSetting);
            if (!good) {
                throw new Failure.Invalid(where + "/" + SETTINGS, "must be a list of 1 to %d objects such as {\"name\": \"ProcVirtualization\", \"value\": \"Enabled\"}."
                        .formatted(MOST_SETTINGS));
            }
        }
    }

    private static boolean isSetting(Object one) {
        return one instanceof Map<?, ?> map && map.keySet().equals(Set.of("name", "value")) && map.get("name") instanceof String name && !name.isBlank() && name.length() <= LONGEST
                && (map.get("value") instanceof String || map.get("value") instanceof Number || map.get("value") instanceof Boolean)
                && map.get("value").toString().length() <= LONGEST;
    }

    /// By name, in the order in which they were given.
    static Map<String, String> settings(Map<String, Object> args) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (args.get(SETTINGS) instanceof List<?> list) {
            list.forEach(one -> settings.put(String.valueOf(((Map<?, ?>) one).get("name")), String.valueOf(((Map<?, ?>) one).get("value"))));
        }
        return settings;
    }

    /// Whether the machine has what it was told, after its boot. Some firmware needs a while for that, and boots once more by itself.
    record Look(Tools tools, String name, NodeStep step) implements Step {
        private static final Duration AGAIN = Duration.ofSeconds(10);

        @Override
        public StepResult run(StepContext context) throws DriverException {
            if (differing(context).isEmpty()) {
                return StepResult.done();
            }
            return new StepResult.Wait(context.within(tools.settings().boot().kernel()), context.now().plus(AGAIN), "the BIOS settings", false);
        }

        @Override
        public StepResult onTimeout(StepContext context, StepResult.Wait wait) {
            return StepResult.failed(("the machine was booted, and its BIOS settings are not all as they were set: %s. Look at the BMC's list of jobs, and whether the firmware allows"
                    + " these values.").formatted(context.memo(name).orElse("it does not say which")));
        }

        /// What is not as it shall be, in words; noted for [#onTimeout].
        private String differing(StepContext context) throws DriverException {
            Map<String, String> wanted = settings(step.args());
            if (wanted.isEmpty()) {
                return "";
            }
            Map<String, String> found = new TreeMap<>();
            bios(context).settings(context.driverNode()).forEach(setting -> found.put(setting.name(), String.valueOf(setting.value())));
            String words = wanted.entrySet().stream().filter(entry -> !entry.getValue().equalsIgnoreCase(found.get(entry.getKey())))
                    .map(entry -> "%s is '%s', not '%s'".formatted(entry.getKey(), found.get(entry.getKey()), entry.getValue())).limit(10).collect(Collectors.joining(", "));
            context.note(name, words.isEmpty() ? null : words);
            return words;
        }
    }
}
