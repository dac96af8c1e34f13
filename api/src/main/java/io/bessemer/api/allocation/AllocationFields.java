package io.bessemer.api.allocation;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.node.NodeName;
import io.bessemer.api.node.TraitName;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.allocation.Allocation;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// An allocation's fields (Ironic: `api/controllers/v1/allocation.py`). Lists show all of them.
final class AllocationFields {
    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_RESOURCE_CLASS = 80;
    private static final int MOST_TRAITS = 50;

    static final Fields<Allocation> TABLE = new Fields<>("allocation", List.of(
            of("uuid", 52, (Allocation one) -> one.id().toString()).setOnce((one, value, field) -> one.withId(Values.uuid(value, field))).list().sort(),
            of("name", 52, Allocation::name).set((one, value, field) -> one.withName(value == null || value.equals("") ? null : NodeName.check(value, field))).list().sort(),
            of("node_uuid", 52, (Allocation one) -> one.node() == null ? null : (Object) one.node().toString()).list(),
            of("state", 52, (Allocation one) -> (Object) one.state().wire()).list().sort(),
            of("last_error", 52, Allocation::lastError).list(),
            of("resource_class", 52, Allocation::resourceClass)
                    .setOnce((one, value, field) -> one.withResourceClass(Values.text(value, field, LONGEST_RESOURCE_CLASS))).list().sort(),
            of("traits", 52, (Allocation one) -> (Object) one.traits()).setOnce(AllocationFields::traits).list(),
            of("candidate_nodes", 52, (Allocation one) -> (Object) one.candidateNodes().stream().map(NodeId::toString).toList()).list(),
            of("extra", 52, Allocation::extra).set((one, value, field) -> one.withExtra(value == null ? Map.of() : Values.object(value, field))).list(),
            of("owner", 60, Allocation::owner).setOnce((one, value, field) -> one.withOwner(Values.text(value, field, LONGEST_TEXT))).list().sort(),
            of("created_at", 52, (Allocation one) -> Values.time(one.createdAt())).list().sort(),
            of("updated_at", 52, (Allocation one) -> Values.time(one.updatedAt())).list().sort(),
            of("links", 52, (BiFunction<Allocation, RequestContext, Object>) (one, context) -> Links.of(context, "allocations/" + one.id())).list()));

    private AllocationFields() {}

    private static Allocation traits(Allocation one, Object value, String field) {
        List<String> traits = Values.list(value, field).stream().map(trait -> TraitName.check(trait, field)).distinct().toList();
        if (traits.size() > MOST_TRAITS) {
            throw new Failure.Invalid(field, "has %d traits, at most %d are allowed.".formatted(traits.size(), MOST_TRAITS));
        }
        return one.withTraits(traits);
    }
}
