package io.bessemer.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.server.ServerMain;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine;

/// A real server with TLS and users, and the command line's client.
class SecureApiTest {
    /// Ironic's own example: myName, myPassword
    private static final String USER = "myName:$2y$05$lE3eGtyj41jZwrzS87KTqe6.JETVCWBkc32C63UP2aYrGoYOEpbJm";
    private static final Map<String, String> LOGIN = Map.of("BESSEMER_API_USER", "myName", "BESSEMER_API_PASSWORD", "myPassword");

    @TempDir
    static Path directory;
    private static Path certificate;
    private static Path key;
    private static int port;
    private static ConfigurableApplicationContext server;

    @BeforeAll
    static void start() throws Exception {
        certificate = directory.resolve("api.crt");
        key = directory.resolve("api.key");
        makeCertificate("first");
        Path users = Files.writeString(directory.resolve("htpasswd"), USER + "\n");
        port = freePort();
        SpringApplication application = new SpringApplication(ServerMain.class);
        application.setBannerMode(Banner.Mode.OFF);
        server = application.run("--bessemer.data-dir=" + directory.resolve("data"), "--bessemer.api.listen=127.0.0.1:" + port,
                "--bessemer.agent.listen=127.0.0.1:" + freePort(), "--bessemer.hosts.port=" + freePort(), "--bessemer.api.auth=http-basic",
                "--bessemer.api.http-basic.file=" + users, "--bessemer.api.tls.certificate=" + certificate, "--bessemer.api.tls.key=" + key);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// By the JDK's own keytool.
    private static void makeCertificate(String name) throws Exception {
        Path store = directory.resolve(name + ".p12");
        Files.deleteIfExists(store);
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "api", "-keyalg", "EC",
                "-dname", "CN=" + name, "-ext", "san=ip:127.0.0.1", "-validity", "30", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "changeit")
                .redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        write(key, "PRIVATE KEY", keys.getKey("api", "changeit".toCharArray()).getEncoded());
        write(certificate, "CERTIFICATE", keys.getCertificate("api").getEncoded());
    }

    private static void write(Path file, String what, byte[] der) throws IOException {
        Files.writeString(file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), what));
    }

    private static BessemerClient client(Map<String, String> environment, String... arguments) {
        var options = new ServerOptions();
        CommandLine.populateCommand(options, arguments);
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("BESSEMER_API", "https://127.0.0.1:" + port);
        return options.client(all);
    }

    @Test
    void user_and_password_from_the_environment_let_the_command_line_in() throws Exception {
        try (var client = client(LOGIN, "--ca", certificate.toString())) {
            assertThat(client.nodes()).isEmpty();
            assertThat(client.get("/v1").toString()).contains("https://127.0.0.1:" + port + "/v1/");
        }
        try (var client = client(Map.of("OS_AUTH_TYPE", "http_basic", "OS_USERNAME", "myName", "OS_PASSWORD", "myPassword", "OS_CACERT", certificate.toString(),
                "BESSEMER_API", "", "OS_ENDPOINT", "https://127.0.0.1:" + port + "/v1"))) {
            assertThat(client.nodes()).isEmpty();
        }
    }

    @Test
    void who_has_no_login_or_a_wrong_one_is_told_what_to_set() {
        for (Map<String, String> environment : List.of(Map.<String, String>of(), Map.of("BESSEMER_API_USER", "myName", "BESSEMER_API_PASSWORD", "no"), Map.of("OS_TOKEN", "t"))) {
            try (var client = client(environment, "--ca", certificate.toString())) {
                assertThatThrownBy(client::nodes).isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.status()).isEqualTo(401))
                        .hasMessageContaining("BESSEMER_API_USER");
            }
        }
        assertThatThrownBy(() -> client(Map.of("BESSEMER_API_USER", "x"))).hasMessageContaining("BESSEMER_API_PASSWORD is not");
        assertThat(Login.from(LOGIN).toString()).doesNotContain("myPassword");
    }

    @Test
    void an_unknown_authority_is_told_with_its_cure() {
        try (var client = client(LOGIN)) {
            assertThatThrownBy(client::nodes).isInstanceOf(ApiException.class).hasMessageContaining("--ca FILE");
        }
        assertThatThrownBy(() -> client(LOGIN, "--ca", directory.resolve("none").toString())).hasMessageContaining("--ca is");
    }

    @Test
    void old_protocols_are_refused_and_another_certificate_is_shown_when_the_files_change() throws Exception {
        assertThat(shown("TLSv1.3")).isEqualTo("CN=first");
        assertThat(shown("TLSv1.2")).isEqualTo("CN=first");
        assertThatThrownBy(() -> shown("TLSv1.1")).isInstanceOf(SSLException.class);

        Files.writeString(certificate, "no certificate");
        look();
        assertThat(shown("TLSv1.3")).as("a broken file changes nothing").isEqualTo("CN=first");

        makeCertificate("second");
        Instant deadline = Instant.now().plusSeconds(60);
        while (!shown("TLSv1.3").equals("CN=second")) {
            assertThat(Instant.now()).as("the server still shows " + shown("TLSv1.3")).isBefore(deadline);
            Thread.sleep(200);
        }
        makeCertificate("first"); // another key, for the other tests
        while (!shown("TLSv1.3").equals("CN=first")) {
            assertThat(Instant.now()).isBefore(deadline.plusSeconds(60));
            Thread.sleep(200);
        }
    }

    /// Until the server has looked at the broken file: asked for, not waited for.
    private static void look() throws Exception {
        Object tls = server.getBean("apiTls");
        var look = tls.getClass().getDeclaredMethod("look");
        look.setAccessible(true);
        look.invoke(tls);
    }

    private static String shown(String protocol) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anything()}, new SecureRandom());
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
        }
    }

    private static final class Anything implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
