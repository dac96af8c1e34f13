package io.bessemer.api.pool;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.Hypervisor.CheckResult;
import io.bessemer.core.pool.Hypervisor.Guest;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorLifecycle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// A member with the name of its node.
///
/// @param nodeName null when the node has none
/// @param profile  of its pool now; null when the pool has just gone
record HypervisorView(Hypervisor host, String nodeName, HostProfile profile) {
    static final Fields<HypervisorView> TABLE = new Fields<>("hypervisor", List.of(
            of("node_uuid", 1, (HypervisorView view) -> view.host.node().toString()).list().sort(),
            of("node_name", 1, HypervisorView::nodeName).list().sort(),
            of("pool", 1, (HypervisorView view) -> view.host.pool()).list().sort(),
            of("zone", 1, (HypervisorView view) -> view.host.zone()).list().sort(),
            of("state", 1, (HypervisorView view) -> view.host.state().wire()).list().sort(),
            of("reason", 1, (HypervisorView view) -> view.host.reason()).list(),
            of("state_since", 1, (HypervisorView view) -> Values.time(view.host.stateSince())).list().sort(),
            of("deadline", 1, (HypervisorView view) -> Values.time(view.host.deadline())).sort(),
            of("verbs", 1, (HypervisorView view) -> (Object) HypervisorLifecycle.verbs(view.host.state()).stream().map(HypervisorEvent::wire).toList()),
            of("profile", 1, (HypervisorView view) -> view.host.imaged().profile()).sort(),
            of("generation", 1, (HypervisorView view) -> view.host.imaged().generation()).sort(),
            of("hypervisor", 1, (HypervisorView view) -> view.host.imaged().hypervisor().wire()).list().sort(),
            of("cloud", 1, (HypervisorView view) -> view.host.imaged().cloud()).sort(),
            of("outdated", 1, (HypervisorView view) -> view.profile != null && !view.host.imaged().isOf(view.profile)),
            of("reimage", 1, (HypervisorView view) -> view.host.reimage()),
            of("emulated", 1, (HypervisorView view) -> view.host.facts().containsKey("hypervisor") ? view.host.emulates() : null).list(),
            of("address", 1, (HypervisorView view) -> view.host.address()).list().sort(),
            of("certificate_serial", 1, (HypervisorView view) -> view.host.certificateSerial()),
            of("certificate_expires_at", 1, (HypervisorView view) -> Values.time(view.host.certificateExpires())),
            of("reported_at", 1, (HypervisorView view) -> Values.time(view.host.reportedAt())).list().sort(),
            of("capacity", 1, (HypervisorView view) -> (Object) CapacityShape.of(view.host.capacity())).list(),
            of("verification", 1, (HypervisorView view) -> view.host.verification()),
            of("checks", 1, (HypervisorView view) -> (Object) view.host.checks().stream().map(HypervisorView::shown).toList()),
            of("guests", 1, (HypervisorView view) -> (Object) view.host.guests().stream().map(HypervisorView::shown).toList()),
            of("facts", 1, (HypervisorView view) -> view.host.facts()),
            of("created_at", 1, (HypervisorView view) -> Values.time(view.host.createdAt())).sort(),
            of("updated_at", 1, (HypervisorView view) -> Values.time(view.host.updatedAt())).sort(),
            of("links", 1, (BiFunction<HypervisorView, RequestContext, Object>) (view, context) ->
                    Links.of(context, "hypervisors/" + view.host.node())).list()));

    private static Map<String, Object> shown(CheckResult check) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("check", check.check());
        shown.put("status", check.status());
        shown.put("detail", check.detail());
        shown.put("seconds", check.seconds());
        return shown;
    }

    private static Map<String, Object> shown(Guest guest) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("uuid", guest.uuid());
        shown.put("name", guest.name());
        shown.put("state", guest.state());
        shown.put("vcpus", guest.vcpus());
        shown.put("memory_mib", guest.memoryMib());
        shown.put("consoles", guest.consoles());
        return shown;
    }
}
