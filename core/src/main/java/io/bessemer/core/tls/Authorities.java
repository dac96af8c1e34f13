package io.bessemer.core.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Certificates of those whose word is taken for another's identity, as PEM from an operator.
public final class Authorities {
    private Authorities() {}

    /// @throws CertificateException when it is no text of PEM certificates, or has none
    public static List<X509Certificate> read(String pem) throws CertificateException {
        return read(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
    }

    /// @throws CertificateException when it is no file of PEM certificates, or has none
    public static List<X509Certificate> read(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    private static List<X509Certificate> read(InputStream in) throws CertificateException {
        var certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
        if (certificates.isEmpty()) {
            throw new CertificateException("there is no certificate in it");
        }
        return certificates.stream().map(X509Certificate.class::cast).toList();
    }

    /// For clients that trust these alone, and have no certificate to show.
    public static SSLContext trusting(Collection<X509Certificate> authorities) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(authorities), null);
        return context;
    }

    /// For clients that trust a site's own authorities beside those of the JDK.
    ///
    /// @param caFile PEM, the setting `ca-file`
    /// @throws IllegalArgumentException naming the file, when it cannot be read or has no certificates
    public static SSLContext alsoTrusting(Path caFile) {
        try {
            var all = new ArrayList<X509Certificate>(read(caFile));
            Collections.addAll(all, ((X509TrustManager) managers((KeyStore) null)[0]).getAcceptedIssuers());
            return trusting(all);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("ca-file '%s' cannot be used: %s. Give a readable file of PEM certificates.".formatted(caFile, e.getMessage()), e);
        }
    }

    public static TrustManager[] managers(Collection<X509Certificate> authorities) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            return managers(store);
        } catch (IOException e) {
            throw new IllegalStateException("an empty store is not read from anywhere", e);
        }
    }

    private static TrustManager[] managers(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
