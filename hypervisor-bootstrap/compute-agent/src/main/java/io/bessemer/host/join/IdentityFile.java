package io.bessemer.host.join;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.host.HostFiles;
import io.bessemer.host.server.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Keeps the identity on the host's disk, for root alone.
public final class IdentityFile {
    static final String NAME = "/var/lib/bessemer/identity.json";

    private static final String SPENT = "/var/lib/bessemer/spent-tickets";

    private final HostFiles files;

    public IdentityFile(HostFiles files) {
        this.files = files;
    }

    public Optional<Identity> read() throws IOException {
        Optional<String> text = files.text(NAME);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Identity.fromMap(Json.object(text.get().getBytes(StandardCharsets.UTF_8))));
        } catch (DecodeException e) {
            throw new IOException("%s is damaged (%s). Remove it and give the host a fresh ticket.".formatted(NAME, e.getMessage()), e);
        }
    }

    /// Whether a ticket made this host join once: an old config drive is no reason to join anew.
    boolean spent(String ticketHash) {
        return files.text(SPENT).stream().flatMap(String::lines).anyMatch(ticketHash::equals);
    }

    void spend(String ticketHash) throws IOException {
        if (!spent(ticketHash)) {
            files.write(SPENT, files.text(SPENT).map(text -> text + "\n").orElse("") + ticketHash + "\n", "rw-------");
        }
    }

    void write(Identity identity) throws IOException {
        files.write(NAME, new String(Json.bytes(identity.toMap()), StandardCharsets.UTF_8), "rw-------");
    }
}
