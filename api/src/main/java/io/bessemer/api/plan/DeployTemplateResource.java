package io.bessemer.api.plan;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.node.TraitName;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.plan.DeployTemplate;
import io.bessemer.core.plan.PlannedStep;
import io.bessemer.core.plan.Plans;
import java.time.Clock;
import java.util.List;
import java.util.Map;
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

/// `/v1/deploy_templates`, Ironic API 1.55.
@RestController
@RequestMapping("/v1/deploy_templates")
final class DeployTemplateResource implements Shaped {
    private static final Fields<DeployTemplate> FIELDS = new Fields<>("deploy template", List.of(
            of("uuid", 55, (DeployTemplate one) -> one.id().toString()).setOnce((one, value, field) -> new DeployTemplate(Values.uuid(value, field), one.name(), one.steps(), one.extra(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("name", 55, DeployTemplate::name).set((one, value, field) -> new DeployTemplate(one.id(), value == null ? null : TraitName.check(value, field), one.steps(), one.extra(), one.version(), one.createdAt(), one.updatedAt())).list().sort(),
            of("steps", 55, (DeployTemplate one) -> (Object) Steps.stored(one.steps())).show((one, _) -> Steps.shown(one.steps()))
                    .set((one, value, field) -> new DeployTemplate(one.id(), one.name(), Steps.check(value, field, PlannedStep.PRIORITY, true),
                            one.extra(), one.version(), one.createdAt(), one.updatedAt())),
            of("extra", 55, DeployTemplate::extra).set((one, value, field) -> new DeployTemplate(one.id(), one.name(), one.steps(),
                    value == null ? Map.of() : Values.object(value, field), one.version(), one.createdAt(), one.updatedAt())),
            of("created_at", 55, (DeployTemplate one) -> Values.time(one.createdAt())).sort(),
            of("updated_at", 55, (DeployTemplate one) -> Values.time(one.updatedAt())).sort(),
            of("links", 55, (BiFunction<DeployTemplate, RequestContext, Object>) (one, context) -> Links.of(context, "deploy_templates/" + one.id())).list()));

    private final PlanCollection<DeployTemplate> templates;
    private final Clock clock;

    DeployTemplateResource(Plans plans, Clock clock) {
        this.templates = new PlanCollection<>("Deploy template", "deploy_templates", FIELDS, plans.deployTemplates(), DeployTemplateResource::check);
        this.clock = clock;
    }

    private static DeployTemplate check(DeployTemplate template) {
        if (template.name() == null) {
            throw new Failure.Missing("name", "A deploy template is named by the trait that asks for it, as in CUSTOM_RAID1.");
        }
        if (template.steps().isEmpty()) {
            throw new Failure.Missing("steps", "A deploy template has at least one step {interface, step, args, priority}.");
        }
        return template;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/deploy_templates", FIELDS, draft(), List.of());
    }

    private DeployTemplate draft() {
        return new DeployTemplate(UUID.randomUUID(), null, List.of(), Map.of(), 1, clock.instant(), null);
    }

    @Since(55)
    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        return templates.list(query, context);
    }

    @Since(value = 55, otherwise = 405)
    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        return templates.create(draft(), body, context);
    }

    @Since(55)
    @GetMapping("/{ident}")
    Map<String, Object> show(@PathVariable String ident, Query query, RequestContext context) {
        return templates.show(ident, query, context);
    }

    @Since(value = 55, otherwise = 405)
    @PatchMapping("/{ident}")
    Map<String, Object> change(@PathVariable String ident, JsonBody body, RequestContext context) {
        return templates.change(ident, body, context);
    }

    @Since(value = 55, otherwise = 405)
    @DeleteMapping("/{ident}")
    ResponseEntity<Void> delete(@PathVariable String ident) {
        return templates.delete(ident);
    }
}
