package io.bessemer.api.host;

import io.bessemer.conductor.Tokens;
import io.bessemer.conductor.pool.CertificateAuthority;
import java.net.InetAddress;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;

/// The TLS connector by which hosts call. A certificate of theirs is asked for, and must be our authority's if it comes; which request
/// needs one, the resource decides.
public final class HostDoor {
    private static final int MAX_CONNECTIONS = 20_000;
    private static final String PROTOCOLS = "TLSv1.2+TLSv1.3";

    private HostDoor() {}

    /// @param addresses under which hosts know us: they stand in the certificate
    public static Connector connector(InetAddress listen, int port, CertificateAuthority authority, List<String> names, List<String> addresses) {
        Http11NioProtocol protocol = new Http11NioProtocol();
        protocol.setSSLEnabled(true);
        protocol.setAddress(listen);
        protocol.setMaxConnections(MAX_CONNECTIONS);
        protocol.setExecutor(new VirtualThreadExecutor("host-"));
        Connector door = new Connector(protocol);
        door.setPort(port);
        door.setScheme("https");
        door.setSecure(true);
        door.addSslHostConfig(tls(authority, names, addresses));
        return door;
    }

    private static SSLHostConfig tls(CertificateAuthority authority, List<String> names, List<String> addresses) {
        String password = Tokens.random(); // of a key store that never leaves memory
        SSLHostConfig tls = new SSLHostConfig();
        tls.setProtocols(PROTOCOLS);
        tls.setCertificateVerification("optional");
        tls.setTrustStore(authority.trust());
        SSLHostConfigCertificate own = new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.EC);
        own.setCertificateKeystore(authority.server(names, addresses, password.toCharArray()));
        own.setCertificateKeystorePassword(password);
        tls.addCertificate(own);
        return tls;
    }
}
