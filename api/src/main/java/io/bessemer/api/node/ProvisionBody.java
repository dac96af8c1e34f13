package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.ProvisionRequest;
import io.bessemer.conductor.RescuePassword;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.Lifecycle;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The body of `PUT states/provision`, checked: which verb, by which version, with what beside it.
record ProvisionBody(LifecycleEvent verb, ProvisionRequest request) {
    private static final int MOST_STEPS = 256;

    static ProvisionBody of(JsonBody body, ProvisionState state, RequestContext context) {
        JsonObject members = body.object("target", "configdrive", "clean_steps", "deploy_steps", "service_steps", "rescue_password",
                "disable_ramdisk"); // a runbook was replaced by its steps before
        String target = members.required("target");
        LifecycleEvent verb = Lifecycle.verbOf(target).orElseThrow(() -> new Failure.Invalid("target",
                "'%s' is not a provision verb. Verbs for a node in state '%s': %s.".formatted(target, state.wire(), verbs(state))));
        context.require(since(target, verb, state), "Provision verb '%s'".formatted(target));
        onlyWith(members, "clean_steps", verb, LifecycleEvent.CLEAN);
        onlyWith(members, "deploy_steps", verb, LifecycleEvent.DEPLOY, LifecycleEvent.REBUILD);
        onlyWith(members, "service_steps", verb, LifecycleEvent.SERVICE);
        onlyWith(members, "rescue_password", verb, LifecycleEvent.RESCUE);
        onlyWith(members, "configdrive", verb, LifecycleEvent.DEPLOY, LifecycleEvent.REBUILD);
        onlyWith(members, "disable_ramdisk", verb, LifecycleEvent.CLEAN, LifecycleEvent.SERVICE);
        if (members.has("disable_ramdisk") && verb == LifecycleEvent.SERVICE) {
            context.require(108, "Argument 'disable_ramdisk' with 'service'");
        } else if (members.has("disable_ramdisk")) {
            context.require(70, "Argument 'disable_ramdisk'");
        }
        if (verb == LifecycleEvent.CLEAN && !members.has("clean_steps")) {
            throw new Failure.Missing("clean_steps", "A manual clean needs a list of {interface, step, args}, or a runbook.");
        }
        if (verb == LifecycleEvent.SERVICE && !members.has("service_steps")) {
            throw new Failure.Missing("service_steps", "A service needs a list of {interface, step, args}.");
        }
        if (members.has("deploy_steps")) {
            context.require(69, "Argument 'deploy_steps'");
        }
        return new ProvisionBody(verb, new ProvisionRequest(configDrive(members, verb, context), steps(members, "clean_steps", false),
                steps(members, "deploy_steps", true), steps(members, "service_steps", false), rescuePassword(members, verb),
                members.flag("disable_ramdisk", false), context.requester()));
    }

    /// Hashed here: no later part of us knows the password.
    private static RescuePassword rescuePassword(JsonObject members, LifecycleEvent verb) {
        if (verb != LifecycleEvent.RESCUE) {
            return null;
        }
        Object password = members.has("rescue_password") ? members.get("rescue_password") : "";
        if (!(password instanceof String text)) {
            throw new Failure.Invalid("rescue_password", "must be a string.");
        }
        return RescuePassword.of(text);
    }

    private static int since(String target, LifecycleEvent verb, ProvisionState state) {
        return switch (verb) {
            case DEPLOY -> target.equals("deploy") ? 73 : 1;
            case DELETE -> target.equals("undeploy") ? 73 : 1;
            case REBUILD -> 1;
            case MANAGE, PROVIDE -> 4;
            case INSPECT -> 6;
            // 1.110 for `wait call-back` in Ironic; here it always works: docs/decisions/0030-microversions.md
            case ABORT -> state == ProvisionState.INSPECT_WAIT ? 41 : 13;
            case CLEAN -> 15;
            case ADOPT -> 17;
            case RESCUE, UNRESCUE -> 38;
            case UNHOLD -> 85;
            case SERVICE -> 87;
            case DONE, FAIL, WAIT, RESUME, HOLD -> throw new IllegalStateException(verb + " is no verb of clients");
        };
    }

