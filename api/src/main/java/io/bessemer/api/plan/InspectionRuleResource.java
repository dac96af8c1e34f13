package io.bessemer.api.plan;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.plan.RuleSyntax;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.plan.InspectionRule;
import io.bessemer.core.plan.Plans;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/// `/v1/inspection_rules`, Ironic API 1.96. The API knows rules by their UUIDs alone.
@RestController
@RequestMapping("/v1/inspection_rules")
final class InspectionRuleResource implements Shaped {
    private static final int LONGEST_DESCRIPTION = 255;
    private static final int HIGHEST_PRIORITY = 9999;
    private static final String MAIN = "main";
    private static final Set<String> OF_CONDITIONS = Set.of("op", "args", "loop", "multiple");
    private static final Set<String> OF_ACTIONS = Set.of("op", "args", "loop");

    private static final Fields<InspectionRule> FIELDS = new Fields<>("inspection rule", List.of(
            of("uuid", 96, (InspectionRule one) -> one.id().toString()).setOnce((one, value, field) -> new InspectionRule(Values.uuid(value, field), one.description(),
                    one.priority(), one.phase(), one.sensitive(), one.conditions(), one.actions(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("description", 96, InspectionRule::description).set((one, value, field) -> new InspectionRule(one.id(),
                    value == null ? null : Values.text(value, field, LONGEST_DESCRIPTION), one.priority(), one.phase(), one.sensitive(), one.conditions(),
                    one.actions(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("priority", 96, InspectionRule::priority).set((one, value, field) -> new InspectionRule(one.id(), one.description(), priority(value, field), one.phase(),
                    one.sensitive(), one.conditions(), one.actions(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("phase", 96, InspectionRule::phase).set((one, value, field) -> new InspectionRule(one.id(), one.description(), one.priority(), phase(value, field),
                    one.sensitive(), one.conditions(), one.actions(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("sensitive", 96, InspectionRule::sensitive).set(InspectionRuleResource::sensitive).sort(),
            of("conditions", 96, (InspectionRule one) -> (Object) one.conditions()).show((one, _) -> one.sensitive() ? null : one.conditions())
                    .set((one, value, field) -> new InspectionRule(one.id(), one.description(), one.priority(), one.phase(), one.sensitive(),
                            operations(value, field, OF_CONDITIONS), one.actions(), one.version(), one.createdAt(), one.updatedAt())),
            of("actions", 96, (InspectionRule one) -> (Object) one.actions()).show((one, _) -> one.sensitive() ? null : one.actions())
                    .set((one, value, field) -> new InspectionRule(one.id(), one.description(), one.priority(), one.phase(), one.sensitive(), one.conditions(),
                            operations(value, field, OF_ACTIONS), one.version(), one.createdAt(), one.updatedAt())),
            of("created_at", 96, (InspectionRule one) -> Values.time(one.createdAt())).sort(),
            of("updated_at", 96, (InspectionRule one) -> Values.time(one.updatedAt())).sort(),
            of("links", 96, (BiFunction<InspectionRule, RequestContext, Object>) (one, context) -> Links.of(context, "inspection_rules/" + one.id())).list()));

    private final PlanCollection<InspectionRule> rules;
    private final Clock clock;

    InspectionRuleResource(Plans plans, Clock clock) {
        this.rules = new PlanCollection<>("Inspection rule", "inspection_rules", FIELDS, plans.inspectionRules(), InspectionRuleResource::check);
        this.clock = clock;
    }

    private static InspectionRule check(InspectionRule rule) {
        RuleSyntax.check(rule);
        return rule;
    }

    private static int priority(Object value, String field) {
        int priority = value == null ? 0 : Values.wholeNumber(value, field);
        if (priority < 0 || priority > HIGHEST_PRIORITY) {
            throw new Failure.Invalid(field, "is %d, but must be between 0 and %d.".formatted(priority, HIGHEST_PRIORITY));
        }
        return priority;
    }

    private static String phase(Object value, String field) {
        String phase = value == null ? MAIN : Values.text(value, field);
        if (!phase.equals(MAIN)) {
            throw new Failure.Invalid(field, "Invalid phase '%s'. Valid: %s.".formatted(phase, MAIN));
        }
        return phase;
    }

    /// What was hidden once stays hidden: whoever may edit the flag could read the rule otherwise.
    private static InspectionRule sensitive(InspectionRule one, Object value, String field) {
        boolean sensitive = value != null && Values.flag(value, field);
        if (one.sensitive() && !sensitive) {
            throw new Failure.Invalid(field, "Inspection rule %s is sensitive and cannot have the flag unset. Delete the rule and create it anew.".formatted(one.id()));
        }
        return new InspectionRule(one.id(), one.description(), one.priority(), one.phase(), sensitive, one.conditions(), one.actions(), one.version(),
                one.createdAt(), one.updatedAt());
    }

    private static List<Map<String, Object>> operations(Object value, String field, Set<String> known) {
        List<Object> list = value == null ? List.of() : Values.list(value, field);
        return list.stream().map(one -> {
            Map<String, Object> operation = Values.object(one, field);
            operation.keySet().stream().filter(key -> !known.contains(key)).findFirst().ifPresent(key -> {
                throw new Failure.Invalid(field + "/" + key, "is not known. Known: " + String.join(", ", known.stream().sorted().toList()) + ".");
            });
            return operation;
        }).toList();
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/inspection_rules", FIELDS, draft(), List.of());
    }

    private InspectionRule draft() {
        return new InspectionRule(UUID.randomUUID(), null, 0, MAIN, false, List.of(), List.of(), 1, clock.instant(), null);
    }

    @Since(96)
    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        return rules.list(query, context);
    }

    @Since(value = 96, otherwise = 405)
    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        return rules.create(draft(), body, context);
    }

    @Since(96)
    @GetMapping("/{uuid}")
    Map<String, Object> show(@PathVariable String uuid, Query query, RequestContext context) {
        return rules.show(uuid(uuid), query, context);
    }

    @Since(value = 96, otherwise = 405)
    @PatchMapping("/{uuid}")
    Map<String, Object> change(@PathVariable String uuid, JsonBody body, RequestContext context) {
        return rules.change(uuid(uuid), body, context);
    }

    @Since(value = 96, otherwise = 405)
    @DeleteMapping("/{uuid}")
    ResponseEntity<Void> delete(@PathVariable String uuid) {
        return rules.delete(uuid(uuid));
    }

    @Since(value = 96, otherwise = 405)
    @DeleteMapping
    ResponseEntity<Void> deleteAll() {
        rules.store().deleteAll();
        return ResponseEntity.noContent().build();
    }

    private static String uuid(String text) {
        return Values.uuid(text, "inspection_rule_uuid").toString();
    }
}
