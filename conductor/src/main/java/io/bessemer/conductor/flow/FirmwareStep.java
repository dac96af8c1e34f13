package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.core.driver.FirmwareInterface.Component;
import io.bessemer.core.driver.FirmwareInterface.Job;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.timeline.BootPhase;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Firmware by the driver, one component after the other: Ironic's `firmware.update`. The BMC does the work; we tell it once, follow its job, boot the machine
/// where that is what the job waits for or what makes the firmware count, and look at the versions afterwards.
public final class FirmwareStep {
    static final String UPDATE = "update";
    private static final String INTERFACE = "firmware";
    private static final String SETTINGS = "settings";
    private static final String BMC = "bmc";
    private static final Set<String> KEYS = Set.of("component", "url", "wait");
    private static final int MOST_SETTINGS = 100;
    private static final int LONGEST_COMPONENT = 255;
    private static final int LONGEST_URL = 2000;
    private static final int LONGEST_WAIT_SECONDS = 86_400;

    /// `firmware_update_overall_timeout` of Ironic
    private static final Duration LIMIT = Duration.ofHours(2);
    /// of `wait`: `firmware_update_reboot_delay` of Ironic
    private static final Duration USUAL_WAIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofSeconds(10);
    /// A job may be about to start for a while, and then starts by itself (`firmware_update_nic_starting_wait` of Ironic).
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// A BMC that restarts may answer once more before it is gone, and while it comes up; a machine's first self-test with new firmware may write yet more.
    private static final Duration STEADY = Duration.ofMinutes(1);

    private FirmwareStep() {
    }

    /// One of the settings.
    ///
    /// @param name of the component's step, unique within the flow
    /// @param silence for how long the BMC may be silent, and a version may stay as it was
    record Wish(String name, String component, String url, Duration silence) {
        boolean ofBmc() {
            return component.equals(BMC);
        }

        private String key(String what) {
            return name + ": " + what;
        }

        /// Without a query: it may hold what gives access.
        private String shownUrl() {
            return url.replaceAll("[?#].*", "");
        }

        /// Of what a BMC said, which may repeat what it was told.
        private String masked(String words) {
            return words.replace(url, shownUrl());
        }
    }

    static List<Wish> wishes(String name, Map<String, Object> args) {
        List<Wish> wishes = new ArrayList<>();
        for (Object one : (List<?>) args.getOrDefault(SETTINGS, List.of())) {
            Map<?, ?> setting = (Map<?, ?>) one;
            wishes.add(new Wish("%s, %d of %s".formatted(name, wishes.size() + 1, setting.get("component")), (String) setting.get("component"), (String) setting.get("url"),
                    setting.get("wait") instanceof Number seconds ? Duration.ofSeconds(seconds.longValue()) : USUAL_WAIT));
        }
        return wishes;
    }

    /// Whether a node's BMC may be writing firmware, so that its machine must not lose its power.
    public static boolean isUnderWay(Node node) {
        return List.of(node.cleanStep(), node.deployStep(), node.serviceStep()).stream().anyMatch(step -> INTERFACE.equals(step.get("interface")) && UPDATE.equals(step.get("step")));
    }

    /// @throws Failure.Invalid naming the argument, and what is allowed
    static void check(Map<String, Object> args, String where) {
        args.keySet().stream().filter(key -> !key.equals(SETTINGS)).findFirst().ifPresent(key -> {
            throw new Failure.Invalid(where + "/" + key, "is not known. This step takes %s.".formatted(SETTINGS));
        });
        if (!(args.get(SETTINGS) instanceof List<?> list) || list.isEmpty() || list.size() > MOST_SETTINGS) {
            throw new Failure.Invalid(where + "/" + SETTINGS, "must be a list of 1 to %d objects such as {\"component\": \"bios\", \"url\": \"http://10.0.0.1/bios.bin\", \"wait\": 300}."
                    .formatted(MOST_SETTINGS));
        }
        for (int i = 0; i < list.size(); i++) {
            setting(list.get(i), "%s/%s[%d]".formatted(where, SETTINGS, i));
        }
    }

