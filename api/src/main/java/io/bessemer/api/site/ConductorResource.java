package io.bessemer.api.site;

import io.bessemer.api.ConductorDirectory;
import io.bessemer.api.ConductorDirectory.Conductor;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/conductors`, Ironic API 1.49.
@Since(49)
@RestController
@RequestMapping("/v1/conductors")
final class ConductorResource {
    private static final Fields<Conductor> TABLE = new Fields<>("conductor", List.of(
            Field.of("hostname", 49, Conductor::hostname).list().sort(),
            Field.of("conductor_group", 49, Conductor::group).list().sort(),
            Field.of("alive", 49, Conductor::alive).list(),
            Field.of("drivers", 49, Conductor::drivers),
            Field.<Conductor>of("created_at", 49, conductor -> Values.time(conductor.createdAt())).sort(),
            Field.<Conductor>of("updated_at", 49, conductor -> Values.time(conductor.updatedAt())).sort(),
            Field.<Conductor>of("links", 49, (conductor, context) -> Links.of(context, "conductors/" + conductor.hostname())).list()));

    private final ConductorDirectory conductors;

    ConductorResource(ConductorDirectory conductors) {
        this.conductors = conductors;
    }

    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly("limit", "marker", "sort_key", "sort_dir", "fields", "detail");
        List<Field<Conductor>> wanted = TABLE.wanted(query, context, false);
        Page page = Page.of(query, TABLE, context);
        List<Conductor> found = page.of(conductors.list(), TABLE, context, Conductor::hostname, "Conductor");
        return page.answer("conductors", found.stream().map(conductor -> TABLE.show(conductor, wanted, context)).toList(), context, "/v1/conductors",
                found.isEmpty() ? "" : found.getLast().hostname());
    }

    @GetMapping("/{hostname}")
    Map<String, Object> show(@PathVariable String hostname, Query query, RequestContext context) {
        List<Field<Conductor>> wanted = TABLE.wantedOfOne(query, context);
        return conductors.list().stream().filter(conductor -> conductor.hostname().equals(hostname)).findFirst()
                .map(conductor -> TABLE.show(conductor, wanted, context))
                .orElseThrow(() -> new Failure.NotFound("Conductor", hostname));
    }
}
