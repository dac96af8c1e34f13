package io.bessemer.host.join;

import io.bessemer.host.protocol.CertificateAnswer;
import io.bessemer.host.protocol.CertificateRequest;
import io.bessemer.host.protocol.JoinAnswer;
import io.bessemer.host.protocol.JoinRequest;
import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.protocol.key.Keys;
import io.bessemer.host.server.RefusedException;
import io.bessemer.host.server.ServerClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/// Joins and stays joined. Whatever is sent is on the disk first, so an agent that is killed anywhere goes on where it was: a join whose
/// answer was lost is repeated with the same key, which the server answers the same way.
public final class Membership {
    private final IdentityFile file;
    private final String version;
    private final String hostname;

    /// @param version of the agent
    public Membership(IdentityFile file, String version, String hostname) {
        this.file = file;
        this.version = version;
        this.hostname = hostname;
    }

    /// Who this host is: what it was, unless the ticket is a fresh one.
    ///
    /// @param ticket empty when there is none on the host any more
    /// @return empty when it never joined and has no ticket
    public Optional<Identity> recall(Optional<JoinTicket> ticket) throws IOException, GeneralSecurityException {
        Optional<Identity> kept = file.read();
        if (ticket.isEmpty()) {
            return kept;
        }
        String hash = hash(ticket.get().token());
        if (kept.isPresent() && (kept.get().ticketHash().equals(hash) || file.spent(hash))) {
            return kept;
        }
        var fresh = new Identity(ticket.get().url(), ticket.get().node(), ticket.get().ca(), hash, Keys.pem(Keys.generate()), null);
        file.write(fresh);
        return Optional.of(fresh);
    }

    /// @return as it is kept now
    public Identity join(Identity identity, String token) throws IOException, GeneralSecurityException, RefusedException {
        KeyPair pair = Keys.pair(identity.key());
        var server = new ServerClient(identity.url(), identity.node(), identity.tls());
        JoinAnswer answer = server.join(token, new JoinRequest(Keys.request(pair, identity.node()), version, hostname));
        Identity joined = keep(identity, pair, answer.certificate());
        file.spend(identity.ticketHash());
        return joined;
    }

    public static boolean due(Identity identity, Instant now) throws GeneralSecurityException {
        return now.isAfter(identity.renewal());
    }

    /// A fresh key and its certificate. The old ones are good until these are on the disk.
    public Identity renew(Identity identity, ServerClient server) throws IOException, GeneralSecurityException, RefusedException {
        KeyPair pair = Keys.generate();
        CertificateAnswer answer = server.renew(new CertificateRequest(Keys.request(pair, identity.node())));
        return keep(identity, pair, answer.certificate());
    }

    private Identity keep(Identity identity, KeyPair pair, String certificate) throws IOException, GeneralSecurityException {
        if (!Keys.certificate(certificate).getPublicKey().equals(pair.getPublic())) {
            throw new IOException("the server answered a certificate for another key");
        }
        Identity kept = identity.with(Keys.pem(pair), certificate);
        file.write(kept);
        return kept;
    }

    private static String hash(String token) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    }
}
