package io.bessemer.api.pool;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostPool.Limits;
import io.bessemer.core.pool.HostPool.Selector;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.pool.PoolNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// A pool with its members.
///
/// @param profile its profile as it is now; null in a draft
/// @param status  what it lacks and why, for people; asked when it is shown
record PoolView(HostPool pool, List<Hypervisor> hosts, HostProfile profile, Supplier<String> status) {
    static final Fields<PoolView> TABLE = new Fields<>("host pool", List.of(
            of("name", 1, (PoolView view) -> view.pool.name()).setOnce((view, value, field) ->
                    view.with(pool -> pool.name(PoolNames.check(field, Values.text(value, field))))).list().sort(),
            of("description", 1, (PoolView view) -> view.pool.description()).set((view, value, field) ->
                    view.with(pool -> pool.description(Shapes.description(value, field)))),
            of("zone", 1, (PoolView view) -> view.pool.zone()).setOnce((view, value, field) -> view.with(pool -> pool.zone(Values.text(value, field))))
                    .list().sort(),
            of("profile", 1, (PoolView view) -> view.pool.profile()).set((view, value, field) -> view.with(pool -> pool.profile(profile(value, field))))
                    .list().sort(),
            of("size", 1, (PoolView view) -> view.pool.size()).set((view, value, field) ->
                    view.with(pool -> pool.size(value == null ? 0 : Shapes.number(value, field, 0, HostPool.MAX_SIZE)))).list(),
            of("selector", 1, (PoolView view) -> (Object) shown(view.pool.selector())).set((view, value, field) ->
                    view.with(pool -> pool.selector(selector(value, field)))),
            of("limits", 1, (PoolView view) -> (Object) shown(view.pool.limits())).set((view, value, field) ->
                    view.with(pool -> pool.limits(limits(value, field)))),
            of("halted", 1, (PoolView view) -> view.pool.halted()).list(),
            of("status", 1, (PoolView view) -> view.status.get().isEmpty() ? null : view.status.get()),
            of("counts", 1, (PoolView view) -> (Object) view.counts()).list(),
            of("outdated", 1, (PoolView view) -> view.count(host -> !host.imaged().isOf(view.profile))),
            of("to_reimage", 1, (PoolView view) -> view.count(Hypervisor::reimage)),
            of("capacity", 1, (PoolView view) -> (Object) CapacityShape.sum(view.hosts)).list(),
            of("created_at", 1, (PoolView view) -> Values.time(view.pool.createdAt())).sort(),
            of("updated_at", 1, (PoolView view) -> Values.time(view.pool.updatedAt())).sort(),
            of("links", 1, (BiFunction<PoolView, RequestContext, Object>) (view, context) -> Links.of(context, "host_pools/" + view.pool.name())).list()));

    private static final int MOST = 100;

    /// With the defaults of a new pool.
    static PoolView draft(String name, String zone, String profile) {
        return new PoolView(new HostPool(name, null, zone, profile, Selector.ANY, 0, Limits.DEFAULT, null, 0, null, null), List.of(), null, () -> "");
    }

    private PoolView with(Function<HostPool.Builder, HostPool.Builder> edit) {
        return new PoolView(edit.apply(pool.toBuilder()).build(), hosts, profile, status);
    }

    private Map<String, Object> counts() {
        Map<String, Object> counts = new LinkedHashMap<>();
        for (HypervisorState state : HypervisorState.values()) {
            counts.put(state.wire(), count(host -> host.state() == state));
        }
        return counts;
    }

    private int count(Predicate<Hypervisor> which) {
        return (int) hosts.stream().filter(which).count();
    }

    private static String profile(Object value, String field) {
        if (value == null) {
            throw new Failure.Invalid(field, "cannot be removed.");
        }
        return Values.text(value, field);
    }

    private static Selector selector(Object value, String field) {
        if (value == null) {
            return Selector.ANY;
        }
        Map<String, Object> members = Shapes.object(value, field, "resource_class", "traits", "racks", "owner");
        return new Selector(text(members, "resource_class", field, 80), words(members, "traits", field), words(members, "racks", field),
                text(members, "owner", field, 255));
    }

    private static String text(Map<String, Object> members, String name, String field, int longest) {
        return members.get(name) == null ? null : Values.text(members.get(name), field + "/" + name, longest);
    }

    private static Set<String> words(Map<String, Object> members, String name, String field) {
        return new TreeSet<>(Shapes.list(members.get(name), field + "/" + name, MOST, (one, path) -> Values.text(one, path, 255)));
    }

    private static Limits limits(Object value, String field) {
        Limits usual = Limits.DEFAULT;
        if (value == null) {
            return usual;
        }
        Map<String, Object> members = Shapes.object(value, field, "max_changing", "max_failures", "canary");
        return new Limits(number(members, "max_changing", field, usual.maxChanging()), number(members, "max_failures", field, usual.maxFailures()),
                members.get("canary") == null ? usual.canary() : Values.flag(members.get("canary"), field + "/canary"));
    }

    private static int number(Map<String, Object> members, String name, String field, int usual) {
        return members.get(name) == null ? usual : Shapes.number(members.get(name), field + "/" + name, 1, HostPool.MAX_SIZE);
    }

    private static Map<String, Object> shown(Selector selector) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("resource_class", selector.resourceClass());
        shown.put("traits", List.copyOf(new TreeSet<>(selector.traits())));
        shown.put("racks", List.copyOf(new TreeSet<>(selector.racks())));
        shown.put("owner", selector.owner());
        return shown;
    }

    private static Map<String, Object> shown(Limits limits) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("max_changing", limits.maxChanging());
        shown.put("max_failures", limits.maxFailures());
        shown.put("canary", limits.canary());
        return shown;
    }
}
