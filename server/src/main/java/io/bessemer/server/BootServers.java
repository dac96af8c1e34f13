package io.bessemer.server;

import io.bessemer.conductor.Conductor;
import io.bessemer.db.Database;
import io.bessemer.pxe.PxeServer;
import io.bessemer.pxe.PxeSettings;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Starts the conductor and the boot servers when the API is there, so that whatever a machine or an agent asks can be answered, and
/// stops them before it.
final class BootServers implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(BootServers.class);

    private final PxeProperties pxe;
    private final ServerProperties server;
    private final Conductor conductor;
    private final Database database;
    private final Clock clock;
    private PxeServer bootServer;
    private volatile boolean running;

    BootServers(PxeProperties pxe, ServerProperties server, Conductor conductor, Database database, Clock clock) {
        this.pxe = pxe;
        this.server = server;
        this.conductor = conductor;
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void start() {
        if (pxe.enabled()) {
            bootServer = new PxeServer(settings(), conductor.bootDirectory(), database.leases(), clock);
            bootServer.start();
        } else {
            LOG.warn("Boot servers are off: machines cannot boot. Set bessemer.pxe.enabled and bessemer.pxe.interfaces");
        }
        conductor.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        conductor.close();
        if (bootServer != null) {
            bootServer.close();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// After the web server, which starts at the highest phase but one.
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    private PxeSettings settings() {
        if (pxe.interfaces().isEmpty()) {
            throw new IllegalArgumentException("bessemer.pxe.enabled is true, but bessemer.pxe.interfaces names none. Add at least one, with name, "
                    + "address (172.22.0.1/24) and range (172.22.0.100-172.22.0.200).");
        }
        return new PxeSettings(pxe.interfaces().stream().map(BootServers::convert).toList(), pxe.dhcpPort(), pxe.dhcpClientPort(), pxe.tftpPort(),
                pxe.httpPort(), server.bootDirectory(), server.imagesDirectory(), pxe.discovery(), pxe.leaseTime(), pxe.replyToSource(),
                pxe.routerAdvertisements());
    }

    private static PxeSettings.Interface convert(PxeProperties.Interface on) {
        String setting = "bessemer.pxe.interfaces[" + on.name() + "]";
        String[] address = on.address().split("/", -1);
        String[] range = on.range().split("-", -1);
        if (address.length != 2 || !address[1].matches("\\d{1,2}")) {
            throw new IllegalArgumentException(setting + ".address is '" + on.address() + "'; allowed is ADDRESS/PREFIX, such as 172.22.0.1/24");
        }
        if (range.length != 2) {
            throw new IllegalArgumentException(setting + ".range is '" + on.range() + "'; allowed is FIRST-LAST, such as 172.22.0.100-172.22.0.200");
        }
        Optional<Inet4Address> router = on.router().isEmpty() ? Optional.empty() : Optional.of(ipv4(setting + ".router", on.router()));
        List<Inet4Address> dns = on.dns().stream().map(text -> ipv4(setting + ".dns", text)).toList();
        return new PxeSettings.Interface(on.name(), ipv4(setting + ".address", address[0]), Integer.parseInt(address[1]),
                ipv4(setting + ".range", range[0].strip()), ipv4(setting + ".range", range[1].strip()), router, dns);
    }

    private static Inet4Address ipv4(String setting, String text) {
        try {
            if (text.matches("[0-9.]+") && InetAddress.getByName(text) instanceof Inet4Address address) {
                return address;
            }
        } catch (UnknownHostException notAnAddress) {
            // told below
        }
        throw new IllegalArgumentException(setting + " has '" + text + "'; allowed is an IPv4 address such as 172.22.0.1");
    }
}
