package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.driver.Sensor.Kind;
import io.bessemer.redfish.client.Bmc;
import io.bessemer.redfish.client.RedfishException;
import io.bessemer.redfish.client.RedfishException.Reason;
import io.bessemer.redfish.client.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// One reading of a machine's sensors: `Thermal` and `Power` of its chassis, or `Sensors` and `PowerSubsystem` where a newer BMC (Redfish 2020.4) has left
/// those out, and the drives of its storage. A part that a BMC refuses, or does not have, is left out.
final class RedfishSensors {
    private static final Logger LOG = LoggerFactory.getLogger(RedfishSensors.class);
    private static final String EXPANDS = "expands";
    /// of each kind: a storage server has some hundred drives
    private static final int MOST = 256;
    /// of what is read one by one
    private static final int MOST_MEMBERS = 128;
    /// the client waits: what is read one by one ends here, and what was read so far is the answer
    private static final Duration LONGEST = Duration.ofSeconds(40);
    /// the BMC is not there, or lets nobody in: asking it for the next part would take the same time and say the same
    private static final Set<Reason> HOPELESS = Set.of(Reason.NO_ANSWER, Reason.TLS, Reason.CREDENTIALS);
    private static final Set<Reason> ABSENT = Set.of(Reason.NOT_FOUND, Reason.UNSUPPORTED);

    private final NodeBmc bmc;
    private final long end = System.nanoTime() + LONGEST.toNanos();
    private final Map<Kind, Map<String, Sensor>> found = new EnumMap<>(Kind.class);
    /// the first part that was refused
    private RedfishException refused;

    private RedfishSensors(NodeBmc bmc) {
        this.bmc = bmc;
    }

    /// @throws DriverException when the BMC does not answer, or refused something and told of no sensor at all
    static List<Sensor> read(NodeBmc bmc) throws DriverException {
        RedfishSensors sensors = new RedfishSensors(bmc);
        Resource system = bmc.system();
        for (Resource chassis : sensors.each(system.links("/Links/Chassis"))) {
            sensors.chassis(chassis);
        }
        sensors.drives(system);
        List<Sensor> all = sensors.found.values().stream().flatMap(kind -> kind.values().stream()).toList();
        if (all.isEmpty() && sensors.refused != null) {
            throw bmc.failed(sensors.refused);
        }
        return all;
    }

    private void chassis(Resource chassis) throws DriverException {
        String at = "@" + id(chassis);
        Optional<Resource> thermal = optional(chassis.link("/Thermal"));
        thermal.ifPresent(resource -> {
            Reading.each(resource, "/Temperatures", (index, part) -> add(part.temperature(index + at)));
            Reading.each(resource, "/Fans", (index, part) -> add(part.fan(index + at)));
        });
        Optional<Resource> power = optional(chassis.link("/Power"));
        power.ifPresent(resource -> {
            String of = ":" + id(resource) + at;
            Reading.each(resource, "/PowerSupplies", (index, part) -> add(part.supply(index + of)));
            Reading.each(resource, "/PowerControl", (index, part) -> add(part.control("control-" + index + of)));
        });
        if (power.isEmpty()) {
            Optional<Resource> subsystem = optional(chassis.link("/PowerSubsystem"));
            String of = ":" + subsystem.map(RedfishSensors::id).orElse("PowerSubsystem") + at;
            for (Resource supply : members(subsystem.flatMap(resource -> resource.link("/PowerSupplies")))) {
                add(new Reading(supply.body()).supply(id(supply) + of));
            }
        }
        if (thermal.isEmpty()) {
            for (Resource sensor : members(chassis.link("/Sensors"))) {
                new Reading(sensor.body()).sensor(id(sensor) + at).filter(one -> power.isEmpty() || one.kind() != Kind.POWER).ifPresent(this::add);
            }
        }
    }

