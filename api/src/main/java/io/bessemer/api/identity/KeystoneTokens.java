package io.bessemer.api.identity;

import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.Role;
import io.bessemer.api.wire.WireException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Tokens of Keystone, in `X-Auth-Token`. What Keystone said of one is remembered until the token ends, and for some minutes at most; of a token
/// that is not good, for seconds. A Keystone that is away lets nobody in but those whom it knew a moment ago.
public final class KeystoneTokens implements Authentication {
    private static final String HEADER = "X-Auth-Token";
    /// Fernet's are about 200 characters long, JWS's some 1,000.
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,4096}");
    private static final Duration REFUSAL_REMEMBERED = Duration.ofSeconds(10);
    private static final int MOST_REMEMBERED = 20_000;

    private final KeystoneSettings settings;
    private final Keystone keystone;
    private final Clock clock;
    private final Cache<ByteBuffer, Verdict> verdicts;

    /// @param caller empty for a token that is not good
    private record Verdict(Optional<Caller> caller, Duration life) {}

    /// Keystone was away while a token was asked about; not remembered.
    private static final class Away extends RuntimeException {
        Away(Keystone.Unavailable cause) {
            super(cause);
        }
    }

    public KeystoneTokens(KeystoneSettings settings, Clock clock) {
        this(settings, clock, Ticker.systemTicker());
    }

    KeystoneTokens(KeystoneSettings settings, Clock clock, Ticker ticker) {
        this.settings = settings;
        this.keystone = new Keystone(settings);
        this.clock = clock;
        this.verdicts = Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).ticker(ticker)
                .expireAfter(Expiry.creating((ByteBuffer _, Verdict verdict) -> verdict.life)).build();
    }

    @Override
    public String challenge() {
        return "Keystone uri=\"%s\"".formatted(settings.publicUrl());
    }

    @Override
    public Caller authenticate(HttpServletRequest request) {
        String token = request.getHeader(HEADER);
        if (token == null || token.isEmpty()) {
            throw new Failure.Unauthorized("Authorization required: this server takes a token of Keystone at %s in %s.".formatted(settings.publicUrl(), HEADER));
        }
        if (!TOKEN.matcher(token).matches()) {
            throw new Failure.Unauthorized("%s is not a token: it has other characters, or more than 4096 of them.".formatted(HEADER));
        }
        try {
            return verdicts.get(key(token), _ -> ask(token)).caller
                    .orElseThrow(() -> new Failure.Unauthorized("Keystone does not know the token, or it has expired. Get another one."));
        } catch (Away away) {
            throw new WireException(ErrorKind.TRY_LATER, "Nobody can log in at this moment. " + away.getCause().getMessage());
        }
    }

    private Verdict ask(String token) {
        try {
            return keystone.validate(token).map(this::verdict).orElse(new Verdict(Optional.empty(), REFUSAL_REMEMBERED));
        } catch (Keystone.Unavailable e) {
            throw new Away(e);
        }
    }

    private Verdict verdict(JsonNode token) {
        Duration left = left(token.path("expires_at").asString(""));
        return new Verdict(Optional.of(caller(token)), left.compareTo(settings.remembered()) < 0 ? left : settings.remembered());
    }

    /// Nothing when the clocks disagree so much that the token is over: then Keystone is asked each time.
    private Duration left(String expires) {
        try {
            Duration left = Duration.between(clock.instant(), Instant.parse(expires));
            return left.isNegative() ? Duration.ZERO : left;
        } catch (DateTimeParseException unsaid) {
            return Duration.ZERO;
        }
    }

    private Caller caller(JsonNode token) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        token.path("roles").forEach(role -> Role.of(role.path("name").asString("")).ifPresent(roles::add));
        JsonNode user = token.path("user");
        JsonNode project = token.path("project");
        boolean service = !settings.serviceProject().isEmpty() && roles.contains(Role.SERVICE)
                && settings.serviceProject().equals(project.path("name").asString("")) && settings.projectDomain().equals(project.path("domain").path("name").asString(""));
        boolean system = token.path("system").path("all").asBoolean(false) || service;
        String id = project.path("id").asString("");
        if (service) { // only the service's own role reaches beyond its project
            roles.retainAll(Set.of(Role.SERVICE));
        }
        return new Caller(text(user.path("id")), text(user.path("name")), system || id.isEmpty() ? null : id, system, roles);
    }

    private static String text(JsonNode value) {
        return value.asString("").isEmpty() ? "?" : value.asString();
    }

    /// Tokens themselves are not kept.
    private static ByteBuffer key(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
