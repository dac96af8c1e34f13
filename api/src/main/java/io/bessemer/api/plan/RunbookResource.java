package io.bessemer.api.plan;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.identity.Targets;
import io.bessemer.api.node.TraitName;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.plan.PlannedStep;
import io.bessemer.core.plan.Plans;
import io.bessemer.core.plan.Runbook;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/runbooks`, Ironic API 1.92. The trait that a node must have is the runbook's name, as it is until 1.112.
@RestController
@RequestMapping("/v1/runbooks")
final class RunbookResource implements Targets {
    private static final int LONGEST_OWNER = 255;

    private static final Fields<Runbook> FIELDS = new Fields<>("runbook", List.of(
            of("uuid", 92, (Runbook one) -> one.id().toString()).setOnce((one, value, field) -> new Runbook(Values.uuid(value, field), one.name(), one.steps(),
                    one.disableRamdisk(), one.published(), one.owner(), one.extra(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("name", 92, Runbook::name).set((one, value, field) -> new Runbook(one.id(), value == null ? null : TraitName.check(value, field), one.steps(),
                    one.disableRamdisk(), one.published(), one.owner(), one.extra(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("steps", 92, (Runbook one) -> (Object) Steps.stored(one.steps())).show((one, _) -> Steps.shown(one.steps()))
                    .set((one, value, field) -> new Runbook(one.id(), one.name(), Steps.check(value, field, PlannedStep.ORDER, false), one.disableRamdisk(),
                            one.published(), one.owner(), one.extra(), one.version(), one.createdAt(), one.updatedAt())),
            of("disable_ramdisk", 92, Runbook::disableRamdisk).set((one, value, field) -> new Runbook(one.id(), one.name(), one.steps(),
                    value != null && Values.flag(value, field), one.published(), one.owner(), one.extra(), one.version(), one.createdAt(), one.updatedAt())).sort(),
            of("public", 92, Runbook::published).set((one, value, field) -> new Runbook(one.id(), one.name(), one.steps(), one.disableRamdisk(),
                    value != null && Values.flag(value, field), one.owner(), one.extra(), one.version(), one.createdAt(), one.updatedAt())).sort(),
            of("owner", 92, Runbook::owner).set((one, value, field) -> new Runbook(one.id(), one.name(), one.steps(), one.disableRamdisk(), one.published(),
                    value == null ? null : Values.text(value, field, LONGEST_OWNER), one.extra(), one.version(), one.createdAt(), one.updatedAt())).sort(),
            of("extra", 92, Runbook::extra).set((one, value, field) -> new Runbook(one.id(), one.name(), one.steps(), one.disableRamdisk(), one.published(),
                    one.owner(), value == null ? Map.of() : Values.object(value, field), one.version(), one.createdAt(), one.updatedAt())),
            of("created_at", 92, (Runbook one) -> Values.time(one.createdAt())).sort(),
            of("updated_at", 92, (Runbook one) -> Values.time(one.updatedAt())).sort(),
            of("links", 92, (BiFunction<Runbook, RequestContext, Object>) (one, context) -> Links.of(context, "runbooks/" + one.id())).list()));

    private final PlanCollection<Runbook> runbooks;
    private final Clock clock;

    RunbookResource(Plans plans, Clock clock) {
        this.runbooks = new PlanCollection<>("Runbook", "runbooks", FIELDS, plans.runbooks(), RunbookResource::check);
        this.clock = clock;
    }

    private static Runbook check(Runbook runbook) {
        if (runbook.name() == null) {
            throw new Failure.Missing("name", "A runbook is named by the trait of the nodes that it is approved for, as in CUSTOM_WIPE.");
        }
        if (runbook.steps().isEmpty()) {
            throw new Failure.Missing("steps", "A runbook has at least one step {interface, step, args, order}.");
        }
        if (runbook.published() && runbook.owner() != null) {
            throw new Failure.Invalid("owner", "There cannot be an owner for a public runbook. Set public to false, or remove the owner '%s'.".formatted(runbook.owner()));
        }
        return runbook;
    }

    /// What a project's manager makes is the project's, and is not for everybody (Ironic: `check_runbook_policy` and its like).
    private static Runbook owned(Runbook one, Caller caller) {
        if (Policy.allows(caller, Policy.CREATE_ANY_RUNBOOK, Owned.BY_THE_SYSTEM)) {
            return one;
        }
        if (one.published()) {
            Policy.require(caller, Policy.PUBLISH_RUNBOOK, Owned.BY_THE_SYSTEM);
        }
        if (one.owner() != null && !one.owner().equals(caller.project())) {
            throw new Failure.Forbidden("owner: '%s' is not your project %s. Leave it out: a runbook that you create is your project's.".formatted(one.owner(), caller.project()));
        }
        return new Runbook(one.id(), one.name(), one.steps(), one.disableRamdisk(), false, caller.project(), one.extra(), one.version(), one.createdAt(), one.updatedAt());
    }

    private static void requireChange(Runbook one, JsonPatch patch, RequestContext context) {
        Policy.require(context.caller(), Policy.UPDATE_RUNBOOK, by(one, context)); // it may have changed hands
        if (patch.touches("public")) {
            Policy.require(context.caller(), Policy.PUBLISH_RUNBOOK, Owned.BY_THE_SYSTEM);
        }
        if (patch.touches("owner")) {
            Policy.require(context.caller(), Policy.UPDATE_RUNBOOK_OWNER, Owned.BY_THE_SYSTEM);
        }
    }

    /// A public runbook is leased to everybody, so to say: all see and use it.
    static Owned by(Runbook one, RequestContext context) {
        return new Owned(one.owner(), one.published() ? context.caller().project() : null);
    }

    @Since(92)
    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        return runbooks.list(query, context, one -> Policy.sees(context.caller(), by(one, context)));
    }

    @Since(value = 92, otherwise = 405)
    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        return runbooks.create(new Runbook(UUID.randomUUID(), null, List.of(), false, false, null, Map.of(), 1, clock.instant(), null), body, context,
                one -> owned(one, context.caller()));
    }

    @Since(92)
    @GetMapping("/{ident}")
    Map<String, Object> show(@PathVariable String ident, Query query, RequestContext context) {
        return runbooks.show(ident, query, context);
    }

    @Since(value = 92, otherwise = 405)
    @PatchMapping("/{ident}")
    Map<String, Object> change(@PathVariable String ident, JsonBody body, RequestContext context) {
        return runbooks.change(ident, body, context, (one, patch) -> requireChange(one, patch, context));
    }

    @Since(value = 92, otherwise = 405)
    @DeleteMapping("/{ident}")
    ResponseEntity<Void> delete(@PathVariable String ident) {
        return runbooks.delete(ident);
    }

    @Override
    public String variable() {
        return "runbook";
    }

    @Override
    public String what() {
        return "Runbook";
    }

    @Override
    public Optional<Owned> find(String ident, RequestContext context) {
        return runbooks.lookUp(ident).map(one -> by(one, context));
    }
}
