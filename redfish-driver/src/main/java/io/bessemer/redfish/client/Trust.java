package io.bessemer.redfish.client;

import io.bessemer.core.tls.Authorities;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Whose certificates a BMC may show.
public sealed interface Trust {
    /// Those that the JDK trusts.
    record Jdk() implements Trust {}

    /// Anybody's: whoever answers at the address learns the password.
    record Anybody() implements Trust {}

    /// @param path PEM certificates: a file, or a folder of such files
    record Pem(Path path) implements Trust {}

    /// @throws IOException when a file cannot be read as certificates; the message says which
    static SSLContext context(Trust trust) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, switch (trust) {
                case Jdk() -> null;
                case Anybody() -> new TrustManager[] {new Gullible()};
                case Pem(Path path) -> trusting(path);
            }, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("%s cannot be used: %s".formatted(trust, e.getMessage()), e);
        }
    }

    private static TrustManager[] trusting(Path path) throws IOException, GeneralSecurityException {
        var certificates = new ArrayList<X509Certificate>();
        for (Path file : files(path)) {
            try {
                certificates.addAll(Authorities.read(file));
            } catch (CertificateException e) {
                throw new IOException("%s is no file of PEM certificates: %s".formatted(file, e.getMessage()), e);
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException("%s has no file of PEM certificates".formatted(path));
        }
        return Authorities.managers(certificates);
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> content = Files.list(path)) {
            return content.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// Being an extended one it is also asked for the host name, which the JDK would check otherwise.
    final class Gullible extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
            // never asked: we serve nobody
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            // as the operator chose
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // never asked: we serve nobody
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // as the operator chose
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // never asked: we serve nobody
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // as the operator chose
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
