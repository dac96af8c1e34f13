package io.bessemer.server;

import io.bessemer.conductor.Conductor;
import io.bessemer.core.network.VisitorLimit;
import io.bessemer.db.Database;
import io.bessemer.pxe.PxeServer;
import io.bessemer.pxe.PxeSettings;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Starts the conductor and the boot servers when the API is there, so that whatever a machine or an agent asks can be answered, and
/// stops them before it.
final class BootServers implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(BootServers.class);

    private final PxeProperties pxe;
    private final ServerProperties server;
    private final ImageProperties images;
    private final VisitorLimit visitors;
    private final Conductor conductor;
    private final Database database;
    private final Clock clock;
    private volatile PxeServer bootServer;
    private volatile boolean running;

    BootServers(PxeProperties pxe, ServerProperties server, ImageProperties images, VisitorLimit visitors, Conductor conductor, Database database, Clock clock) {
        this.pxe = pxe;
        this.server = server;
        this.images = images;
        this.visitors = visitors;
        this.conductor = conductor;
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void start() {
        if (pxe.enabled()) {
            bootServer = new PxeServer(settings(), conductor.bootDirectory(), database.leases(), neighbourKeys(), clock);
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

    /// What happened at the boot servers' ports since the start.
    Map<String, Long> counters() {
        PxeServer server = bootServer;
        if (server == null) {
            return Map.of();
        }
        Map<String, Long> counted = server.counters();
        counted.put("timeline.lost", conductor.lostObservations());
        return counted;
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

    /// Another one each day. Machines that began on different days fetch from us.
    private Optional<UnaryOperator<String>> neighbourKeys() {
        return images.peers() ? Optional.of(image -> database.derivedKey("neighbours of image %s on %s".formatted(image, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)))) : Optional.empty();
    }

    private PxeSettings settings() {
        pxe.requireInterfaces();
        return new PxeSettings(pxe.parsedInterfaces(), pxe.dhcpPort(), pxe.dhcpClientPort(), pxe.proxyPort(), pxe.tftpPort(),
                pxe.httpPort(), server.bootDirectory(), server.imagesDirectory(), pxe.discovery(), pxe.leaseTime(),
                pxe.conflictProbe(), pxe.rogueProbe(), pxe.replyToSource(), pxe.routerAdvertisements(), pxe.imageMachines(), visitors);
    }
}
