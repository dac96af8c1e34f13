package io.bessemer.host.libvirt;

import io.bessemer.host.foreign.Library;
import io.bessemer.host.libvirt.Connection.Family;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.regex.Pattern;

/// What may be done with guests. Each may be asked for twice: what is so already is no error.
public final class Guests {
    /// VIR_DOMAIN_START_AUTODESTROY: gone when the connection is
    private static final long AUTODESTROY = 2;
    /// VIR_DOMAIN_UNDEFINE_MANAGED_SAVE, SNAPSHOTS_METADATA, NVRAM
    private static final long WITH_ALL_ITS_STATE = 1 | 2 | 4;
    /// VIR_MIGRATE_LIVE, PEER2PEER, PERSIST_DEST, UNDEFINE_SOURCE
    private static final long LIVE = 1 | 2 | 8 | 16;
    private static final Pattern CONSOLE = Pattern.compile("<graphics type='(vnc|spice)' port='([0-9]+)'[^>]* listen='([^']*)'|<console type='(pty)' tty='([^']*)'");

    private final Connection connection;

    public Guests(Connection connection) {
        this.connection = connection;
    }

    /// A guest that is to stay. One of the same name and UUID gets the new definition.
    public void define(String xml) throws LibvirtException {
        connection.fromXml(Family.DOMAIN, "virDomainDefineXMLFlags", xml, 0);
    }

    /// A guest that vanishes when it ends or when this process does.
    public void run(String xml) throws LibvirtException {
        connection.fromXml(Family.DOMAIN, "virDomainCreateXML", xml, AUTODESTROY);
    }

    public void start(String name) throws LibvirtException {
        Boolean done = connection.with(Family.DOMAIN, name, domain -> {
            if (!active(domain)) {
                Connection.check("starting " + name, Library.number("virDomainCreate", domain));
            }
            return true;
        }).orElse(false);
        if (!done) {
            throw new LibvirtException("starting " + name, "there is no such guest");
        }
    }

    /// Asks the guest's operating system, which may take its time or not listen.
    public void shutDown(String name) throws LibvirtException {
        connection.with(Family.DOMAIN, name, domain -> {
            if (active(domain)) {
                Connection.checkEnded("shutting down " + name, Library.number("virDomainShutdown", domain));
            }
            return true;
        });
    }

    /// Pulls the plug.
    public void stop(String name) throws LibvirtException {
        connection.with(Family.DOMAIN, name, domain -> {
            if (active(domain)) {
                Connection.checkEnded("stopping " + name, Library.number("virDomainDestroy", domain));
            }
            return true;
        });
    }

    /// Stops and forgets it; its volumes stay.
    public void remove(String name) throws LibvirtException {
        stop(name);
        connection.with(Family.DOMAIN, name, domain -> { // a transient one is gone by now
            if (Library.number("virDomainUndefineFlags", domain, WITH_ALL_ITS_STATE) < 0) { // a driver without snapshots or NVRAM knows no flags
                Connection.checkEnded("undefining " + name, Library.number("virDomainUndefine", domain));
            }
            return true;
        });
    }

    /// Moves a running guest. A guest that is not here has moved already.
    ///
    /// @param target libvirt URI of the other host, as this host reaches it: `qemu+tls://h2/system`
    public void migrate(String name, String target) throws LibvirtException {
        connection.with(Family.DOMAIN, name, domain -> {
            try (Arena arena = Arena.ofConfined()) {
                Connection.check("migrating %s to %s".formatted(name, target),
                        Library.number("virDomainMigrateToURI3", domain, arena.allocateFrom(target).address(), 0, 0, LIVE));
            }
            return true;
        });
    }

    /// Where a running guest's consoles are on this host: `vnc://127.0.0.1:5900`, `pty:/dev/pts/3`.
    public List<String> consoles(String name) throws LibvirtException {
        return connection.inXml(name, CONSOLE).stream().map(found -> found.group(1) != null
                ? "%s://%s:%s".formatted(found.group(1), found.group(3), found.group(2)) : "%s:%s".formatted(found.group(4), found.group(5))).toList();
    }

    private static boolean active(long domain) throws LibvirtException {
        int active = Library.number("virDomainIsActive", domain);
        Connection.checkEnded("reading a guest's state", active);
        return active == 1;
    }
}
