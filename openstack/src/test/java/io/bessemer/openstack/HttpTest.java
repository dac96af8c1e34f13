package io.bessemer.openstack;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.bessemer.core.program.Command;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String KEYTOOL = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();

    @Test
    void a_clouds_own_authority_is_trusted_when_it_is_named_and_not_otherwise(@TempDir Path folder) throws Exception {
        Path keys = folder.resolve("keys.p12");
        Path authority = folder.resolve("ca.pem");
        Command.of(KEYTOOL, "-genkeypair", "-alias", "cloud", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1",
                "-keystore", keys.toString(), "-storepass", "password").run();
        Files.writeString(authority, Command.of(KEYTOOL, "-exportcert", "-rfc", "-alias", "cloud", "-keystore", keys.toString(), "-storepass", "password").run());
        WireMockServer server = new WireMockServer(options().dynamicPort().dynamicHttpsPort().keystorePath(keys.toString()).keystorePassword("password")
                .keyManagerPassword("password").keystoreType("PKCS12"));
        server.start();
        try (Http trusting = new Http(authority, LIMIT); Http other = new Http(null, LIMIT)) {
            server.stubFor(get(anyUrl()).willReturn(okJson("{\"a\": 1}")));
            URI uri = URI.create("https://localhost:" + server.httpsPort() + "/");
            assertThat(trusting.call("GET", uri, Map.of(), null, LIMIT).body().path("a").asInt()).isEqualTo(1);
            assertThatThrownBy(() -> other.call("GET", uri, Map.of(), null, LIMIT)).isInstanceOf(OpenStackException.class).hasMessageContaining("PKIX");
        } finally {
            server.stop();
        }
    }

    @Test
    void a_file_that_has_no_certificates_is_named(@TempDir Path folder) throws Exception {
        Path wrong = Files.writeString(folder.resolve("ca.pem"), "no certificate");
        assertThatThrownBy(() -> new Http(wrong, LIMIT)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("ca-file").hasMessageContaining(wrong.toString());
        assertThatThrownBy(() -> new Http(folder.resolve("absent"), LIMIT)).hasMessageContaining("absent");
    }
}