    /// @param writes whether the node's driver does at all
    /// @throws Failure.Unsupported before anything is booted for it
    public static void check(Node node, List<NodeStep> steps, boolean writes) {
        String chosen = node.interfaces().getOrDefault(INTERFACE, "");
        steps.stream().filter(StepCatalogue::ofFirmware).filter(_ -> !writes || chosen.equals("no-firmware")).findFirst().ifPresent(step -> {
            throw new Failure.Unsupported("Step %s needs a firmware interface, and node %s of driver %s has firmware_interface '%s'. Set another that its driver has, such as 'redfish'."
                    .formatted(step.name(), node.displayName(), node.driver(), chosen.isEmpty() ? "no-firmware" : chosen));
        });
    }

    private static void setting(Object one, String where) {
        if (!(one instanceof Map<?, ?> setting)) {
            throw new Failure.Invalid(where, "'%s' is not an object with component and url.".formatted(one));
        }
        setting.keySet().stream().filter(key -> !KEYS.contains(key)).findFirst().ifPresent(key -> {
            throw new Failure.Invalid(where + "/" + key, "is not known. Known: component, url, wait.");
        });
        if (!(setting.get("component") instanceof String component) || component.length() > LONGEST_COMPONENT || !component.matches("bios|bmc|nic:.+")) {
            throw new Failure.Invalid(where + "/component", "'%s' is not 'bios', 'bmc' or 'nic:' with what the node's list of firmware has behind it.".formatted(setting.get("component")));
        }
        if (!(setting.get("url") instanceof String url) || url.length() > LONGEST_URL || !isFetched(url)) {
            throw new Failure.Invalid(where + "/url", "must be an http or https URL of at most %d characters, without a user in it, that the BMC reaches.".formatted(LONGEST_URL));
        }
        boolean waits = setting.get("wait") == null && !setting.containsKey("wait")
                || (setting.get("wait") instanceof Integer || setting.get("wait") instanceof Long) && ((Number) setting.get("wait")).longValue() >= 1
                        && ((Number) setting.get("wait")).longValue() <= LONGEST_WAIT_SECONDS;
        if (!waits) {
            throw new Failure.Invalid(where + "/wait", "'%s' is not a number of 1 to %d, in seconds.".formatted(setting.get("wait"), LONGEST_WAIT_SECONDS));
        }
    }

    private static boolean isFetched(String url) {
        try {
            URI uri = new URI(url);
            return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme())) && uri.getHost() != null && uri.getUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static FirmwareInterface firmware(StepContext context) throws DriverException {
        return context.driver().firmware().orElseThrow(() -> new DriverException(DriverException.Kind.UNSUPPORTED,
                "Driver %s of node %s does not write firmware.".formatted(context.node().driver(), context.node().displayName())));
    }

    /// What there is before, so that the job that is begun can be told from others, and its effect be seen.
    record Look(String name, Wish wish) implements Step {
        Look(Wish wish) {
            this(wish.key("look"), wish);
        }

        @Override
        public StepResult run(StepContext context) throws DriverException {
            FirmwareInterface firmware = firmware(context);
            context.note(wish.key("jobs"), List.copyOf(firmware.jobs(context.driverNode())));
            context.note(wish.key("version"), version(firmware, context, wish).orElse(null));
            return StepResult.done();
        }
    }

    private static Optional<String> version(FirmwareInterface firmware, StepContext context, Wish wish) throws DriverException {
        return firmware.components(context.driverNode()).stream().filter(one -> one.component().equals(wish.component)).map(Component::currentVersion).findFirst();
    }

    /// Tells the BMC, once: what an earlier try began, the driver finds again.
    record Begin(String name, Wish wish) implements Step {
        Begin(Wish wish) {
            this(wish.key("begin"), wish);
        }

