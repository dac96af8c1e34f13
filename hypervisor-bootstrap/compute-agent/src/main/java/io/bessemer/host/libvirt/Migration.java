package io.bessemer.host.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.bessemer.host.foreign.Library;
import io.bessemer.host.libvirt.Connection.Family;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One guest's way to another host: this host's libvirt speaks to the other's by itself (peer to peer), so a migration goes on when the
/// process that asked for it ends. Between QEMUs the stream is encrypted, and both sides show a certificate of Bessemer's authority.
public final class Migration {
    // libvirt-domain.h, virDomainMigrateFlags
    private static final long LIVE = 1;
    private static final long PEER2PEER = 1 << 1;
    private static final long PERSIST_DEST = 1 << 3;
    private static final long UNDEFINE_SOURCE = 1 << 4;
    private static final long NON_SHARED_DISK = 1 << 6;
    private static final long OFFLINE = 1 << 10;
    /// a guest that writes faster than the network carries is slowed down, or its move would never end
    private static final long AUTO_CONVERGE = 1 << 13;
    private static final long TLS = 1 << 16;
    /// virDomainJobInfo: type, then milliseconds elapsed and remaining, bytes total, processed, remaining, ...
    private static final int JOB_BYTES = 96;
    /// VIR_DOMAIN_JOB_BOUNDED, VIR_DOMAIN_JOB_UNBOUNDED
    private static final Set<Integer> RUNNING = Set.of(1, 2);
    private static final double MIB = 1 << 20;

    private static final Pattern DISK = Pattern.compile("(?s)<disk type='([a-z]+)' device='(disk|lun)'.*?</disk>");
    private static final Pattern FILE = Pattern.compile("<source file='([^']*)'");
    private static final Pattern TARGET = Pattern.compile("<target dev='([^']*)'");
    /// as Linux names them in /proc/mounts
    private static final Set<String> SHARED = Set.of("nfs", "nfs4", "cifs", "smb3", "ceph", "fuse.glusterfs", "gfs2", "ocfs2", "lustre", "gpfs", "afs");

    private final Connection connection;
    private final UUID guest;

    public Migration(Connection connection, UUID guest) {
        this.connection = connection;
        this.guest = guest;
    }

    /// Moves the guest, and returns when it is not here any more.
    ///
    /// @param uri     libvirt's, of the other host
    /// @param address of the other host, for the stream
    /// @throws LibvirtException when it is here as before
    public void run(String uri, String address) throws LibvirtException {
        Connection.Guest found = find().orElse(null);
        if (found == null) {
            return;
        }
        if (!connection.uri().startsWith("qemu:") && !connection.uri().startsWith("xen:")) {
            throw new LibvirtException("migrating " + found.name(), "guests of %s cannot be moved while they run".formatted(connection.uri()));
        }
        connection.with(Family.DOMAIN, found.name(), domain -> {
            List<String> disks = localDisks(xml(domain));
            boolean persistent = Library.number("virDomainIsPersistent", domain) == 1;
            if (!found.active() && !disks.isEmpty()) {
                throw new LibvirtException("migrating " + found.name(), "it is shut off and has disks of this host (%s), which are copied of running guests alone. Start it, or remove it"
                        .formatted(String.join(", ", disks)));
            }
            long flags = PEER2PEER | (persistent ? PERSIST_DEST | UNDEFINE_SOURCE : 0);
            if (found.active()) {
                flags |= LIVE | AUTO_CONVERGE | (disks.isEmpty() ? 0 : NON_SHARED_DISK) | (connection.uri().startsWith("qemu:") ? TLS : 0);
            } else {
                flags |= OFFLINE;
            }
            migrate(domain, found, uri, address, disks, flags);
            return true;
        });
        Optional<Connection.Guest> left = find();
        if (left.isPresent() && !left.get().active()) { // libvirt does not insist on forgetting it
            new Guests(connection).remove(left.get().name());
        }
    }

