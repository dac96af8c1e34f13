package io.bessemer.server;

import io.bessemer.api.host.HostDoor;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews the certificates of the doors by which hosts call: a server runs longer than a certificate is good.
final class HostDoors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostDoors.class);
    private static final Duration LOOK_EVERY = Duration.ofHours(1);

    private final List<HostDoor> doors = new CopyOnWriteArrayList<>();
    private final Clock clock;
    private final Thread renewer = Thread.ofVirtual().name("host-doors").unstarted(this::renew);

    HostDoors(Clock clock) {
        this.clock = clock;
        renewer.start();
    }

    HostDoor add(HostDoor door) {
        doors.add(door);
        return door;
    }

    private void renew() {
        try {
            while (true) {
                Thread.sleep(LOOK_EVERY);
                for (HostDoor door : doors) {
                    look(door);
                }
            }
        } catch (InterruptedException e) {
            return; // the server ends
        }
    }

    private void look(HostDoor door) {
        try {
            if (door.renewIfDue(clock.instant())) {
                LOG.atInfo().setMessage("The certificate that hosts see was renewed").addKeyValue("port", door.connector().getPort()).log();
            }
        } catch (RuntimeException e) {
            LOG.warn("The certificate that hosts see could not be renewed; the next try is in {}", LOOK_EVERY, e);
        }
    }

    @Override
    public void close() {
        renewer.interrupt();
    }
}
