package io.bessemer.host.join;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import io.bessemer.core.tls.Authorities;
import io.bessemer.host.protocol.key.Keys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/// Who this host is to the server. One file, so that key and certificate are never of two minds.
///
/// @param ticketHash  SHA-256 of the token that it joined by, to tell a fresh ticket
/// @param key         PEM
/// @param certificate PEM; null while it joins: the key is kept before it is sent, so that a repeated join is the same join
public record Identity(String url, UUID node, String ca, String ticketHash, String key, String certificate) {
    private static final char[] IN_MEMORY = "in memory".toCharArray();

    public boolean joined() {
        return certificate != null;
    }

    Identity with(String newKey, String newCertificate) {
        return new Identity(url, node, ca, ticketHash, newKey, newCertificate);
    }

    public X509Certificate x509() throws GeneralSecurityException {
        return Keys.certificate(certificate);
    }

    /// When a new certificate is due: after two thirds of this one's life.
    public Instant renewal() throws GeneralSecurityException {
        X509Certificate mine = x509();
        Instant from = mine.getNotBefore().toInstant();
        return from.plus(Duration.between(from, mine.getNotAfter().toInstant()).multipliedBy(2).dividedBy(3));
    }

    /// TLS that trusts the server's authority alone, and shows the certificate if there is one.
    public SSLSocketFactory tls() throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (joined()) {
            own.setKeyEntry("host", Keys.pair(key).getPrivate(), IN_MEMORY, new Certificate[] {x509()});
        }
        keys.init(own, IN_MEMORY);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), Authorities.managers(List.of(Keys.certificate(ca))), null);
        return context.getSocketFactory();
    }

    Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("url", url);
        map.put("node", node.toString());
        map.put("ca", ca);
        map.put("ticket_hash", ticketHash);
        map.put("key", key);
        map.put("certificate", certificate);
        return map;
    }

    static Identity fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        return new Identity(fields.text("url"), fields.uuid("node"), fields.text("ca"), fields.hash("ticket_hash"), fields.text("key"),
                fields.text("certificate", null));
    }

    @Override
    public String toString() {
        return "Identity[url=%s, node=%s, joined=%s]".formatted(url, node, joined());
    }
}
