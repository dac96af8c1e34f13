package io.bessemer.host.join;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.CommandFailedException;
import io.bessemer.host.HostFiles;
import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.server.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Where a host finds its ticket: on its config drive, which the agent reads itself so that a broken cloud-init can still be reported,
/// or in a file that somebody else put there.
public final class TicketSource {
    private static final String FILE = "/etc/bessemer/join.json";
    private static final String DRIVE = "/run/bessemer/config-drive";
    private static final String META_DATA = DRIVE + "/openstack/latest/meta_data.json";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HostFiles files;

    public TicketSource(HostFiles files) {
        this.files = files;
    }

    /// The file wins: an operator who writes one means it.
    ///
    /// @throws IOException saying what is wrong with the ticket that is there
    public Optional<JoinTicket> find() throws IOException {
        Optional<String> file = files.text(FILE);
        if (file.isPresent()) {
            return Optional.of(ticket(FILE, object(FILE, file.get())));
        }
        Optional<String> metaData = metaData();
        if (metaData.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> data = object("meta_data.json", metaData.get());
        try {
            Map<String, Object> join = Fields.of(Fields.of(data, "").object("bessemer"), "bessemer").object("join");
            return join.isEmpty() ? Optional.empty() : Optional.of(ticket("meta_data.json: bessemer.join", join));
        } catch (DecodeException e) {
            throw new IOException("meta_data.json of the config drive: " + e.getMessage(), e);
        }
    }

    private Optional<String> metaData() throws IOException {
        Path target = files.path(DRIVE);
        Optional<String> device = device();
        if (device.isEmpty()) {
            return Optional.empty();
        }
        Files.createDirectories(target);
        unmount(target); // of an agent that was killed here
        Command.of("mount", "-o", "ro,nosuid,nodev,noexec", device.get(), target.toString()).timeout(TIMEOUT).run();
        try {
            return files.text(META_DATA);
        } finally {
            unmount(target);
        }
    }

    /// Asked of the devices themselves: udev's links may come late or name another disk.
    private static Optional<String> device() throws IOException {
        for (String label : new String[] {"config-2", "CONFIG-2"}) { // vfat labels may be upper-case
            try {
                String devices = Command.of("blkid", "-c", "/dev/null", "-o", "device", "-t", "LABEL=" + label).timeout(TIMEOUT).run();
                return devices.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst();
            } catch (CommandFailedException e) {
                if (e.status() != 2) { // 2: no such device, blkid(8)
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    private static void unmount(Path target) throws IOException {
        try {
            Command.of("umount", target.toString()).timeout(TIMEOUT).run();
        } catch (CommandFailedException e) {
            if (e.status() != 32) { // 32: was not mounted, umount(8)
                throw e;
            }
        }
    }

    private static Map<String, Object> object(String where, String text) throws IOException {
        try {
            return Json.object(text.getBytes(StandardCharsets.UTF_8));
        } catch (DecodeException e) {
            throw new IOException("%s: %s".formatted(where, e.getMessage()), e);
        }
    }

    private static JoinTicket ticket(String where, Map<String, Object> map) throws IOException {
        try {
            return JoinTicket.fromMap(map);
        } catch (DecodeException e) {
            throw new IOException("%s: %s. Deploy the host again, or give it a fresh ticket.".formatted(where, e.getMessage()), e);
        }
    }
}
