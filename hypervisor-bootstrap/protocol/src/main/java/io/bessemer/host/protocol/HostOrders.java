package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What shall be on a host.
///
/// @param id              tells both sides whether they mean the same orders; made of all else by the server
/// @param hypervisor      wire name of a kind: `kvm`, `qemu`, `lxc`, `xen`
/// @param files           that a cloud's own agent needs there; they hold secrets
/// @param services        of systemd that shall run, and be restarted when one of the files changed
/// @param shutDownGuests  whether guests are asked to shut down, when draining
/// @param reportEvery     1 s to 1 h
/// @param guests          that shall be there, or be there no more; their definitions may hold secrets
/// @param moves           of guests to other hosts
public record HostOrders(
        String id,
        HostPhase phase,
        String zone,
        String pool,
        String hypervisor,
        Verification verification,
        List<Network> networks,
        List<StoragePool> storagePools,
        List<HostFile> files,
        List<String> services,
        boolean shutDownGuests,
        Duration reportEvery,
        List<GuestOrder> guests,
        List<MoveOrder> moves) {
    private static final int MOST_CHECKS = 64;
    private static final int MOST_NETWORKS = 256;
    private static final int MOST_SERVICES = 64;
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9@:._-]{0,127}");
    private static final int ID_DIGITS = 32;
    private static final long HOUR_SECONDS = 3600;
    private static final long DAY_SECONDS = 86_400;

    public HostOrders {
        networks = List.copyOf(networks);
        storagePools = List.copyOf(storagePools);
        files = List.copyOf(files);
        services = List.copyOf(services);
        guests = List.copyOf(guests);
        moves = List.copyOf(moves);
        try {
            HostFile.requireFew("files", files);
            GuestOrder.requireFew("guests", guests);
            requireServices("services", services);
        } catch (DecodeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// With the id that belongs to them.
    ///
    /// @throws IllegalArgumentException when a file or a service is not such as a host may be given
    public static HostOrders of(HostPhase phase, String zone, String pool, String hypervisor, Verification verification, List<Network> networks,
            List<StoragePool> storagePools, List<HostFile> files, List<String> services, boolean shutDownGuests, Duration reportEvery) {
        return new HostOrders("", phase, zone, pool, hypervisor, verification, networks, storagePools, files, services, shutDownGuests, reportEvery,
                List.of(), List.of()).hashed();
    }

    /// The same with these guests, and the id that belongs to all of it.
    ///
    /// @throws IllegalArgumentException when they are more or longer than a host may be given
    public HostOrders withGuests(List<GuestOrder> guests, List<MoveOrder> moves) {
        return new HostOrders("", phase, zone, pool, hypervisor, verification, networks, storagePools, files, services, shutDownGuests, reportEvery, guests,
                moves).hashed();
    }

    private HostOrders hashed() {
        return withId(hash(withId("").toMap().toString()));
    }

    /// Whether something in them is told to nobody but the host.
    public boolean secret() {
        return !files.isEmpty() || !guests.isEmpty();
    }

    /// The same by another id: a plain hash of what is secret could be guessed at by whoever sees it.
    public HostOrders withId(String other) {
        return new HostOrders(other, phase, zone, pool, hypervisor, verification, networks, storagePools, files, services, shutDownGuests, reportEvery,
                guests, moves);
    }

    /// Of a host that is in no cloud but Bessemer's.
    public static HostOrders of(HostPhase phase, String zone, String pool, String hypervisor, Verification verification, List<Network> networks,
            List<StoragePool> storagePools, boolean shutDownGuests, Duration reportEvery) {
        return of(phase, zone, pool, hypervisor, verification, networks, storagePools, List.of(), List.of(), shutDownGuests, reportEvery);
    }

    /// The checks to pass.
    ///
    /// @param id      raised by each new verification; one that the agent has reported is not run again
    /// @param checks  wire names, in order
    /// @param timeout of all of them
    public record Verification(long id, List<String> checks, Duration timeout) {
        public Verification {
            checks = List.copyOf(checks);
        }

        Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("id", id);
            map.put("checks", checks);
            map.put("timeout_seconds", timeout.toSeconds());
            return map;
        }

        static Verification from(Fields fields) throws DecodeException {
            return new Verification(fields.number("id", 0, Long.MAX_VALUE), Limits.texts(fields, "checks", MOST_CHECKS),
                    Duration.ofSeconds(fields.number("timeout_seconds", 1, DAY_SECONDS)));
        }
    }

    /// A libvirt network.
    ///
    /// @param bridge of the host, at most 15 characters
    /// @param nic    that becomes a port of the bridge; null for a network of the host's own, with NAT
    /// @param cidr   of a network with NAT, as in `192.168.122.0/24`; null with `nic`
    public record Network(String name, String bridge, String nic, String cidr) {
        Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("name", name);
            map.put("bridge", bridge);
            map.put("nic", nic);
            map.put("cidr", cidr);
            return map;
        }

        static Network from(Fields fields) throws DecodeException {
            var network = new Network(Limits.name(fields, "name"), link(fields, "bridge"), fields.map().get("nic") == null ? null : link(fields, "nic"),
                    fields.text("cidr", null));
            if (network.cidr != null && !network.cidr.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}")) {
                throw fields.wrong("cidr", "an IPv4 network as in 192.168.122.0/24");
            }
            if ((network.nic == null) == (network.cidr == null)) {
                throw fields.wrong("cidr", "given without a nic, and absent with one");
            }
            return network;
        }

        private static String link(Fields fields, String name) throws DecodeException {
            if (Limits.name(fields, name).length() > 15) { // IFNAMSIZ
                throw fields.wrong(name, "at most 15 characters");
            }
            return fields.text(name);
        }
    }

    /// A libvirt storage pool of type `dir`.
    ///
    /// @param path absolute
    public record StoragePool(String name, String path) {
        Map<String, Object> toMap() {
            var map = new LinkedHashMap<String, Object>();
            map.put("name", name);
            map.put("path", path);
            return map;
        }

        static StoragePool from(Fields fields) throws DecodeException {
            String path = Limits.word(fields, "path");
            if (!path.matches("(/[A-Za-z0-9][A-Za-z0-9._-]*)+")) {
                throw fields.wrong("path", "an absolute path of letters, digits, '.', '_' and '-', without '..'");
            }
            return new StoragePool(Limits.name(fields, "name"), path);
        }
    }

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("id", id);
        map.put("phase", phase.wire());
        map.put("zone", zone);
        map.put("pool", pool);
        map.put("hypervisor", hypervisor);
        map.put("verification", verification.toMap());
        map.put("networks", networks.stream().map(Network::toMap).toList());
        map.put("storage_pools", storagePools.stream().map(StoragePool::toMap).toList());
        map.put("files", files.stream().map(HostFile::toMap).toList());
        map.put("services", services);
        map.put("shut_down_guests", shutDownGuests);
        map.put("report_every_seconds", reportEvery.toSeconds());
        map.put("guests", guests.stream().map(GuestOrder::toMap).toList());
        map.put("moves", moves.stream().map(MoveOrder::toMap).toList());
        return map;
    }

    public static HostOrders fromMap(Map<String, Object> map) throws DecodeException {
        return from(Fields.of(map, ""));
    }

    static HostOrders from(Fields fields) throws DecodeException {
        List<?> networks = fields.list("networks", MOST_NETWORKS);
        var readNetworks = new ArrayList<Network>();
        for (int i = 0; i < networks.size(); i++) {
            readNetworks.add(Network.from(Fields.of(networks.get(i), fields.path() + "networks[" + i + "]")));
        }
        List<?> pools = fields.list("storage_pools", MOST_NETWORKS);
        var readPools = new ArrayList<StoragePool>();
        for (int i = 0; i < pools.size(); i++) {
            readPools.add(StoragePool.from(Fields.of(pools.get(i), fields.path() + "storage_pools[" + i + "]")));
        }
        List<HostFile> readFiles = HostFile.list(fields);
        List<String> services = fields.map().get("services") == null ? List.of() : Limits.texts(fields, "services", MOST_SERVICES);
        requireServices(fields.path() + "services", services);
        return new HostOrders(Limits.name(fields, "id"), Limits.oneOf(fields, "phase", HostPhase.values()), Limits.word(fields, "zone"),
                Limits.word(fields, "pool"), Limits.name(fields, "hypervisor"),
                Verification.from(Fields.of(fields.map().get("verification"), fields.path() + "verification")), readNetworks, readPools, readFiles, services,
                fields.flag("shut_down_guests"), Duration.ofSeconds(fields.number("report_every_seconds", 1, HOUR_SECONDS)),
                GuestOrder.list(fields), MoveOrder.list(fields));
    }

    private static void requireServices(String field, List<String> services) throws DecodeException {
        if (services.size() > MOST_SERVICES) {
            throw new DecodeException(field, "a list of at most " + MOST_SERVICES + " elements", "a list of " + services.size());
        }
        for (String service : services) {
            if (!SERVICE.matcher(service).matches()) {
                throw new DecodeException(field, "names of systemd's units, as in nova-compute", service);
            }
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
