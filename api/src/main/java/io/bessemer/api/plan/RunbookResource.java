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
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.plan.PlannedStep;
import io.bessemer.core.plan.Plans;
import io.bessemer.core.plan.Runbook;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/runbooks`, Ironic API 1.92. Since 1.112 a runbook has traits, of which a node must have one; to older clients its name is the trait.
@RestController
@RequestMapping("/v1/runbooks")
final class RunbookResource implements Targets, Shaped {
    private static final int LONGEST_OWNER = 255;
    private static final int LONGEST_DESCRIPTION = 255;
    private static final int MOST_TRAITS = 50;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,255}");

    private static final Fields<Runbook> FIELDS = new Fields<>("runbook", List.of(
            of("uuid", 92, (Runbook one) -> one.id().toString()).setOnce((one, value, field) -> new Runbook(Values.uuid(value, field), one.name(), one.steps(),
                    one.disableRamdisk(), one.published(), one.owner(), one.extra(), one.traits(), one.description(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("name", 92, Runbook::name).set((one, value, field) -> new Runbook(one.id(), value == null ? null : name(value, field), one.steps(),
                    one.disableRamdisk(), one.published(), one.owner(), one.extra(), one.traits(), one.description(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("steps", 92, (Runbook one) -> (Object) Steps.stored(one.steps())).show((one, _) -> Steps.shown(one.steps()))
                    .set((one, value, field) -> new Runbook(one.id(), one.name(), Steps.check(value, field, PlannedStep.ORDER, false), one.disableRamdisk(),
                            one.published(), one.owner(), one.extra(), one.traits(), one.description(), one.version(), one.createdAt(), one.updatedAt())),
            of("disable_ramdisk", 92, Runbook::disableRamdisk).set((one, value, field) -> new Runbook(one.id(), one.name(), one.steps(),
                    value != null && Values.flag(value, field), one.published(), one.owner(), one.extra(), one.traits(), one.description(), one.version(), one.createdAt(), one.updatedAt())).sort(),
            of("public", 92, Runbook::published).set((one, value, field) -> new Runbook(one.id(), one.name(), one.steps(), one.disableRamdisk(),
                    value != null && Values.flag(value, field), one.owner(), one.extra(), one.traits(), one.description(), one.version(), one.createdAt(), one.updatedAt())).sort(),
            of("owner", 92, Runbook::owner).set((one, value, field) -> new Runbook(one.id(), one.name(), one.steps(), one.disableRamdisk(), one.published(),
                    value == null ? null : Values.text(value, field, LONGEST_OWNER), one.extra(), one.traits(), one.description(), one.version(), one.createdAt(), one.updatedAt())).sort(),
            of("extra", 92, Runbook::extra).set((one, value, field) -> new Runbook(one.id(), one.name(), one.steps(), one.disableRamdisk(), one.published(),
                    one.owner(), value == null ? Map.of() : Values.object(value, field), one.traits(), one.description(), one.version(), one.createdAt(), one.updatedAt())),
            of("traits", 112, (Runbook one) -> (Object) List.copyOf(one.traits())),
            of("description", 112, Runbook::description).set((one, value, field) -> new Runbook(one.id(), one.name(), one.steps(), one.disableRamdisk(),
                    one.published(), one.owner(), one.extra(), one.traits(), value == null ? null : Values.text(value, field, LONGEST_DESCRIPTION), one.version(),
                    one.createdAt(), one.updatedAt())).sort(),
            of("created_at", 92, (Runbook one) -> Values.time(one.createdAt())).sort(),
            of("updated_at", 92, (Runbook one) -> Values.time(one.updatedAt())).sort(),
            of("links", 92, (BiFunction<Runbook, RequestContext, Object>) (one, context) -> Links.of(context, "runbooks/" + one.id())).list()));

    private final PlanCollection<Runbook> runbooks;
    private final Clock clock;

    RunbookResource(Plans plans, Clock clock) {
        this.runbooks = new PlanCollection<>("Runbook", "runbooks", FIELDS, plans.runbooks(), RunbookResource::check);
        this.clock = clock;
    }

    private static String name(Object value, String field) {
        String name = Values.text(value, field);
        if (!NAME.matcher(name).matches() || NodeId.parse(name).isPresent()) {
            throw new Failure.Invalid(field, "'%s' is not a name. Names consist of 1 to 255 letters, digits and '-._~', and are not UUIDs.".formatted(name));
        }
        return name;
    }

    private static Runbook check(Runbook runbook) {
        if (runbook.name() == null) {
            throw new Failure.Missing("name", "A runbook has a name, as in CUSTOM_WIPE.");
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
        return new Runbook(one.id(), one.name(), one.steps(), one.disableRamdisk(), false, caller.project(), one.extra(), one.traits(), one.description(), one.version(), one.createdAt(), one.updatedAt());
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

    /// What an older client makes, it means for the nodes that have the trait of its name.
    private static Runbook byName(Runbook one, RequestContext context) {
        if (context.version().atLeast(112) || one.name() == null) {
            return one;
        }
        return one.withTraits(Set.of(TraitName.check(one.name(), "name")));
    }

    /// A public runbook is leased to everybody, so to say: all see and use it.
    static Owned by(Runbook one, RequestContext context) {
        return new Owned(one.owner(), one.published() ? context.caller().project() : null);
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/runbooks", FIELDS, draft(), List.of());
    }

    private Runbook draft() {
        return new Runbook(UUID.randomUUID(), null, List.of(), false, false, null, Map.of(), Set.of(), null, 1, clock.instant(), null);
    }

    @Since(92)
    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        return runbooks.list(query, context, one -> Policy.sees(context.caller(), by(one, context)));
    }

    @Since(value = 92, otherwise = 405)
    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        return runbooks.create(draft(), body, context,
                one -> byName(owned(one, context.caller()), context));
    }

    @Since(92)
    @GetMapping("/{ident}")
    Map<String, Object> show(@PathVariable String ident, Query query, RequestContext context) {
        return runbooks.show(ident, query, context);
    }

    @Since(value = 92, otherwise = 405)
    @PatchMapping("/{ident}")
    Map<String, Object> change(@PathVariable String ident, JsonBody body, RequestContext context) {
        JsonPatch wished = JsonPatch.parse(body.list());
        if (!context.version().atLeast(112)) {
            wished.operations().stream().filter(operation -> operation.field().equals("name") && operation.value() != null)
                    .forEach(operation -> TraitName.check(operation.value(), "name"));
        }
        return runbooks.change(ident, body, context, (one, patch) -> requireChange(one, patch, context));
    }

    @Since(value = 92, otherwise = 405)
    @DeleteMapping("/{ident}")
    ResponseEntity<Void> delete(@PathVariable String ident) {
        return runbooks.delete(ident);
    }

    @Since(112)
    @GetMapping("/{ident}/traits")
    Map<String, Object> traits(@PathVariable String ident) {
        return Map.of("traits", List.copyOf(runbooks.find(ident).traits()));
    }

    @Since(112)
    @PutMapping("/{ident}/traits")
    ResponseEntity<Void> replaceTraits(@PathVariable String ident, JsonBody body) {
        Object given = body.object("traits").get("traits");
        if (given == null) {
            throw new Failure.Missing("traits", "Send a list of traits.");
        }
        Set<String> traits = Values.list(given, "traits").stream().map(trait -> TraitName.check(trait, "traits")).collect(Collectors.toSet());
        return editTraits(ident, _ -> traits);
    }

    @Since(112)
    @PutMapping("/{ident}/traits/{trait}")
    ResponseEntity<Void> addTrait(@PathVariable String ident, @PathVariable String trait, JsonBody body, RequestContext context) {
        if (body.value() != null && !Map.of().equals(body.value())) {
            throw new Failure.Invalid("body", "must be empty when a single trait is added.");
        }
        TraitName.check(trait, "traits");
        editTraits(ident, traits -> {
            Set<String> more = new TreeSet<>(traits);
            more.add(trait);
            return more;
        });
        return ResponseEntity.noContent().location(URI.create("%s/v1/runbooks/%s/traits/%s".formatted(context.base(), ident, trait))).build();
    }

    @Since(112)
    @DeleteMapping("/{ident}/traits")
    ResponseEntity<Void> clearTraits(@PathVariable String ident) {
        return editTraits(ident, _ -> Set.of());
    }

    /// One that is not there is as good as removed, as in Ironic.
    @Since(112)
    @DeleteMapping("/{ident}/traits/{trait}")
    ResponseEntity<Void> removeTrait(@PathVariable String ident, @PathVariable String trait) {
        return editTraits(ident, traits -> traits.stream().filter(one -> !one.equals(trait)).collect(Collectors.toSet()));
    }

    private ResponseEntity<Void> editTraits(String ident, UnaryOperator<Set<String>> edit) {
        runbooks.edit(ident, one -> {
            Set<String> traits = edit.apply(one.traits());
            if (traits.size() > MOST_TRAITS) {
                throw new Failure.Invalid("traits", "would be %d of runbook %s, at most %d are allowed.".formatted(traits.size(), one.name(), MOST_TRAITS));
            }
            return one.withTraits(traits);
        });
        return ResponseEntity.noContent().build();
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
