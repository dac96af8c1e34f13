package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is on a host: `POST /v1/hosts/{node}/report`.
///
/// @param version      of the agent
/// @param time         of the host's clock
/// @param orders       id of those that the agent follows; empty when it has none
/// @param facts        versions, cpu, memory, kvm, interfaces; empty until they were gathered. The keys stand in decision 0040
/// @param verification null when none was ordered yet
public record HostReport(
        String version,
        String hostname,
        Instant time,
        String orders,
        FirstBoot firstBoot,
        Map<String, Object> facts,
        Capacity capacity,
        Verification verification,
        List<Guest> guests) {
    private static final int MOST_GUESTS = 10_000;
    private static final int MOST_CHECKS = 64;
    private static final int MOST_ERRORS = 100;

    public HostReport {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        guests = List.copyOf(guests);
    }

    /// How cloud-init came along.
    ///
    /// @param errors in its words
    public record FirstBoot(FirstBootStatus status, List<String> errors) {
        public FirstBoot {
            errors = List.copyOf(errors);
        }

        Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("status", Limits.wire(status));
            map.put("errors", errors);
            return map;
        }

        static FirstBoot from(Fields fields) throws DecodeException {
            return new FirstBoot(Limits.oneOf(fields, "status", FirstBootStatus.values()), Limits.texts(fields, "errors", MOST_ERRORS));
        }
    }

    public enum FirstBootStatus {
        RUNNING, DONE, ERROR
    }

    /// @param vcpus         hardware threads
    /// @param diskGib       of the storage pools
    /// @param guests        running
    /// @param vcpusUsed     of running guests
    /// @param memoryMibUsed of running guests
    /// @param diskGibUsed   allocated in the storage pools
    public record Capacity(int vcpus, long memoryMib, long diskGib, int guests, int vcpusUsed, long memoryMibUsed, long diskGibUsed) {
        public static final Capacity NONE = new Capacity(0, 0, 0, 0, 0, 0, 0);

        Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("vcpus", vcpus);
            map.put("memory_mib", memoryMib);
            map.put("disk_gib", diskGib);
            map.put("guests", guests);
            map.put("vcpus_used", vcpusUsed);
            map.put("memory_mib_used", memoryMibUsed);
            map.put("disk_gib_used", diskGibUsed);
            return map;
        }

        static Capacity from(Fields fields) throws DecodeException {
            return new Capacity((int) fields.number("vcpus", 0, Integer.MAX_VALUE), fields.number("memory_mib", 0, Long.MAX_VALUE),
                    fields.number("disk_gib", 0, Long.MAX_VALUE), (int) fields.number("guests", 0, Integer.MAX_VALUE),
                    (int) fields.number("vcpus_used", 0, Integer.MAX_VALUE), fields.number("memory_mib_used", 0, Long.MAX_VALUE),
                    fields.number("disk_gib_used", 0, Long.MAX_VALUE));
        }
    }

    /// The verification of the orders, as far as it is.
    ///
    /// @param id     of the orders' verification
    /// @param checks in the order of the orders
    public record Verification(long id, VerificationState state, List<Check> checks) {
        public Verification {
            checks = List.copyOf(checks);
        }

        public Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("id", id);
            map.put("state", Limits.wire(state));
            map.put("checks", checks.stream().map(Check::toMap).toList());
            return map;
        }

        public static Verification fromMap(Map<String, Object> map) throws DecodeException {
            return from(Fields.of(map, ""));
        }

        static Verification from(Fields fields) throws DecodeException {
            List<?> list = fields.list("checks", MOST_CHECKS);
            var checks = new ArrayList<Check>();
            for (int i = 0; i < list.size(); i++) {
                checks.add(Check.from(Fields.of(list.get(i), fields.path() + "checks[" + i + "]")));
            }
            return new Verification(fields.number("id", 0, Long.MAX_VALUE), Limits.oneOf(fields, "state", VerificationState.values()), checks);
        }
    }

    public enum VerificationState {
        RUNNING, PASSED, FAILED
    }

    /// @param check   wire name
    /// @param detail  what was found, and what to do when it failed
    /// @param seconds it took so far
    public record Check(String check, CheckStatus status, String detail, double seconds) {
        Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("check", check);
            map.put("status", status.wire());
            map.put("detail", detail);
            map.put("seconds", seconds);
            return map;
        }

        static Check from(Fields fields) throws DecodeException {
            return new Check(Limits.name(fields, "check"), Limits.oneOf(fields, "status", CheckStatus.values()), fields.text("detail", ""),
                    fields.decimal("seconds", 0, Integer.MAX_VALUE));
        }
    }

    public enum CheckStatus {
        WAITING, RUNNING, PASSED, FAILED;

        public String wire() {
            return Limits.wire(this);
        }
    }

    /// A libvirt domain.
    ///
    /// @param uuid  libvirt's
    /// @param state as `virsh list` says it: `running`, `paused`, `shut off`, ...
    public record Guest(String uuid, String name, String state, int vcpus, long memoryMib) {
        Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("uuid", uuid);
            map.put("name", name);
            map.put("state", state);
            map.put("vcpus", vcpus);
            map.put("memory_mib", memoryMib);
            return map;
        }

        static Guest from(Fields fields) throws DecodeException {
            return new Guest(fields.uuid("uuid").toString(), Limits.word(fields, "name"), Limits.word(fields, "state"),
                    (int) fields.number("vcpus", 0, Integer.MAX_VALUE), fields.number("memory_mib", 0, Long.MAX_VALUE));
        }
    }

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("version", version);
        map.put("hostname", hostname);
        map.put("time", time.toString());
        map.put("orders", orders);
        map.put("first_boot", firstBoot.toMap());
        map.put("facts", facts);
        map.put("capacity", capacity.toMap());
        map.put("verification", verification == null ? null : verification.toMap());
        map.put("guests", guests.stream().map(Guest::toMap).toList());
        return map;
    }

    public static HostReport fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        List<?> list = fields.list("guests", MOST_GUESTS);
        var guests = new ArrayList<Guest>(list.size());
        for (int i = 0; i < list.size(); i++) {
            guests.add(Guest.from(Fields.of(list.get(i), "guests[" + i + "]")));
        }
        Object verification = map.get("verification");
        return new HostReport(Limits.word(fields, "version"), Limits.word(fields, "hostname"), fields.time("time"), fields.text("orders", ""),
                FirstBoot.from(Fields.of(map.get("first_boot"), "first_boot")), fields.object("facts"),
                Capacity.from(Fields.of(map.get("capacity"), "capacity")),
                verification == null ? null : Verification.from(Fields.of(verification, "verification")), guests);
    }
}