    private static String verbs(ProvisionState state) {
        List<String> verbs = Lifecycle.verbs(state).stream()
                .map(verb -> verb == LifecycleEvent.DEPLOY ? "active" : verb == LifecycleEvent.DELETE ? "deleted" : verb.wire()).toList();
        return verbs.isEmpty() ? "none" : String.join(", ", verbs);
    }

    private static void onlyWith(JsonObject members, String name, LifecycleEvent verb, LifecycleEvent... allowed) {
        if (members.has(name) && !Set.of(allowed).contains(verb)) {
            throw new Failure.Invalid(name, "is not allowed with verb '%s'.".formatted(verb.wire()));
        }
    }

    private static Object configDrive(JsonObject members, LifecycleEvent verb, RequestContext context) {
        if (!members.has("configdrive")) {
            return null;
        }
        if (verb == LifecycleEvent.REBUILD) {
            context.require(35, "Argument 'configdrive' with 'rebuild'");
        }
        Object drive = members.get("configdrive");
        if (drive instanceof String text) {
            return checkedText(text);
        }
        if (!(drive instanceof Map<?, ?>)) {
            throw new Failure.Invalid("configdrive", "must be a base64 encoded image, a URL, or a JSON object.");
        }
        context.require(56, "A JSON object as 'configdrive'");
        Map<String, Object> object = Values.object(drive, "configdrive");
        object.keySet().stream().filter(key -> !Set.of("meta_data", "network_data", "user_data", "vendor_data").contains(key)).findFirst().ifPresent(key -> {
            throw new Failure.Invalid("configdrive/" + key, "is not known. Known: meta_data, network_data, user_data, vendor_data.");
        });
        if (object.get("vendor_data") != null) {
            context.require(59, "'vendor_data' in the config drive");
        }
        for (String name : List.of("meta_data", "network_data", "vendor_data")) {
            if (object.get(name) != null) {
                Values.object(object.get(name), "configdrive/" + name);
            }
        }
        return object;
    }

    /// A URL is fetched later; anything else must be base64 from its first characters to its last.
    private static String checkedText(String text) {
        if (text.startsWith("http://") || text.startsWith("https://")) {
            return text;
        }
        String compact = text.strip();
        String head = compact.substring(0, Math.min(4, compact.length()));
        String tail = compact.substring(Math.max(0, compact.length() - 4));
        try {
            if (compact.isEmpty() || Base64.getMimeDecoder().decode(head).length == 0) {
                throw new IllegalArgumentException();
            }
            Base64.getDecoder().decode(head);
            Base64.getMimeDecoder().decode(tail);
        } catch (IllegalArgumentException notBase64) {
            throw new Failure.Invalid("configdrive", "is neither a URL nor base64. Send a base64 encoded, gzipped ISO 9660 image, an http(s) URL or a JSON object.");
        }
        return text;
    }

    private static List<Map<String, Object>> steps(JsonObject members, String name, boolean withPriority) {
        if (!members.has(name)) {
            return null;
        }
        List<Object> list = Values.list(members.get(name), name);
        if (list.size() > MOST_STEPS || list.isEmpty() && !withPriority) {
            throw new Failure.Invalid(name, "must have 1 to %d steps.".formatted(MOST_STEPS));
        }
        List<Map<String, Object>> steps = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String where = "%s[%d]".formatted(name, i);
            Map<String, Object> step = Values.object(list.get(i), where);
            Set<String> known = withPriority ? Set.of("interface", "step", "args", "priority")
                    : Set.of("interface", "step", "args", "order", "execute_on_child_nodes", "limit_child_node_execution");
            step.keySet().stream().filter(key -> !known.contains(key)).findFirst().ifPresent(key -> {
                throw new Failure.Invalid(where + "/" + key, "is not known. Known: " + String.join(", ", known.stream().sorted().toList()) + ".");
            });
            Values.text(step.get("interface"), where + "/interface");
            Values.text(step.get("step"), where + "/step");
            if (step.get("args") != null) {
                Values.object(step.get("args"), where + "/args");
            }
            if (withPriority && Values.wholeNumber(step.get("priority"), where + "/priority") < 0) {
                throw new Failure.Invalid(where + "/priority", "must not be negative.");
            }
            steps.add(step);
        }
        return List.copyOf(steps);
    }
}
