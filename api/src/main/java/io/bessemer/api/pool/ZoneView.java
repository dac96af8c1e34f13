package io.bessemer.api.pool;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.PoolNames;
import java.util.List;
import java.util.function.BiFunction;

/// A zone with what is in it.
///
/// @param pools by name
/// @param hosts of all its pools
record ZoneView(AvailabilityZone zone, List<String> pools, List<Hypervisor> hosts) {
    static final Fields<ZoneView> TABLE = new Fields<>("availability zone", List.of(
            of("name", 1, (ZoneView view) -> view.zone.name()).setOnce((view, value, field) ->
                    view.with(PoolNames.zone(field, Values.text(value, field)), view.zone.description())).list().sort(),
            of("description", 1, (ZoneView view) -> view.zone.description()).set((view, value, field) ->
                    view.with(view.zone.name(), Shapes.description(value, field))).list(),
            of("pools", 1, ZoneView::pools).list(),
            of("capacity", 1, (ZoneView view) -> (Object) CapacityShape.sum(view.hosts)).list(),
            of("created_at", 1, (ZoneView view) -> Values.time(view.zone.createdAt())).sort(),
            of("updated_at", 1, (ZoneView view) -> Values.time(view.zone.updatedAt())).sort(),
            of("links", 1, (BiFunction<ZoneView, RequestContext, Object>) (view, context) ->
                    Links.of(context, "availability_zones/" + view.zone.name())).list()));

    private ZoneView with(String name, String description) {
        return new ZoneView(new AvailabilityZone(name, description, zone.createdAt(), zone.updatedAt()), pools, hosts);
    }
}
