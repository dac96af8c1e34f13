package io.bessemer.notifications.webhook;

import io.bessemer.core.event.Event;
import io.bessemer.core.event.Webhook;
import io.bessemer.core.tls.Authorities;
import io.bessemer.notifications.EventShape;
import io.bessemer.notifications.Sink;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.json.JsonMapper;

/// One POST an event. A receiver has it when it answers 2xx within [#ANSWER]; redirects are not followed.
public final class WebhookSink implements Sink {
    static final Duration CONNECT = Duration.ofSeconds(5);
    static final Duration ANSWER = Duration.ofSeconds(10);
    /// type of the event that tells of lost ones
    static final String LOST = "bessemer.events.lost";

    private final JsonMapper json = JsonMapper.builder().build();
    private final Webhook webhook;
    private final Clock clock;
    private final Duration answerWithin;
    private final HttpClient http;

    public WebhookSink(Webhook webhook, Clock clock) {
        this(webhook, clock, ANSWER);
    }

    WebhookSink(Webhook webhook, Clock clock, Duration answerWithin) {
        this.webhook = webhook;
        this.clock = clock;
        this.answerWithin = answerWithin;
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER);
        if (webhook.authorities() != null) {
            builder.sslContext(trusting(webhook.authorities()));
        }
        this.http = builder.build();
    }

    private static SSLContext trusting(String authorities) {
        try {
            return Authorities.trusting(Authorities.read(authorities));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("ca_certificates: %s".formatted(e.getMessage()), e);
        }
    }

    @Override
    public String title() {
        return "webhook " + webhook.name();
    }

    @Override
    public boolean wants(Event event) {
        return webhook.wants(event);
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public Duration retryFor() {
        return webhook.retryFor();
    }

    @Override
    public void deliver(List<Event> events) throws SinkException, InterruptedException {
        for (Event event : events) {
            post(event);
        }
    }

    @Override
    public void lost(long after, long upTo) throws SinkException, InterruptedException {
        UUID id = UUID.nameUUIDFromBytes("%s %d %d".formatted(webhook.id(), after, upTo).getBytes(StandardCharsets.US_ASCII));
        post(new Event(upTo, id, clock.instant(), LOST, null, null, null, Map.of("after", after, "up_to", upTo)));
    }

    private void post(Event event) throws SinkException, InterruptedException {
        String body = json.writeValueAsString(EventShape.of(event, event.data()));
        String id = "msg_" + event.id();
        String timestamp = String.valueOf(clock.instant().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(URI.create(webhook.url())).timeout(answerWithin)
                .header("Content-Type", "application/json").header("User-Agent", "Bessemer")
                .header("webhook-id", id).header("webhook-timestamp", timestamp)
                .header("webhook-signature", "v1," + signature(webhook.key(), id, timestamp, body))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        CompletableFuture<HttpResponse<Void>> answer = http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            int status = answer.get(answerWithin.toMillis(), TimeUnit.MILLISECONDS).statusCode(); // with the body: the request's own timeout ends at the headers
            if (status / 100 != 2) {
                throw new SinkException("answered HTTP %d; 2xx is needed".formatted(status), null);
            }
        } catch (TimeoutException slow) {
            throw new SinkException("did not answer within %d ms".formatted(answerWithin.toMillis()), slow);
        } catch (ExecutionException e) {
            throw new SinkException(reason(e.getCause()), e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof ConnectException) {
            return "cannot be connected to" + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /// Standard Webhooks 1.0, "Signature scheme": HMAC-SHA256 of id, timestamp and body, in base64.
    static String signature(byte[] key, String id, String timestamp, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal("%s.%s.%s".formatted(id, timestamp, body).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
