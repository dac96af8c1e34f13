package io.bessemer.api.event;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.event.EventTypes;
import io.bessemer.core.event.SinkStore.SinkState;
import io.bessemer.core.event.Webhook;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Secrets;
import io.bessemer.core.tls.Authorities;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/// A webhook with how it is doing.
///
/// @param sink null before it is stored
/// @param last cursor of the newest event
record WebhookView(Webhook webhook, SinkState sink, long last) {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_URL = 2_000;
    private static final int LONGEST_PEM = 64 * 1024;
    private static final int MOST_TYPES = 20;
    private static final int LONGEST_RETRY_SECONDS = 30 * 24 * 3600;

    static final Fields<WebhookView> TABLE = new Fields<>("webhook", List.of(
            of("uuid", 1, (WebhookView view) -> view.webhook.id().toString()).setOnce((view, value, field) -> view.with(view.webhook.withId(Values.uuid(value, field)))).list().sort(),
            of("name", 1, (WebhookView view) -> view.webhook.name()).set((view, value, field) -> view.with(view.webhook.withName(name(value, field)))).list().sort(),
            of("url", 1, (WebhookView view) -> view.webhook.url()).set((view, value, field) -> view.with(view.webhook.withUrl(url(value, field)))).list(),
            of("secret", 1, (WebhookView view) -> view.webhook.secret()).set((view, value, field) -> view.with(view.webhook.withSecret(secret(value, field))))
                    .show((_, _) -> Secrets.MASK),
            of("types", 1, (WebhookView view) -> view.webhook.types()).set((view, value, field) -> view.with(view.webhook.withTypes(types(value, field)))).list(),
            of("ca_certificates", 1, (WebhookView view) -> view.webhook.authorities()).set((view, value, field) -> view.with(view.webhook.withAuthorities(pem(value, field)))),
            of("enabled", 1, (WebhookView view) -> view.webhook.enabled()).set((view, value, field) -> view.with(view.webhook.withEnabled(value == null || Values.flag(value, field))))
                    .list(),
            of("retry_for", 1, (WebhookView view) -> view.webhook.retryFor().toSeconds()).set((view, value, field) -> view.with(view.webhook.withRetryFor(retryFor(value, field)))),
            of("state", 1, (WebhookView view) -> view.webhook.enabled() ? view.told("state") : "disabled").list(),
            of("cursor", 1, (WebhookView view) -> view.told("cursor")),
            of("behind", 1, (WebhookView view) -> view.told("behind")).list(),
            of("delivered", 1, (WebhookView view) -> view.told("delivered")),
            of("dropped", 1, (WebhookView view) -> view.told("dropped")),
            of("attempts", 1, (WebhookView view) -> view.told("attempts")),
            of("failing_since", 1, (WebhookView view) -> view.told("failing_since")),
            of("last_error", 1, (WebhookView view) -> view.told("last_error")),
            of("last_delivered_at", 1, (WebhookView view) -> view.told("last_delivered_at")),
            of("created_at", 1, (WebhookView view) -> Values.time(view.webhook.createdAt())).sort(),
            of("updated_at", 1, (WebhookView view) -> Values.time(view.webhook.updatedAt())).sort(),
            of("links", 1, (BiFunction<WebhookView, RequestContext, Object>) (view, context) -> Links.of(context, "webhooks/" + view.webhook.id())).list()));

    static WebhookView draft(Webhook webhook) {
        return new WebhookView(webhook, null, 0);
    }

    private WebhookView with(Webhook changed) {
        return new WebhookView(changed, sink, last);
    }

    private Object told(String field) {
        return sink == null ? null : SinkShape.of(sink, last).get(field);
    }

    private static String name(Object value, String field) {
        String name = value == null ? "" : Values.text(value, field, LONGEST_NAME);
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new Failure.Invalid(field, "'%s' is no name of a webhook: give letters, digits, '.', '_' and '-'.".formatted(name));
        }
        return name;
    }

    private static String url(Object value, String field) {
        String url = value == null ? "" : Values.text(value, field, LONGEST_URL);
        String fault = Webhook.faultOfUrl(url);
        if (!fault.isEmpty()) {
            throw new Failure.Invalid(field, fault);
        }
        return url;
    }

    private static String secret(Object value, String field) {
        if (value instanceof String text && Webhook.isSecret(text)) {
            return text;
        }
        throw new Failure.Invalid(field, "must be %s and base64 of 24 to 64 bytes, as Standard Webhooks has it; left out on creation, one is made.".formatted(Webhook.SECRET_PREFIX));
    }

    private static List<String> types(Object value, String field) {
        List<String> types = value == null ? List.of() : Values.list(value, field).stream().map(type -> Values.text(type, field)).distinct().toList();
        if (types.size() > MOST_TYPES) {
            throw new Failure.Invalid(field, "has %d types, at most %d are allowed.".formatted(types.size(), MOST_TYPES));
        }
        types.stream().filter(type -> !EventTypes.isBeginning(type)).findFirst().ifPresent(type -> {
            throw new Failure.Invalid(field, "'%s' is no type of events, nor the beginning of one such as baremetal.node or bessemer.hypervisor.".formatted(type));
        });
        return types;
    }

    private static String pem(Object value, String field) {
        if (value == null) {
            return null;
        }
        String pem = Values.text(value, field, LONGEST_PEM);
        try {
            Authorities.read(pem);
        } catch (CertificateException broken) {
            throw new Failure.Invalid(field, "is no text of PEM certificates: %s.".formatted(broken.getMessage()));
        }
        return pem;
    }

    private static Duration retryFor(Object value, String field) {
        int seconds = value == null ? (int) Webhook.USUAL_RETRY.toSeconds() : Values.wholeNumber(value, field);
        if (seconds < 1 || seconds > LONGEST_RETRY_SECONDS) {
            throw new Failure.Invalid(field, "found %d, must be 1 to %d seconds.".formatted(seconds, LONGEST_RETRY_SECONDS));
        }
        return Duration.ofSeconds(seconds);
    }
}
