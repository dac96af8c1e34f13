package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.redfish.client.Bmc;
import io.bessemer.redfish.client.RedfishClient;
import io.bessemer.redfish.client.RedfishException;
import io.bessemer.redfish.client.Resource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A node's BMC: finds what belongs to the node on it, and words what goes wrong for the person on call.
record NodeBmc(DriverNode node, RedfishDriverInfo info, Bmc bmc) {
    private static final String ONLY_SYSTEM = "system";

    static NodeBmc of(DriverNode node, RedfishClient client) throws DriverException {
        RedfishDriverInfo info = RedfishDriverInfo.of(node);
        try {
            return new NodeBmc(node, info, client.bmc(info.access()));
        } catch (IOException e) {
            throw new DriverException(Kind.CONFIGURATION, "driver_info/redfish_verify_ca of node %s: %s. Give true, false, or a readable file or folder of PEM certificates."
                    .formatted(label(node), e.getMessage()), e);
        }
    }

    /// What is asked of the BMC.
    interface Ask<T> {
        T of(Bmc bmc) throws RedfishException;
    }

    interface Order {
        void to(Bmc bmc) throws RedfishException;
    }

    <T> T ask(Ask<T> ask) throws DriverException {
        try {
            return ask.of(bmc);
        } catch (RedfishException e) {
            throw failed(e);
        }
    }

    void tell(Order order) throws DriverException {
        ask(bmc -> {
            order.to(bmc);
            return bmc;
        });
    }

    Resource get(String path) throws DriverException {
        return ask(bmc -> bmc.get(path));
    }

    /// The node's ComputerSystem, as it is now.
    Resource system() throws DriverException {
        String path = info.system().isEmpty() ? onlySystem() : info.system();
        try {
            return bmc.get(path);
        } catch (RedfishException e) {
            if (e.reason() == RedfishException.Reason.NOT_FOUND) {
                throw new DriverException(Kind.CONFIGURATION, "%s: %s. Check driver_info/redfish_system_id; the BMC has: %s."
                        .formatted(name(), e.getMessage(), String.join(", ", ask(this::systems))), e);
            }
            throw failed(e);
        }
    }

    private String onlySystem() throws DriverException {
        Optional<Object> known = bmc.remembered(ONLY_SYSTEM);
        if (known.isPresent()) {
            return (String) known.get();
        }
        List<String> systems = ask(this::systems);
        if (systems.size() != 1) {
            throw new DriverException(Kind.CONFIGURATION, "%s has %s. Name the node's in driver_info/redfish_system_id: `baremetal node set %s --driver-info redfish_system_id=%s`."
                    .formatted(name(), systems.isEmpty() ? "no system" : "%d systems: %s".formatted(systems.size(), String.join(", ", systems.stream().limit(20).toList())),
                            node.id(), systems.isEmpty() ? "/redfish/v1/Systems/1" : systems.getFirst()));
        }
        bmc.remember(ONLY_SYSTEM, systems.getFirst());
        return systems.getFirst();
    }

    List<String> systems(Bmc bmc) throws RedfishException {
        return bmc.members(bmc.root().link("/Systems").orElse(info.access().root() + "/Systems"));
    }

    /// The managers of a system; its first is the BMC itself.
    List<Resource> managers(Resource system) throws DriverException {
        return ask(bmc -> {
            List<String> paths = system.links("/Links/ManagedBy");
            if (paths.isEmpty()) {
                paths = bmc.members(bmc.root().link("/Managers").orElse(info.access().root() + "/Managers"));
            }
            return read(bmc, paths);
        });
    }

    /// The chassis that a system is in.
    List<Resource> chassis(Resource system) throws DriverException {
        return ask(bmc -> read(bmc, system.links("/Links/Chassis")));
    }

    static List<Resource> read(Bmc bmc, List<String> paths) throws RedfishException {
        List<Resource> found = new ArrayList<>();
        for (String path : new LinkedHashSet<>(paths).stream().limit(16).toList()) { // no machine has more of anything that is read one by one
            found.add(bmc.get(path));
        }
        return found;
    }

    interface Read<T> {
        List<T> all() throws RedfishException;
    }

