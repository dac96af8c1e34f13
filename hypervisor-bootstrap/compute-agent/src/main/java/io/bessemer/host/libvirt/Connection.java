package io.bessemer.host.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.bessemer.host.foreign.Library;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// A connection to libvirt. May be used by several threads of the platform; libvirt keeps the last error per thread.
public final class Connection implements AutoCloseable {
    private static final long NOTHING = 0;
    private static final int KEEPALIVE_SECONDS = 5;
    private static final int KEEPALIVE_COUNT = 6;
    private static final int UUID_BUFFER = 37; // VIR_UUID_STRING_BUFLEN
    private static final int NODE_INFO_BYTES = 72;
    private static final int DOMAIN_INFO_BYTES = 40;
    // virterror.h: VIR_ERR_NO_DOMAIN, VIR_ERR_OPERATION_INVALID (the guest does not run)
    private static final int NO_DOMAIN = 42;
    private static final int OPERATION_INVALID = 55;
    /// virDomainState, as `virsh list` says it
    private static final List<String> STATES = List.of("no state", "running", "idle", "paused", "in shutdown", "shut off", "crashed", "pmsuspended");
    private static final Pattern CONSOLE = Pattern.compile("<graphics type='(vnc|spice)' port='([0-9]+)'[^>]* listen='([^']*)'|<console type='(pty)' tty='([^']*)'");
    private static final Pattern DOMAIN_TYPE = Pattern.compile("<domain type='([a-z0-9-]+)'");
    private static final Pattern OS_TYPE = Pattern.compile("<os_type>([a-z0-9-]+)</os_type>");
    /// Xen's own first domain, in which we run, is listed among the guests: its UUID has no bit set
    private static final UUID DOMAIN_0 = new UUID(0, 0);

    private final String uri;
    private final long pointer;

    private Connection(String uri, long pointer) {
        this.uri = uri;
        this.pointer = pointer;
    }

    /// @param heard called after each change of a guest's state, on a thread of libvirt: must return at once
    public static Connection open(String uri, Runnable heard) throws LibvirtException {
        EventLoop.start();
        try (Arena arena = Arena.ofConfined()) {
            long pointer = Library.call("virConnectOpen", arena.allocateFrom(uri).address());
            if (pointer == NOTHING) {
                throw failure("connecting to " + uri);
            }
            var connection = new Connection(uri, pointer);
            if (!uri.startsWith("test:")) { // which has no daemon that might hang
                check("keeping the connection alive", Library.number("virConnectSetKeepAlive", pointer, KEEPALIVE_SECONDS, KEEPALIVE_COUNT));
            }
            try {
                EventLoop.listen(pointer, Library.callback(heard));
            } catch (LibvirtException e) {
                connection.close();
                throw e;
            }
            return connection;
        }
    }

    public String uri() {
        return uri;
    }

    public boolean alive() {
        return Library.number("virConnectIsAlive", pointer) == 1;
    }

    @Override
    public void close() {
        Library.number("virConnectClose", pointer);
    }

    // --- the host ---------------------------------------------------------------------------------------------------

    public String libraryVersion() throws LibvirtException {
        return version("virConnectGetLibVersion");
    }

    /// QEMU's, Xen's, of containers the kernel's, ...
    public String hypervisorVersion() throws LibvirtException {
        return version("virConnectGetVersion");
    }

    /// @param memoryMib of the host
    /// @param cpus      hardware threads
    public record Node(long memoryMib, int cpus, int numaNodes, int sockets) {}

