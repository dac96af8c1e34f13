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
/// @param guestOrders  id of the orders by which guests were looked after last: what earlier ones asked for is not under way any more
/// @param guestErrors  why guests are not as ordered, by their UUIDs
/// @param moves        of the orders, as far as they are
public record HostReport(
        String version,
        String hostname,
        Instant time,
        String orders,
        FirstBoot firstBoot,
        Map<String, Object> facts,
        Capacity capacity,
        Verification verification,
        List<Guest> guests,
        String guestOrders,
        Map<String, String> guestErrors,
        List<MoveReport> moves) {
    private static final int MOST_GUESTS = 10_000;
    private static final int MOST_CHECKS = 64;
    private static final int MOST_ERRORS = 100;
    private static final int MOST_CONSOLES = 16;

    public HostReport {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        guests = List.copyOf(guests);
        guestErrors = Collections.unmodifiableMap(new LinkedHashMap<>(guestErrors));
        moves = List.copyOf(moves);
    }

    /// Of a host that was ordered nothing about guests.
    public HostReport(String version, String hostname, Instant time, String orders, FirstBoot firstBoot, Map<String, Object> facts, Capacity capacity,
            Verification verification, List<Guest> guests) {
        this(version, hostname, time, orders, firstBoot, facts, capacity, verification, guests, orders, Map.of(), List.of());
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
    /// @param state    as `virsh list` says it: `running`, `paused`, `shut off`, ...
    /// @param consoles where they are on the host: `vnc://127.0.0.1:5900`, `pty:/dev/pts/3`
    public record Guest(String uuid, String name, String state, int vcpus, long memoryMib, List<String> consoles) {
        public Guest {
            consoles = List.copyOf(consoles);
        }

        public Guest(String uuid, String name, String state, int vcpus, long memoryMib) {
            this(uuid, name, state, vcpus, memoryMib, List.of());
        }

        Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("uuid", uuid);
            map.put("name", name);
            map.put("state", state);
            map.put("vcpus", vcpus);
            map.put("memory_mib", memoryMib);
            map.put("consoles", consoles);
            return map;
        }

        static Guest from(Fields fields) throws DecodeException {
            return new Guest(fields.uuid("uuid").toString(), Limits.word(fields, "name"), Limits.word(fields, "state"),
                    (int) fields.number("vcpus", 0, Integer.MAX_VALUE), fields.number("memory_mib", 0, Long.MAX_VALUE),
                    fields.map().get("consoles") == null ? List.of() : Limits.texts(fields, "consoles", MOST_CONSOLES));
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
        map.put("guest_orders", guestOrders);
        map.put("guest_errors", guestErrors);
        map.put("moves", moves.stream().map(MoveReport::toMap).toList());
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
                verification == null ? null : Verification.from(Fields.of(verification, "verification")), guests,
                fields.text("guest_orders", fields.text("orders", "")), errors(fields), MoveReport.list(fields));
    }

    /// Absent from an agent that is ordered no guests.
    private static Map<String, String> errors(Fields fields) throws DecodeException {
        Map<String, Object> read = fields.map().get("guest_errors") == null ? Map.of() : fields.object("guest_errors");
        if (read.size() > GuestOrder.MOST) {
            throw fields.wrong("guest_errors", "an object of at most " + GuestOrder.MOST + " members");
        }
        var errors = new LinkedHashMap<String, String>();
        for (String uuid : read.keySet()) {
            var error = new Fields(read, "guest_errors.");
            errors.put(uuid, error.text(uuid));
        }
        return errors;
    }
}
