package io.bessemer.core.event;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/// An address that is told of events by POST.
///
/// @param name        unique
/// @param url         with `https`, or `http` where the network is trusted
/// @param secret      key of the signature, as Standard Webhooks writes it: `whsec_` and base64 of 24 to 64 bytes
/// @param types       beginnings of event types, at a dot: `baremetal.node` is all of nodes; empty for all events
/// @param authorities PEM certificates that the address's certificate may be from; null for the JDK's
/// @param enabled     one that is not is told nothing, and goes on where it was
/// @param retryFor    an event that was not taken and is older is given up
/// @param version     raised by every change
public record Webhook(UUID id, String name, String url, String secret, List<String> types, String authorities, boolean enabled, Duration retryFor, long version,
        Instant createdAt, Instant updatedAt) {
    public static final String SECRET_PREFIX = "whsec_";
    public static final Duration USUAL_RETRY = Duration.ofHours(24);
    private static final int LEAST_KEY_BYTES = 24;
    private static final int MOST_KEY_BYTES = 64;

    public Webhook {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(secret, "secret");
        types = List.copyOf(types);
    }

    public static Webhook draft(Instant now) {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new Webhook(UUID.randomUUID(), null, null, SECRET_PREFIX + Base64.getEncoder().encodeToString(key), List.of(), null, true, USUAL_RETRY, 1, now, null);
    }

    /// @return empty when it is one
    public static String faultOfUrl(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getScheme() == null || !uri.getScheme().matches("https?") || uri.getHost() == null || uri.getFragment() != null || uri.getUserInfo() != null) {
                return "'%s' is not allowed: give https://HOST[:PORT]/PATH (or http://), without user and fragment.".formatted(uri.getUserInfo() == null ? text : "***");
            }
            return "";
        } catch (URISyntaxException broken) {
            return "is no URL: %s. Give https://HOST[:PORT]/PATH.".formatted(broken.getReason());
        }
    }

    public static boolean isSecret(String text) {
        try {
            int bytes = text.startsWith(SECRET_PREFIX) ? Base64.getDecoder().decode(text.substring(SECRET_PREFIX.length())).length : 0;
            return bytes >= LEAST_KEY_BYTES && bytes <= MOST_KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /// Whether an event is among those asked for.
    public boolean wants(Event event) {
        return EventTypes.match(types, event.type());
    }

    public byte[] key() {
        return Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()));
    }

    public Webhook withId(UUID other) {
        return new Webhook(other, name, url, secret, types, authorities, enabled, retryFor, version, createdAt, updatedAt);
    }

    public Webhook withName(String other) {
        return new Webhook(id, other, url, secret, types, authorities, enabled, retryFor, version, createdAt, updatedAt);
    }

    public Webhook withUrl(String other) {
        return new Webhook(id, name, other, secret, types, authorities, enabled, retryFor, version, createdAt, updatedAt);
    }

    public Webhook withSecret(String other) {
        return new Webhook(id, name, url, other, types, authorities, enabled, retryFor, version, createdAt, updatedAt);
    }

    public Webhook withTypes(List<String> other) {
        return new Webhook(id, name, url, secret, other, authorities, enabled, retryFor, version, createdAt, updatedAt);
    }

    public Webhook withAuthorities(String other) {
        return new Webhook(id, name, url, secret, types, other, enabled, retryFor, version, createdAt, updatedAt);
    }

    public Webhook withEnabled(boolean other) {
        return new Webhook(id, name, url, secret, types, authorities, other, retryFor, version, createdAt, updatedAt);
    }

    public Webhook withRetryFor(Duration other) {
        return new Webhook(id, name, url, secret, types, authorities, enabled, other, version, createdAt, updatedAt);
    }

    @Override
    public String toString() {
        return "Webhook[%s %s]".formatted(id, name);
    }
}
