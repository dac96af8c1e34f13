package io.bessemer.api.chassis;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.node.Chassis;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// A chassis' fields (Ironic: `api/controllers/v1/chassis.py`).
final class ChassisFields {
    private static final int LONGEST_DESCRIPTION = 255;

    static final Fields<Chassis> TABLE = new Fields<>("chassis", List.of(
            of("uuid", 1, (Chassis chassis) -> chassis.id().toString()).setOnce((chassis, value, field) ->
                    new Chassis(Values.uuid(value, field), chassis.description(), chassis.extra(), chassis.createdAt(), chassis.updatedAt())).list().sort(),
            of("description", 1, Chassis::description).set((chassis, value, field) -> new Chassis(chassis.id(),
                    value == null ? null : Values.text(value, field, LONGEST_DESCRIPTION), chassis.extra(), chassis.createdAt(), chassis.updatedAt())).list().sort(),
            of("extra", 1, Chassis::extra).set((chassis, value, field) -> new Chassis(chassis.id(), chassis.description(),
                    value == null ? Map.of() : Values.object(value, field), chassis.createdAt(), chassis.updatedAt())),
            of("created_at", 1, (Chassis chassis) -> Values.time(chassis.createdAt())).sort(),
            of("updated_at", 1, (Chassis chassis) -> Values.time(chassis.updatedAt())).sort(),
            of("nodes", 1, (BiFunction<Chassis, RequestContext, Object>) (chassis, context) -> Links.of(context, "chassis/" + chassis.id() + "/nodes")),
            of("links", 1, (BiFunction<Chassis, RequestContext, Object>) (chassis, context) -> Links.of(context, "chassis/" + chassis.id())).list()));

    private ChassisFields() {}
}
