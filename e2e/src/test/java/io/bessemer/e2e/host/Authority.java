package io.bessemer.e2e.host;

import io.bessemer.core.program.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate authority by the openssl program: neither the server's code nor the agent's.
final class Authority {
    private static final String PASSWORD = "test";

    private final Path folder;

    Authority(Path folder, String name) throws IOException {
        this.folder = Files.createDirectories(folder);
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path("ca.key"), "-out", path("cacert.pem"),
                "-subj", "/CN=" + name, "-days", "2", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
    }

    String certificate() throws IOException {
        return Files.readString(folder.resolve("cacert.pem"));
    }

    /// @param names as in `IP:127.0.0.1`
    String sign(String request, String names) throws IOException {
        openssl("req", "-verify", "-noout", "-in", Files.writeString(folder.resolve("request.pem"), request).toString());
        Files.writeString(folder.resolve("extensions"), "subjectAltName=%s\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n".formatted(names));
        return openssl("x509", "-req", "-in", path("request.pem"), "-CA", path("cacert.pem"), "-CAkey", path("ca.key"), "-CAcreateserial", "-days", "2",
                "-extfile", path("extensions"));
    }

    /// A folder as libvirt's `pkipath` wants it, for a client of this name that trusts `server`.
    Path client(String name, Authority server) throws IOException {
        Path pki = Files.createDirectories(folder.resolve("client-" + name));
        String request = openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", pki.resolve("clientkey.pem").toString(), "-subj", "/CN=" + name);
        Files.writeString(pki.resolve("clientcert.pem"), sign(request, "DNS:" + name));
        Files.writeString(pki.resolve("cacert.pem"), server.certificate());
        return pki;
    }

    /// TLS for a server of this name, that may ask clients for certificates of this authority.
    SSLContext server(String names) throws IOException, GeneralSecurityException {
        String request = openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path("server.key"), "-subj", "/CN=server");
        Files.writeString(folder.resolve("server.pem"), sign(request, names));
        openssl("pkcs12", "-export", "-inkey", path("server.key"), "-in", path("server.pem"), "-out", path("server.p12"), "-passout", "pass:" + PASSWORD);
        KeyStore store = KeyStore.getInstance(folder.resolve("server.p12").toFile(), PASSWORD.toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(folder.resolve("cacert.pem"))) {
            trusted.setCertificateEntry("ca", java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private static String openssl(String... words) throws IOException {
        return Command.of("openssl", words).run();
    }
}