    /// Nothing where the BMC refers to what it does not have, as many do.
    static <T> List<T> orNone(Read<T> read) throws RedfishException {
        try {
            return read.all();
        } catch (RedfishException e) {
            if (e.reason() == RedfishException.Reason.NOT_FOUND || e.reason() == RedfishException.Reason.UNSUPPORTED) {
                return List.of();
            }
            throw e;
        }
    }

    /// What a parameter of an action may be, by its annotation or its ActionInfo; empty when the BMC does not say.
    Set<String> allowed(Resource resource, String action, String parameter) throws DriverException {
        String pointer = "/Actions/" + action + "/";
        List<String> named = resource.texts(pointer + parameter + "@Redfish.AllowableValues");
        Optional<String> more = resource.text(pointer + "@Redfish.ActionInfo");
        if (!named.isEmpty() || more.isEmpty()) {
            return new LinkedHashSet<>(named);
        }
        Set<String> values = new LinkedHashSet<>();
        for (JsonNode entry : get(more.get()).body().path("Parameters")) {
            if (entry.path("Name").asString("").equals(parameter)) {
                entry.path("AllowableValues").valueStream().forEach(value -> values.add(value.asString("")));
            }
        }
        return values;
    }

    DriverException unsupported(String what) {
        return new DriverException(Kind.UNSUPPORTED, "%s %s.".formatted(name(), what));
    }

    DriverException failed(RedfishException e) {
        String tried = "%s: %s.".formatted(name(), masked(e.getMessage().replaceAll("\\.+$", "")));
        return switch (e.reason()) {
            case NO_ANSWER -> new DriverException(Kind.UNREACHABLE, tried
                    + " Check the BMC's power and cable, driver_info/redfish_address with its port and scheme, and that Redfish is enabled on the BMC.", e);
            case TLS -> new DriverException(Kind.CONFIGURATION, tried
                    + " Its certificate is not one that is trusted, or not for this host name: set driver_info/redfish_verify_ca to the path of a PEM file with the BMC's"
                    + " authority, or to false; or the port speaks no TLS, then write http:// in driver_info/redfish_address.", e);
            case CREDENTIALS -> new DriverException(Kind.AUTHENTICATION, tried
                    + " Check driver_info/redfish_username and redfish_password, and that the user is not locked: `baremetal node set %s --driver-info redfish_password=...`."
                            .formatted(node.id()), e);
            case PRIVILEGE -> new DriverException(Kind.AUTHENTICATION, tried + " User '%s' needs the role Administrator or Operator on the BMC, or a licence is missing on it."
                    .formatted(info.access().username()), e);
            case NOT_FOUND -> new DriverException(Kind.UNSUPPORTED, tried + " This BMC does not have it; check driver_info/redfish_address and redfish_system_id.", e);
            case UNSUPPORTED -> new DriverException(Kind.UNSUPPORTED, tried + " This BMC cannot do it; newer firmware of it may.", e);
            case BUSY -> new DriverException(Kind.BUSY, tried + " It is busy, starting, or in its self-test; try again.", e);
            case CHANGED -> new DriverException(Kind.BUSY, tried + " Something else changes it at the same time; try again.", e);
            case REFUSED -> new DriverException(Kind.REFUSED, tried + " See the BMC's own log for more.", e);
            case TASK -> new DriverException(Kind.NOT_CONFIRMED, tried + " See the BMC's own list of jobs for more.", e);
            case PROTOCOL -> new DriverException(Kind.REFUSED, tried + " Check that driver_info/redfish_address is the BMC's, and update its firmware.", e);
        };
    }

    /// Some BMCs repeat what they were sent.
    private String masked(String text) {
        String password = info.access().password();
        return password.length() < 4 ? text : text.replace(password, "******");
    }

    /// `BMC https://10.0.0.7 of node rack1-17 (1be26c0b-...)`
    String name() {
        return "BMC %s of node %s".formatted(info.access().origin(), label(node));
    }

    static String label(DriverNode node) {
        String id = node.id().toString();
        return node.name() == null || node.name().isEmpty() || node.name().equals(id) ? id : "%s (%s)".formatted(node.name(), id);
    }

    /// A body of a request that keeps the order of its members.
    static Map<String, Object> body(Object... namesAndValues) {
        Map<String, Object> body = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            body.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return body;
    }
}