        @Override
        public StepResult run(StepContext context) throws DriverException {
            Set<String> before = new HashSet<>();
            context.memo(wish.key("jobs")).ifPresent(names -> ((List<?>) names).forEach(one -> before.add((String) one)));
            Optional<String> job;
            try {
                job = firmware(context).update(context.driverNode(), new FirmwareInterface.Update(wish.component, wish.url), before);
            } catch (DriverException e) {
                if (e.kind() == DriverException.Kind.BUSY) { // it answered, so it began nothing for us: what is new there is somebody else's
                    context.note(wish.key("jobs"), List.copyOf(firmware(context).jobs(context.driverNode())));
                }
                throw new DriverException(e.kind(), wish.masked(e.getMessage()), e);
            }
            context.note(wish.key("jobs"), null);
            context.note(wish.key("job"), job.orElse(null));
            context.observe(BootPhase.COMMAND, "bmc", "firmware", "Told the BMC to fetch and write firmware of %s".formatted(wish.component),
                    Map.of("component", wish.component, "url", wish.shownUrl(), "job", job.orElse("none")));
            return StepResult.done();
        }
    }

    /// Until the job is over.
    ///
    /// @param untilBoot or until it waits for a boot
    record Follow(String name, Wish wish, boolean untilBoot) implements Step {
        Follow(Wish wish, boolean untilBoot) {
            this(wish.key(untilBoot ? "job" : "job to its end"), wish, untilBoot);
        }

        @Override
        public StepResult run(StepContext context) throws DriverException {
            leaveOn(context);
            Optional<Object> job = context.memo(wish.key("job"));
            if (job.isEmpty() || context.memo(wish.key("outcome")).isPresent()) {
                return StepResult.done();
            }
            Job now;
            try {
                now = firmware(context).job(context.driverNode(), (String) job.get());
            } catch (DriverException e) {
                return silent(context, wish, e);
            }
            context.note(wish.key("silent since"), null);
            return switch (now) {
                case Job.Running running -> running(context, running);
                case Job.Done _ -> over(context, "done");
                case Job.Forgotten _ -> over(context, "forgotten");
                case Job.Failed(String reason) -> StepResult.failed("the BMC did not write the firmware of %s from %s: %s".formatted(wish.component, wish.shownUrl(), wish.masked(reason)));
            };
        }

        private StepResult over(StepContext context, String outcome) {
            context.note(wish.key("outcome"), outcome);
            return StepResult.done();
        }

        private StepResult running(StepContext context, Job.Running job) {
            String key = wish.key("waits since");
            if (!untilBoot || !job.waitsForBoot()) {
                context.note(key, null);
            } else {
                Instant since = context.memoInstant(key).orElse(context.now());
                if (!context.now().isBefore(since.plus(PATIENCE))) {
                    return StepResult.done();
                }
                context.note(key, since);
            }
            return new StepResult.Wait(context.within(LIMIT), context.now().plus(POLL), "the BMC's firmware job of %s, which is '%s'".formatted(wish.component, job.state()), true);
        }

        @Override
        public StepResult onTimeout(StepContext context, StepResult.Wait wait) {
            return late(context, wish, wait);
        }
    }

    /// Until the BMC has shown another version for a while, or none is to be expected any more.
    record Settle(String name, Wish wish) implements Step {
        Settle(Wish wish) {
            this(wish.key("versions"), wish);
        }

        @Override
        public StepResult run(StepContext context) throws DriverException {
            leaveOn(context);
            String key = wish.key("answers since");
            Optional<String> version;
            try {
                version = version(firmware(context), context, wish);
            } catch (DriverException e) {
                context.note(key, null);
                return silent(context, wish, e);
            }
            context.note(wish.key("silent since"), null);
            Instant since = context.memoInstant(key).orElse(context.now());
            context.note(key, since);
            Optional<String> before = context.memo(wish.key("version")).map(String.class::cast);
            boolean changed = version.isPresent() && !version.equals(before);
            Instant end = since.plus(!changed || wish.silence.compareTo(STEADY) < 0 ? wish.silence : STEADY);
            if (context.now().isBefore(end)) {
                Instant look = context.now().plus(POLL);
                return new StepResult.Wait(context.within(LIMIT), look.isBefore(end) ? look : end, changed ? "%s to settle".formatted(wish.component)
                        : "another version of %s than %s".formatted(wish.component, before.orElse("none")), true);
            }
            if (!changed && context.memo(wish.key("outcome")).filter("forgotten"::equals).isPresent()) {
                return StepResult.failed("the BMC knows nothing of its job any more, and %s has version %s as before. Look at the BMC's log; when this is the version of %s, nothing is wrong."
                        .formatted(wish.component, version.orElse("(not shown)"), wish.shownUrl()));
            }
            String words = changed ? "%s has version %s now, before %s".formatted(wish.component, version.get(), before.orElse("(not shown)"))
                    : "%s has version %s as before".formatted(wish.component, version.orElse("(not shown)"));
            context.observe(BootPhase.COMMAND, "bmc", "firmware-version", "Firmware: " + words, Map.of("component", wish.component, "version", version.orElse("")));
            version.ifPresent(now -> context.edit(node -> Written.on(node, wish.component, before.orElse(now), now)));
            return StepResult.done();
        }

