package io.bessemer.api.event;

import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.core.event.SinkStore;
import io.bessemer.core.event.Webhook;
import io.bessemer.core.event.WebhookStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.notifications.EventFeed;
import io.bessemer.notifications.Relay;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/webhooks`: who is told of events by POST. Bessemer's own, not bound to a microversion.
@RestController
@RequestMapping("/v1/webhooks")
final class WebhookResource implements Shaped {
    private static final int ATTEMPTS = 5;

    private final WebhookStore webhooks;
    private final SinkStore sinks;
    private final EventFeed feed;
    private final Relay relay;
    private final Clock clock;

    WebhookResource(WebhookStore webhooks, SinkStore sinks, EventFeed feed, Relay relay, Clock clock) {
        this.webhooks = webhooks;
        this.sinks = sinks;
        this.feed = feed;
        this.relay = relay;
        this.clock = clock;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/webhooks", WebhookView.TABLE, WebhookView.draft(Webhook.draft(clock.instant())), List.of());
    }

    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        List<Field<WebhookView>> wanted = WebhookView.TABLE.wanted(query, context, false);
        Page page = Page.of(query, WebhookView.TABLE, context);
        List<WebhookView> part = page.of(webhooks.list().stream().map(this::view).toList(), WebhookView.TABLE, context, view -> view.webhook().id().toString(), "Webhook");
        return page.answer("webhooks", part.stream().map(view -> WebhookView.TABLE.show(view, wanted, context)).toList(), context, "/v1/webhooks",
                part.isEmpty() ? "" : part.getLast().webhook().id().toString());
    }

    /// The only answer that shows the secret.
    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Map<String, Object> members = body.members();
        for (String needed : List.of("name", "url")) {
            if (members.get(needed) == null) {
                throw new Failure.Missing(needed, "A webhook needs a name and a url.");
            }
        }
        Webhook created = webhooks.create(WebhookView.TABLE.create(WebhookView.draft(Webhook.draft(clock.instant())), members, context).webhook());
        relay.changed();
        Map<String, Object> answer = WebhookView.TABLE.detail(view(created), context);
        answer.put("secret", created.secret());
        return ResponseEntity.created(URI.create(context.base() + "/v1/webhooks/" + created.id())).body(answer);
    }

    @GetMapping("/{ident}")
    Map<String, Object> show(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly("fields");
        return WebhookView.TABLE.show(view(find(ident)), WebhookView.TABLE.wantedOfOne(query, context), context);
    }

    @PatchMapping("/{ident}")
    Map<String, Object> change(@PathVariable String ident, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        WebhookView.TABLE.check(patch, context);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Webhook> changed = webhooks.update(WebhookView.TABLE.patch(view(find(ident)), patch).webhook());
            if (changed.isPresent()) {
                relay.changed();
                return WebhookView.TABLE.detail(view(changed.get()), context);
            }
        }
        throw new Failure.Conflict("Webhook %s is being changed by others. Try again.".formatted(ident));
    }

    @DeleteMapping("/{ident}")
    ResponseEntity<Void> delete(@PathVariable String ident) {
        if (!webhooks.delete(find(ident).id())) {
            throw new Failure.NotFound("Webhook", ident);
        }
        relay.changed();
        return ResponseEntity.noContent().build();
    }

    private WebhookView view(Webhook webhook) {
        return new WebhookView(webhook, sinks.find(webhook.id().toString()).orElse(null), feed.range().last());
    }

    private Webhook find(String ident) {
        return uuid(ident).flatMap(webhooks::find).or(() -> webhooks.findByName(ident)).orElseThrow(() -> new Failure.NotFound("Webhook", ident));
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
        } catch (IllegalArgumentException aName) {
            return Optional.empty();
        }
    }
}
