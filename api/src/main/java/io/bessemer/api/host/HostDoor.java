package io.bessemer.api.host;

import io.bessemer.api.door.Door;
import io.bessemer.api.door.Doors;
import io.bessemer.conductor.Tokens;
import io.bessemer.conductor.pool.CertificateAuthority;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;

/// The TLS connector by which hosts call. A certificate of theirs is asked for, and must be our authority's if it comes; which request
/// needs one, the resource decides.
public final class HostDoor {
    private static final int MAX_CONNECTIONS = 20_000;
    private static final String PROTOCOLS = "TLSv1.2+TLSv1.3";

    private final Door protocol;
    private final Connector connector;
    private final CertificateAuthority authority;
    private final List<String> names;
    private final Supplier<List<String>> addresses;
    private X509Certificate own;

    /// @param addresses under which hosts know us: they stand in the certificate; asked for each that is made
    public HostDoor(InetAddress listen, int port, CertificateAuthority authority, List<String> names, Supplier<List<String>> addresses, Doors doors) {
        this.protocol = doors.open();
        this.connector = new Connector(protocol);
        this.authority = authority;
        this.names = List.copyOf(names);
        this.addresses = addresses;
        protocol.setSSLEnabled(true);
        protocol.setAddress(listen);
        protocol.setMaxConnections(MAX_CONNECTIONS);
        protocol.setExecutor(new VirtualThreadExecutor("host-"));
        connector.setPort(port);
        connector.setScheme("https");
        connector.setSecure(true);
        connector.addSslHostConfig(tls());
    }

    public Connector connector() {
        return connector;
    }

    /// Shows another certificate to those who connect from now on, when a third of the present one's life is left. Safe to repeat.
    ///
    /// @return whether it did
    public synchronized boolean renewIfDue(Instant now) {
        Instant from = own.getNotBefore().toInstant();
        Instant until = own.getNotAfter().toInstant();
        if (now.isBefore(until.minus(Duration.between(from, until).dividedBy(3)))) {
            return false;
        }
        protocol.addSslHostConfig(tls(), true);
        return true;
    }

    private SSLHostConfig tls() {
        String password = Tokens.random(); // of a key store that never leaves memory
        KeyStore keys = authority.server(names, addresses.get(), password.toCharArray());
        try {
            own = (X509Certificate) keys.getCertificate(keys.aliases().nextElement());
        } catch (KeyStoreException e) {
            throw new IllegalStateException("a key store that was just made is loaded", e);
        }
        SSLHostConfig tls = new SSLHostConfig();
        tls.setProtocols(PROTOCOLS);
        tls.setCertificateVerification("optional");
        tls.setTrustStore(authority.trust());
        SSLHostConfigCertificate certificate = new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.EC);
        certificate.setCertificateKeystore(keys);
        certificate.setCertificateKeystorePassword(password);
        tls.addCertificate(certificate);
        return tls;
    }
}