    private static void migrate(long domain, Connection.Guest found, String uri, String address, List<String> disks, long flags) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_INT);
            MemorySegment room = arena.allocate(JAVA_INT);
            try {
                if (found.active()) {
                    // else the other host would name itself, by a name that this one need not know
                    add(arena, parameters, count, room, "migrate_uri", "tcp://" + address);
                    for (String disk : disks) {
                        add(arena, parameters, count, room, "migrate_disks", disk);
                    }
                }
                Connection.check("migrating %s to %s".formatted(found.name(), uri), Library.number("virDomainMigrateToURI3", domain,
                        arena.allocateFrom(uri).address(), parameters.get(JAVA_LONG, 0), count.get(JAVA_INT, 0), flags));
            } finally {
                Library.call("virTypedParamsFree", parameters.get(JAVA_LONG, 0), count.get(JAVA_INT, 0));
            }
        }
    }

    private static void add(Arena arena, MemorySegment parameters, MemorySegment count, MemorySegment room, String name, String value) throws LibvirtException {
        Connection.check("the parameter " + name, Library.number("virTypedParamsAddString", parameters.address(), count.address(), room.address(),
                arena.allocateFrom(name).address(), arena.allocateFrom(value).address()));
    }

    public Optional<Connection.Guest> find() throws LibvirtException {
        return connection.guests().stream().filter(one -> one.id().equals(guest)).findFirst();
    }

    /// What libvirt is doing with the guest: empty when nothing.
    ///
    /// @return as in "120 of 256 MiB"
    public Optional<String> job() throws LibvirtException {
        Optional<Connection.Guest> found = find();
        if (found.isEmpty() || !found.get().active()) {
            return Optional.empty();
        }
        return connection.with(Family.DOMAIN, found.get().name(), domain -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment info = arena.allocate(JOB_BYTES, 8);
                boolean running = Library.number("virDomainGetJobInfo", domain, info.address()) == 0 && RUNNING.contains(info.get(JAVA_INT, 0));
                return running ? Optional.of("%.0f of %.0f MiB copied".formatted(info.get(JAVA_LONG, 32) / MIB, info.get(JAVA_LONG, 24) / MIB)) : Optional.<String>empty();
            }
        }).flatMap(job -> job);
    }

    /// What libvirt is doing with the guest is given up.
    public void abort() throws LibvirtException {
        Optional<Connection.Guest> found = find();
        if (found.isPresent()) {
            connection.with(Family.DOMAIN, found.get().name(), domain -> {
                Connection.checkEnded("giving up the migration of " + found.get().name(), Library.number("virDomainAbortJob", domain));
                return true;
            });
        }
    }

    private static String xml(long domain) throws LibvirtException {
        long text = Library.call("virDomainGetXMLDesc", domain, 0);
        if (text == 0) {
            throw Connection.failure("reading the XML of a guest");
        }
        return Library.owned(text);
    }

    /// Names of the disks, as the guest sees them, that must be copied: those it writes to, where no other host sees them.
    ///
    /// @param xml as libvirt writes it
    static List<String> localDisks(String xml) {
        var local = new ArrayList<String>();
        Matcher disks = DISK.matcher(xml);
        while (disks.find()) {
            String disk = disks.group();
            Matcher target = TARGET.matcher(disk);
            boolean remote = disks.group(1).equals("network") || disks.group(1).equals("nvme") || disks.group(1).equals("vhostuser");
            if (target.find() && !remote && !disk.contains("<readonly/>") && !disk.contains("<shareable/>") && !shared(disk)) {
                local.add(target.group(1));
            }
        }
        return local;
    }

    private static boolean shared(String disk) {
        Matcher file = FILE.matcher(disk);
        if (!file.find()) {
            return false;
        }
        try {
            return SHARED.contains(Files.getFileStore(Path.of(file.group(1))).type());
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
