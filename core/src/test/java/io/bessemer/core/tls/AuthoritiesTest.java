package io.bessemer.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthoritiesTest {
    @Test
    void all_certificates_of_a_text_are_read() throws Exception {
        List<X509Certificate> two = some().subList(0, 2);
        assertThat(Authorities.read(pem(two.get(0)) + "# between them\n" + pem(two.get(1)))).isEqualTo(two);
    }

    @Test
    void only_those_that_were_given_are_trusted() throws Exception {
        List<X509Certificate> one = some().subList(0, 1);
        assertThat(((X509TrustManager) Authorities.managers(one)[0]).getAcceptedIssuers()).containsExactlyElementsOf(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no certificate at all", "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n"})
    void a_text_without_certificates_is_refused(String text, @TempDir Path directory) throws Exception {
        assertThatThrownBy(() -> Authorities.read(text)).isInstanceOf(CertificateException.class);
        Path file = Files.writeString(directory.resolve("ca.pem"), text);
        assertThatThrownBy(() -> Authorities.alsoTrusting(file)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("ca-file '" + file)
                .hasMessageContaining("Give a readable file of PEM certificates.");
    }

    /// As the JDK has them.
    private static List<X509Certificate> some() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return List.of(((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers());
    }

    private static String pem(X509Certificate certificate) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate.getEncoded()) + "\n-----END CERTIFICATE-----\n";
    }
}
