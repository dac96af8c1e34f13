package io.bessemer.host.layout;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.CommandFailedException;
import io.bessemer.host.HostFiles;
import io.bessemer.host.protocol.HostFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Files and services of a cloud's own agent on this host, as nova-compute's. All of it may be done again and again, and be killed at any
/// point.
public final class CloudServices {
    /// names of the services, one in each line: orders to leave do not have them any more
    private static final String KNOWN = "/var/lib/bessemer/cloud-services";
    /// is there while a file was changed and not all services were restarted since
    private static final String RESTART = "/var/lib/bessemer/cloud-services-restart";
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final HostFiles files;
    private final String systemctl;

    /// @param systemctl path or name of the program
    public CloudServices(HostFiles files, String systemctl) {
        this.files = files;
        this.systemctl = systemctl;
    }

    public void follow(List<HostFile> wanted, List<String> services) throws IOException {
        files.change(KNOWN, String.join("\n", services), "rw-------");
        List<HostFile> changed = new ArrayList<>();
        for (HostFile file : wanted) {
            if (!files.isAsWanted(file)) {
                changed.add(file);
            }
        }
        if (!changed.isEmpty()) {
            files.write(RESTART, "", "rw-------");
        }
        for (HostFile file : changed) {
            files.write(file);
        }
        boolean restart = files.text(RESTART).isPresent();
        for (String service : services) {
            if (restart) {
                systemctl("restart", service); // starts one that does not run, too
            } else if (!runs(service)) {
                systemctl("start", service);
            }
        }
        files.delete(RESTART);
    }

    public void stop() throws IOException {
        for (String service : files.text(KNOWN).orElse("").lines().toList()) {
            systemctl("stop", service);
        }
    }

    /// One that is starting does.
    private boolean runs(String service) throws IOException {
        try {
            String state = Command.of(systemctl, "--no-ask-password", "show", "--property=ActiveState", "--value", service).timeout(TIMEOUT).run().strip();
            return List.of("active", "activating", "reloading").contains(state);
        } catch (CommandFailedException e) {
            return false; // starting it tells why
        }
    }

    private void systemctl(String verb, String service) throws IOException {
        Command.of(systemctl, "--no-ask-password", verb, service).timeout(TIMEOUT).run();
    }
}