    public Node node() throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(NODE_INFO_BYTES, 8); // virNodeInfo: model[32], memory KiB, cpus, MHz, nodes, sockets, ...
            check("reading the node", Library.number("virNodeGetInfo", pointer, info.address()));
            int numaNodes = info.get(JAVA_INT, 48);
            return new Node(info.get(JAVA_LONG, 32) / 1024, info.get(JAVA_INT, 40), numaNodes, numaNodes * info.get(JAVA_INT, 52));
        }
    }

    /// What `<domain type=...>` may be here. Not that it works: see the check `kvm-device`.
    public List<String> domainTypes() throws LibvirtException {
        return inCapabilities(DOMAIN_TYPE);
    }

    /// What `<os><type>` may be here: `hvm`, of containers `exe`, of Xen also `xen` and `xenpvh`.
    public List<String> osTypes() throws LibvirtException {
        return inCapabilities(OS_TYPE);
    }

    private List<String> inCapabilities(Pattern pattern) throws LibvirtException {
        long text = Library.call("virConnectGetCapabilities", pointer);
        if (text == NOTHING) {
            throw failure("reading the capabilities");
        }
        // libvirt's own canonical output: no need for an XML parser
        return pattern.matcher(Library.owned(text)).results().map(found -> found.group(1)).distinct().toList();
    }

    /// @param type `kvm`, `qemu`, ...
    /// @throws LibvirtException when no emulator runs such domains
    public String domainCapabilities(String type) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            long text = Library.call("virConnectGetDomainCapabilities", pointer, NOTHING, NOTHING, NOTHING, arena.allocateFrom(type).address(), 0);
            if (text == NOTHING) {
                throw failure("reading the domain capabilities of " + type);
            }
            return Library.owned(text);
        }
    }

    // --- guests -----------------------------------------------------------------------------------------------------

    /// @param state    as `virsh list` says it
    /// @param consoles where they are on this host: `vnc://127.0.0.1:5900`, `pty:/dev/pts/3`; none of a guest that does not run
    public record Guest(UUID id, String name, String state, int vcpus, long memoryMib, List<String> consoles) {
        public boolean active() {
            return !state.equals("shut off") && !state.equals("crashed");
        }
    }

    public List<Guest> guests() throws LibvirtException {
        return this.<Optional<Guest>>all(Family.DOMAIN, domain -> {
            UUID id = id(Family.DOMAIN, domain);
            return id.equals(DOMAIN_0) ? Optional.empty() : guest(id, domain);
        }).stream().flatMap(Optional::stream).toList();
    }

    /// Memory of Xen's first domain, which is this host's own and no guest's; 0 where there is no such domain.
    public long domain0MemoryMib() throws LibvirtException {
        return all(Family.DOMAIN, domain -> {
            if (!id(Family.DOMAIN, domain).equals(DOMAIN_0)) {
                return 0L;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment info = arena.allocate(DOMAIN_INFO_BYTES, 8);
                check("reading the memory of Domain-0", Library.number("virDomainGetInfo", domain, info.address()));
                return info.get(JAVA_LONG, 16) / 1024; // what it has now: its greatest may be unlimited
            }
        }).stream().mapToLong(Long::longValue).sum();
    }

    private static Optional<Guest> guest(UUID id, long domain) throws LibvirtException {
        String name = name(Family.DOMAIN, domain);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(DOMAIN_INFO_BYTES, 8); // virDomainInfo: state, maxMem, memory KiB, nrVirtCpu, cpuTime
            if (Library.number("virDomainGetInfo", domain, info.address()) < 0) {
                // one that went away since it was listed is no guest; one of which nothing can be read is one all the same
                return Library.number("virGetLastErrorCode") == NO_DOMAIN ? Optional.empty() : Optional.of(new Guest(id, name, STATES.getFirst(), 0, 0, List.of()));
            }
            int state = info.get(JAVA_BYTE, 0);
            var guest = new Guest(id, name, STATES.get(state >= 0 && state < STATES.size() ? state : 0), Short.toUnsignedInt(info.get(JAVA_SHORT, 24)),
                    Math.max(0, info.get(JAVA_LONG, 8) / 1024), List.of());
            return Optional.of(guest.active() ? new Guest(id, name, guest.state, guest.vcpus, guest.memoryMib, consoles(domain)) : guest);
        }
    }

    // --- what guests, networks and storage pools have in common --------------------------------------------------------

    enum Family {
        DOMAIN("Domain", "Domains"), NETWORK("Network", "Networks"), STORAGE_POOL("StoragePool", "StoragePools");

        private final String one;
        private final String many;

        Family(String one, String many) {
            this.one = one;
            this.many = many;
        }

        /// Name of a C function.
        String function(String verb) {
            return "vir" + one + verb;
        }
    }

    interface Body<T> {
        T on(long object) throws LibvirtException;
    }

    /// Nothing when there is none of that name.
    <T> Optional<T> with(Family family, String name, Body<T> body) throws LibvirtException {
        // looked up in the list: a lookup by name writes an error to the log for what is absent
        List<Optional<T>> found = all(family, object -> name.equals(name(family, object)) ? Optional.of(body.on(object)) : Optional.empty());
        return found.stream().flatMap(Optional::stream).findFirst();
    }

    Optional<UUID> id(Family family, String name) throws LibvirtException {
        return with(family, name, object -> id(family, object));
    }

    /// @param create name of a function that takes connection, XML and flags
    void fromXml(Family family, String create, String xml, long flags) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            long object = Library.call(create, pointer, arena.allocateFrom(xml).address(), flags);
            if (object == NOTHING) {
                throw failure(create);
            }
            Library.number(family.function("Free"), object);
        }
    }

    static void check(String what, int result) throws LibvirtException {
        if (result < 0) {
            throw failure(what);
        }
    }

    /// Like [#check], but that the guest ended or vanished meanwhile is what was wanted.
    static void checkEnded(String what, int result) throws LibvirtException {
        int code = result < 0 ? Library.number("virGetLastErrorCode") : 0;
        if (result < 0 && code != NO_DOMAIN && code != OPERATION_INVALID) {
            throw failure(what);
        }
    }

    static LibvirtException failure(String what) {
        return new LibvirtException(what, Library.borrowed(Library.call("virGetLastErrorMessage")));
    }

    private <T> List<T> all(Family family, Body<T> body) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(ADDRESS);
            int count = Library.number("virConnectListAll" + family.many, pointer, list.address(), 0);
            check("listing " + family.many, count);
            MemorySegment objects = Library.at(list, count * JAVA_LONG.byteSize());
            var results = new ArrayList<T>(count);
            try {
                for (int i = 0; i < count; i++) {
                    results.add(body.on(objects.getAtIndex(JAVA_LONG, i)));
                }
            } finally {
                for (int i = 0; i < count; i++) {
                    Library.number(family.function("Free"), objects.getAtIndex(JAVA_LONG, i));
                }
                Library.free(objects.address());
            }
            return results;
        }
    }

    private static String name(Family family, long object) {
        return Library.borrowed(Library.call(family.function("GetName"), object));
    }

    private static UUID id(Family family, long object) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(UUID_BUFFER);
            check("reading a UUID", Library.number(family.function("GetUUIDString"), object, buffer.address()));
            return UUID.fromString(buffer.getString(0));
        }
    }

    private String version(String function) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_LONG);
            check("reading a version", Library.number(function, pointer, value.address()));
            long number = value.get(JAVA_LONG, 0);
            return "%d.%d.%d".formatted(number / 1_000_000, number / 1000 % 1000, number % 1000);
        }
    }

    /// None when the guest went away since it was listed.
    private static List<String> consoles(long domain) {
        long text = Library.call("virDomainGetXMLDesc", domain, 0);
        return text == NOTHING ? List.of() : CONSOLE.matcher(Library.owned(text)).results().map(found -> found.group(1) != null
                ? "%s://%s:%s".formatted(found.group(1), found.group(3), found.group(2)) : "%s:%s".formatted(found.group(4), found.group(5))).toList();
    }
}