        @Override
        public StepResult onTimeout(StepContext context, StepResult.Wait wait) {
            return late(context, wish, wait);
        }
    }

    /// A BMC that writes itself is gone for minutes, and then has not all of its resources at once. What it says of credentials counts, lest it locks the user out.
    private static StepResult silent(StepContext context, Wish wish, DriverException e) throws DriverException {
        if (e.kind() == DriverException.Kind.AUTHENTICATION) {
            throw e;
        }
        String key = wish.key("silent since");
        Instant since = context.memoInstant(key).orElse(context.now());
        context.note(key, since);
        context.note(wish.key("said"), e.getMessage());
        Instant end = context.notBeforeUs(since).plus(wish.silence);
        Instant limit = context.within(LIMIT);
        return new StepResult.Wait(end.isBefore(limit) ? end : limit, context.now().plus(POLL), "the BMC, which does not answer as it should", true);
    }

    private static StepResult late(StepContext context, Wish wish, StepResult.Wait wait) {
        Optional<Instant> silent = context.memoInstant(wish.key("silent since"));
        if (silent.isPresent()) {
            return StepResult.failed(("the BMC was told to write the firmware of %s, and has not answered as it should for %d s. Its last words: %s When it only needs longer, give the setting a"
                    + " greater \"wait\".").formatted(wish.component, Duration.between(silent.get(), context.now()).toSeconds(), context.memo(wish.key("said")).orElse("none.")));
        }
        return StepResult.failed("still waiting for %s after %d minutes. Look at the BMC's list of jobs.".formatted(wait.what(), LIMIT.toMinutes()));
    }

    /// A machine whose firmware may be being written is not powered off when the flow fails.
    private static void leaveOn(StepContext context) {
        context.note(Memo.POWERED_ON_AT, null);
        context.note(Memo.ASKED_AT, null);
    }

    /// What was written to a node's components, in its `driver_internal_info`: BMCs keep no history.
    public static final class Written {
        private static final String KEY = "firmware_written";
        private static final String INITIAL = "initial_version";
        private static final String FLASHED = "last_version_flashed";

        private Written() {
        }

        static Node on(Node node, String component, String before, String now) {
            Map<String, Object> all = new LinkedHashMap<>(of(node));
            Object initial = all.get(component) instanceof Map<?, ?> earlier && earlier.get(INITIAL) instanceof String first ? first : before;
            all.put(component, Map.of(INITIAL, initial, FLASHED, now));
            return node.toBuilder().internal(KEY, all).build();
        }

        /// With the versions that its BMC does not tell.
        public static Component onto(Component seen, Node node) {
            return of(node).get(seen.component()) instanceof Map<?, ?> known && known.get(INITIAL) instanceof String initial && known.get(FLASHED) instanceof String flashed
                    ? new Component(seen.component(), initial, seen.currentVersion(), flashed, seen.vendor(), seen.model(), seen.serialNumber(), seen.seenAt()) : seen;
        }

        private static Map<String, Object> of(Node node) {
            Map<String, Object> all = new LinkedHashMap<>();
            if (node.driverInternalInfo().get(KEY) instanceof Map<?, ?> known) {
                known.forEach((key, value) -> all.put(String.valueOf(key), value));
            }
            return all;
        }
    }
}
