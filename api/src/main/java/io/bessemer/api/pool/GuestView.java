package io.bessemer.api.pool;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.pool.GuestService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// A guest on a host, as it shall be and as it is. Its definition is not shown: it may hold secrets.
record GuestView(GuestService.Seen seen, String hostName) {
    static final Fields<GuestView> TABLE = new Fields<>("guest", List.of(
            of("uuid", 1, (GuestView view) -> view.seen.uuid().toString()).list().sort(),
            of("name", 1, (GuestView view) -> view.seen.name()).list().sort(),
            of("node_uuid", 1, (GuestView view) -> view.seen.host().toString()).list(),
            of("node_name", 1, GuestView::hostName).list(),
            of("state", 1, (GuestView view) -> view.seen.found() == null ? "absent" : view.seen.found().state()).list().sort(),
            of("target_state", 1, (GuestView view) -> view.seen.wish() == null ? null : view.seen.wish().state().wire()).list(),
            of("vcpus", 1, (GuestView view) -> view.seen.found() == null ? null : view.seen.found().vcpus()).list(),
            of("memory_mib", 1, (GuestView view) -> view.seen.found() == null ? null : view.seen.found().memoryMib()).list(),
            of("consoles", 1, (GuestView view) -> (Object) (view.seen.found() == null ? List.of() : view.seen.found().consoles())).list(),
            of("migration", 1, (GuestView view) -> (Object) migration(view.seen)).list(),
            of("error", 1, (GuestView view) -> view.seen.error()).list(),
            of("created_at", 1, (GuestView view) -> view.seen.wish() == null ? null : Values.time(view.seen.wish().createdAt())).sort(),
            of("updated_at", 1, (GuestView view) -> view.seen.wish() == null ? null : Values.time(view.seen.wish().updatedAt())).sort(),
            of("links", 1, (BiFunction<GuestView, RequestContext, Object>) (view, context) ->
                    Links.of(context, "hypervisors/%s/guests/%s".formatted(view.seen.host(), view.seen.uuid()))).list()));

    private static Map<String, Object> migration(GuestService.Seen seen) {
        if (seen.move() == null) {
            return null;
        }
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("target", seen.target());
        shown.put("target_uuid", seen.move().target() == null ? null : seen.move().target().toString());
        shown.put("state", seen.move().target() == null ? "no host" : seen.progress() == null ? "ordered" : seen.progress().state().wire());
        shown.put("progress", seen.progress() == null ? null : seen.progress().detail());
        shown.put("since", Values.time(seen.move().since()));
        return shown;
    }
}
