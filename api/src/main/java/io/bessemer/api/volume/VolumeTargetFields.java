package io.bessemer.api.volume;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Secrets;
import io.bessemer.core.volume.VolumeTarget;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// A volume target's fields (Ironic: `api/controllers/v1/volume_target.py`). Secrets among its properties, such as `auth_password`, are masked.
final class VolumeTargetFields {
    private static final int LONGEST_TYPE = 64;
    private static final int LONGEST_ID = 255;

    static final Fields<VolumeTarget> TABLE = new Fields<>("volume target", List.of(
            of("uuid", 1, (VolumeTarget t) -> t.id().toString()).setOnce((t, value, field) -> new VolumeTarget(Values.uuid(value, field), t.node(),
                    t.volumeType(), t.volumeId(), t.bootIndex(), t.properties(), t.extra(), t.createdAt(), t.updatedAt())).list().sort(),
            of("node_uuid", 1, (VolumeTarget t) -> t.node().toString()).set((t, value, field) -> new VolumeTarget(t.id(),
                    new NodeId(Values.uuid(value, field)), t.volumeType(), t.volumeId(), t.bootIndex(), t.properties(), t.extra(), t.createdAt(), t.updatedAt())).list(),
            of("volume_type", 1, VolumeTarget::volumeType).set((t, value, field) -> new VolumeTarget(t.id(), t.node(),
                    Values.text(value, field, LONGEST_TYPE), t.volumeId(), t.bootIndex(), t.properties(), t.extra(), t.createdAt(), t.updatedAt())).list().sort(),
            of("boot_index", 1, VolumeTarget::bootIndex).set((t, value, field) -> new VolumeTarget(t.id(), t.node(), t.volumeType(), t.volumeId(),
                    Values.wholeNumber(value, field), t.properties(), t.extra(), t.createdAt(), t.updatedAt())).list().sort(),
            of("volume_id", 1, VolumeTarget::volumeId).set((t, value, field) -> new VolumeTarget(t.id(), t.node(), t.volumeType(),
                    Values.text(value, field, LONGEST_ID), t.bootIndex(), t.properties(), t.extra(), t.createdAt(), t.updatedAt())).list().sort(),
            of("properties", 1, VolumeTarget::properties).show(VolumeTargetFields::shownProperties).set((t, value, field) -> new VolumeTarget(t.id(), t.node(),
                    t.volumeType(), t.volumeId(), t.bootIndex(), object(value, field), t.extra(), t.createdAt(), t.updatedAt())),
            of("extra", 1, VolumeTarget::extra).set((t, value, field) -> new VolumeTarget(t.id(), t.node(), t.volumeType(), t.volumeId(), t.bootIndex(),
                    t.properties(), object(value, field), t.createdAt(), t.updatedAt())),
            of("created_at", 1, (VolumeTarget t) -> Values.time(t.createdAt())).sort(),
            of("updated_at", 1, (VolumeTarget t) -> Values.time(t.updatedAt())).sort(),
            of("links", 1, (BiFunction<VolumeTarget, RequestContext, Object>) (t, context) -> Links.of(context, "volume/targets/" + t.id())).list()));

    private VolumeTargetFields() {
    }

    /// How the volume is reached is not for everybody who may know that it is there (Ironic: the same words).
    private static Object shownProperties(VolumeTarget target, RequestContext context) {
        if (Policy.allows(context.caller(), Policy.VIEW_TARGET_PROPERTIES, Owned.BY_THE_SYSTEM)) {
            return Secrets.mask(target.properties());
        }
        return Map.of("redacted_contents", "** Value redacted: Requires permission %s access. Permission denied. **".formatted(Policy.VIEW_TARGET_PROPERTIES));
    }

    private static Map<String, Object> object(Object value, String field) {
        return value == null ? Map.of() : Values.object(value, field);
    }
}
