package io.bessemer.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;

/// The API's own certificate. The files are looked at every few seconds; when they have changed, and fit together, those who connect
/// from then on see the new ones. Files that do not are told in the log, and the certificate before them stays.
final class ApiTls implements AutoCloseable {
    static final String BUNDLE = "bessemer-api";

    private static final Logger LOG = LoggerFactory.getLogger(ApiTls.class);
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");
    private static final long LOOK_SECONDS = 5;

    private final ApiProperties.Tls settings;
    private final DefaultSslBundleRegistry bundles;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("api-tls").daemon().factory());
    private Stamp seen;

    private record Stamp(FileTime certificate, long certificateBytes, FileTime key, long keyBytes) {}

    /// Does nothing when there are no files.
    ApiTls(ApiProperties.Tls settings) {
        this.settings = settings;
        if (!settings.on()) {
            this.bundles = new DefaultSslBundleRegistry();
            return;
        }
        this.seen = stamp(settings);
        this.bundles = new DefaultSslBundleRegistry(BUNDLE, load(settings));
        watch.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /// Makes the first connector, by which clients come, speak TLS.
    void secure(TomcatServletWebServerFactory factory) {
        if (settings.on()) {
            factory.setSslBundles(bundles);
            factory.setSsl(Ssl.forBundle(BUNDLE));
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    synchronized void look() {
        try {
            Stamp now = stamp(settings);
            if (now.equals(seen)) {
                return;
            }
            seen = now;
            bundles.updateBundle(BUNDLE, load(settings));
            LOG.atInfo().addKeyValue("certificate", settings.certificate()).setMessage("the API shows another certificate").log();
        } catch (RuntimeException wrong) {
            LOG.atError().addKeyValue("reason", wrong.getMessage()).setMessage("the API's certificate could not be renewed; the one before stays").log();
        }
    }

    /// @throws IllegalArgumentException that says what is wrong with the files
    static SslBundle load(ApiProperties.Tls settings) {
        try {
            PemSslStore store = PemSslStore.load(new PemSslStoreDetails("PKCS12", uri(settings.certificate()), uri(settings.key())));
            if (store == null || store.certificates() == null || store.certificates().isEmpty()) {
                throw new IllegalStateException("there is no certificate in it");
            }
            X509Certificate own = store.certificates().getFirst();
            own.checkValidity();
            SslStoreBundle stores = new PemSslStoreBundle(store.withAlias("api"), null);
            KeyStore keys = stores.getKeyStore();
            if (keys.size() == 0) {
                throw new IllegalStateException("they hold no certificate with its key");
            }
            if (!KeyPairCheck.fit(own.getPublicKey(), store.privateKey())) {
                throw new IllegalStateException("the key is not that of the first certificate");
            }
            SslBundle bundle = SslBundle.of(stores, SslBundleKey.NONE, SslOptions.of(null, PROTOCOLS));
            bundle.createSslContext();
            return bundle;
        } catch (CertificateExpiredException | CertificateNotYetValidException outOfTime) {
            throw new IllegalArgumentException("bessemer.api.tls.certificate is '%s', which is not valid today: %s. Give a certificate that is."
                    .formatted(settings.certificate(), outOfTime.getMessage()), outOfTime);
        } catch (RuntimeException | KeyStoreException e) {
            throw new IllegalArgumentException("bessemer.api.tls.certificate is '%s' and bessemer.api.tls.key is '%s', which cannot be used: %s. Give PEM files of a certificate with its chain, and of its key."
                    .formatted(settings.certificate(), settings.key(), e.getMessage()), e);
        }
    }

    private static String uri(String file) {
        return Path.of(file).toAbsolutePath().toUri().toString();
    }

    private static Stamp stamp(ApiProperties.Tls settings) {
        try {
            Path certificate = Path.of(settings.certificate());
            Path key = Path.of(settings.key());
            return new Stamp(Files.getLastModifiedTime(certificate), Files.size(certificate), Files.getLastModifiedTime(key), Files.size(key));
        } catch (IOException e) {
            throw new IllegalArgumentException("bessemer.api.tls.certificate or bessemer.api.tls.key cannot be read: %s".formatted(e), e);
        }
    }
}
