package io.bessemer.host.libvirt;

import io.bessemer.host.foreign.Library;
import io.bessemer.host.libvirt.Connection.Family;

/// What may be done with guests. Each may be asked for twice: what is so already is no error.
public final class Guests {
    /// VIR_DOMAIN_START_AUTODESTROY: gone when the connection is
    private static final long AUTODESTROY = 2;
    /// VIR_DOMAIN_UNDEFINE_MANAGED_SAVE, SNAPSHOTS_METADATA, NVRAM
    private static final long WITH_ALL_ITS_STATE = 1 | 2 | 4;

    private final Connection connection;

    public Guests(Connection connection) {
        this.connection = connection;
    }

    /// A guest that is to stay. One of the same name and UUID gets the new definition.
    public void define(String xml) throws LibvirtException {
        connection.fromXml(Family.DOMAIN, "virDomainDefineXMLFlags", xml, 0);
    }

    /// A guest that vanishes when it ends.
    ///
    /// @param tied and when this process does
    public void run(String xml, boolean tied) throws LibvirtException {
        connection.fromXml(Family.DOMAIN, "virDomainCreateXML", xml, tied ? AUTODESTROY : 0);
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

    private static boolean active(long domain) throws LibvirtException {
        int active = Library.number("virDomainIsActive", domain);
        Connection.checkEnded("reading a guest's state", active);
        return active == 1;
    }
}
