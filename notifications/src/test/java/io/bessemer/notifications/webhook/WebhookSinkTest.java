package io.bessemer.notifications.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.bessemer.core.event.Event;
import io.bessemer.core.event.Webhook;
import io.bessemer.notifications.Sink.SinkException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookSinkTest {
    private static final Event EVENT = new Event(1, UUID.randomUUID(), Instant.parse("2026-01-02T03:04:05Z"), "baremetal.node.create.end", null, null, null, Map.of("name", "ä"));

    private static Webhook hook(String url) {
        return Webhook.draft(Instant.EPOCH).withName("h").withUrl(url);
    }

    /// The example of Standard Webhooks' libraries, computed by Python's hmac module.
    @Test
    void the_signature_is_that_of_standard_webhooks() {
        byte[] key = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assertThat(WebhookSink.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}")).isEqualTo("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void the_body_that_is_signed_is_the_body_that_is_sent() throws Exception {
        WireMockServer receiver = new WireMockServer(options().dynamicPort());
        receiver.start();
        Webhook hook = hook(receiver.url("/x"));
        try (WebhookSink sink = new WebhookSink(hook, Clock.systemUTC())) {
            receiver.stubFor(post("/x").willReturn(aResponse().withStatus(202)));
            sink.deliver(List.of(EVENT));
            var request = receiver.findAll(postRequestedFor(urlEqualTo("/x"))).getFirst();
            String body = new String(request.getBody(), StandardCharsets.UTF_8);
            assertThat(body).contains("\"ä\"").contains("\"timestamp\":\"2026-01-02T03:04:05Z\"");
            assertThat(request.getHeader("webhook-signature"))
                    .isEqualTo("v1," + WebhookSink.signature(hook.key(), request.getHeader("webhook-id"), request.getHeader("webhook-timestamp"), body));
        } finally {
            receiver.stop();
        }
    }

    @Test
    void one_that_answers_late_or_sends_elsewhere_has_not_taken_it() {
        WireMockServer receiver = new WireMockServer(options().dynamicPort());
        receiver.start();
        try (WebhookSink sink = new WebhookSink(hook(receiver.url("/x")), Clock.systemUTC(), Duration.ofMillis(300));
                WebhookSink patient = new WebhookSink(hook(receiver.url("/x")), Clock.systemUTC())) {
            receiver.stubFor(post("/x").willReturn(aResponse().withStatus(204).withFixedDelay(5_000)));
            assertThatThrownBy(() -> sink.deliver(List.of(EVENT))).isInstanceOf(SinkException.class).hasMessageMatching("did not answer within .*|.*timed out.*");
            receiver.stubFor(post("/x").willReturn(aResponse().withStatus(200).withBody("x".repeat(1000)).withChunkedDribbleDelay(100, 20_000)));
            assertThatThrownBy(() -> sink.deliver(List.of(EVENT))).as("a body that drips").isInstanceOf(SinkException.class);
            receiver.stubFor(post("/x").willReturn(aResponse().withStatus(302).withHeader("Location", receiver.url("/y"))));
            assertThatThrownBy(() -> patient.deliver(List.of(EVENT))).hasMessage("answered HTTP 302; 2xx is needed");
            receiver.verify(0, postRequestedFor(urlEqualTo("/y")));
        } finally {
            receiver.stop();
        }
    }

    @Test
    void the_certificate_must_be_from_an_authority_that_is_trusted_and_for_the_host(@TempDir Path directory) throws Exception {
        WireMockServer receiver = secure(directory, "ip:127.0.0.1");
        String url = "https://127.0.0.1:" + receiver.httpsPort() + "/x";
        try (WebhookSink stranger = new WebhookSink(hook(url), Clock.systemUTC());
                WebhookSink friend = new WebhookSink(hook(url).withAuthorities(Files.readString(directory.resolve("cert.pem"))), Clock.systemUTC());
                WebhookSink misnamed = new WebhookSink(hook(url.replace("127.0.0.1", "localhost")).withAuthorities(Files.readString(directory.resolve("cert.pem"))), Clock.systemUTC())) {
            assertThatThrownBy(() -> stranger.deliver(List.of(EVENT))).isInstanceOf(SinkException.class).hasMessageContaining("certification path");
            assertThatThrownBy(() -> misnamed.deliver(List.of(EVENT))).isInstanceOf(SinkException.class).hasMessageContaining("localhost");
            receiver.verify(0, postRequestedFor(anyUrl()));
            friend.deliver(List.of(EVENT));
            receiver.verify(1, postRequestedFor(urlEqualTo("/x")));
        } finally {
            receiver.stop();
        }
    }

    private static WireMockServer secure(Path directory, String name) throws IOException, InterruptedException {
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run(keytool, "-genkeypair", "-alias", "wiremock", "-keyalg", "EC", "-dname", "CN=receiver", "-ext", "san=" + name, "-validity", "2", "-storetype", "PKCS12",
                "-keystore", directory.resolve("keys.p12").toString(), "-storepass", "password");
        run(keytool, "-exportcert", "-rfc", "-alias", "wiremock", "-keystore", directory.resolve("keys.p12").toString(), "-storepass", "password", "-file",
                directory.resolve("cert.pem").toString());
        WireMockServer receiver = new WireMockServer(options().dynamicPort().dynamicHttpsPort().keystorePath(directory.resolve("keys.p12").toString()).keystoreType("PKCS12")
                .keystorePassword("password").keyManagerPassword("password"));
        receiver.start();
        receiver.stubFor(post("/x").willReturn(aResponse().withStatus(204)));
        return receiver;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