    private void drives(Resource system) throws DriverException {
        for (Resource storage : members(system.link("/Storage"))) {
            String of = ":" + id(storage) + "@" + id(system);
            for (Resource drive : each(storage.links("/Drives"))) {
                Reading reading = new Reading(drive.body());
                add(reading.drive(reading.text("Name").orElse(id(drive)) + of));
            }
        }
        if (found.containsKey(Kind.DRIVE)) {
            return;
        }
        for (Resource storage : members(system.link("/SimpleStorage"))) { // before Redfish 2016.1, with the devices inside
            String of = ":" + id(storage) + "@" + id(system);
            Reading.each(storage, "/Devices", (index, part) -> add(part.drive(part.text("Name").orElse(index) + of)));
        }
    }

    /// Two that are named alike are both kept.
    private void add(Sensor sensor) {
        Map<String, Sensor> kind = found.computeIfAbsent(sensor.kind(), _ -> new LinkedHashMap<>());
        if (kind.size() >= MOST) {
            return;
        }
        Sensor unique = sensor;
        for (int i = 2; kind.containsKey(unique.id()); i++) {
            unique = new Sensor(sensor.kind(), sensor.id() + "#" + i, sensor.name(), sensor.physicalContext(), sensor.reading(), sensor.unit(), sensor.state(), sensor.health(),
                    sensor.thresholds(), sensor.facts());
        }
        kind.put(unique.id(), unique);
    }

    private static String id(Resource resource) {
        return new Reading(resource.body()).text("Id").orElseGet(() -> resource.path().replaceAll("/+$", "").replaceAll(".*/", ""));
    }

    private List<Resource> members(Optional<String> collection) throws DriverException {
        if (collection.isEmpty()) {
            return List.of();
        }
        List<Resource> whole = expands() ? optional(Optional.of(collection.get() + "?$expand=.($levels=1)")).map(RedfishSensors::inside).orElse(List.of()) : List.of();
        return whole.isEmpty() ? each(ask(from -> from.members(collection.get())).orElse(List.of())) : whole;
    }

    /// Whether the BMC gives a collection with its members inside (DSP0266 "The $expand query parameter"): one request instead of a hundred.
    private boolean expands() throws DriverException {
        Optional<Object> known = bmc.bmc().remembered(EXPANDS);
        if (known.isPresent()) {
            return (Boolean) known.get();
        }
        boolean expands = ask(Bmc::root).flatMap(root -> root.flag("/ProtocolFeaturesSupported/ExpandQuery/NoLinks")).orElse(false);
        bmc.bmc().remember(EXPANDS, expands);
        return expands;
    }

    /// None when the answer has not all of them.
    private static List<Resource> inside(Resource collection) {
        List<JsonNode> members = collection.body().path("Members").valueStream().limit(MOST).toList();
        boolean all = !collection.has("/Members@odata.nextLink") && members.stream().allMatch(member -> member.path("@odata.id").isString() && member.size() > 1);
        return all ? members.stream().map(member -> new Resource(member.path("@odata.id").asString(), member, "")).toList() : List.of();
    }

    private List<Resource> each(List<String> paths) throws DriverException {
        List<Resource> resources = new ArrayList<>();
        for (String path : paths.stream().distinct().limit(MOST_MEMBERS).toList()) {
            if (System.nanoTime() > end) {
                LOG.info("{}: after {} s its sensors are told without {} and what follows", bmc.name(), LONGEST.toSeconds(), path);
                break;
            }
            optional(Optional.of(path)).ifPresent(resources::add);
        }
        return resources;
    }

    private Optional<Resource> optional(Optional<String> path) throws DriverException {
        return path.isEmpty() ? Optional.empty() : ask(from -> from.get(path.get()));
    }

    /// Many BMCs refer to what they do not have.
    private <T> Optional<T> ask(NodeBmc.Ask<T> ask) throws DriverException {
        try {
            return Optional.of(ask.of(bmc.bmc()));
        } catch (RedfishException e) {
            if (HOPELESS.contains(e.reason())) {
                throw bmc.failed(e);
            }
            if (!ABSENT.contains(e.reason())) {
                LOG.debug("{}: its sensors are told without a part: {}", bmc.name(), e.getMessage());
                refused = refused == null ? e : refused;
            }
            return Optional.empty();
        }
    }
}
