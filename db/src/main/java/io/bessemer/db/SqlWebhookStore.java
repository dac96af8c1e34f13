package io.bessemer.db;

import io.bessemer.core.event.Webhook;
import io.bessemer.core.event.WebhookStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.db.WebhookMapper.WebhookRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Webhooks. The secret is sealed, and so is the URL: the addresses of chat services are secrets themselves.
final class SqlWebhookStore implements WebhookStore {
    private final WebhookMapper webhooks;
    private final SinkMapper sinks;
    private final JsonColumns json;
    private final SecretCipher cipher;
    private final Transactions transactions;
    private final Clock clock;

    SqlWebhookStore(Mappers mappers, JsonColumns json, SecretCipher cipher, Transactions transactions, Clock clock) {
        this.webhooks = mappers.of(WebhookMapper.class);
        this.sinks = mappers.of(SinkMapper.class);
        this.json = json;
        this.cipher = cipher;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Webhook create(Webhook webhook) {
        WebhookRow row = row(webhook, webhook.updatedAt());
        try {
            transactions.run(() -> {
                webhooks.insert(row);
                sinks.insert(row.uuid());
            });
        } catch (RuntimeException e) {
            throw failure(e, webhook);
        }
        return webhook(row);
    }

    @Override
    public Optional<Webhook> find(UUID id) {
        return Optional.ofNullable(webhooks.find(id.toString())).map(this::webhook);
    }

    @Override
    public Optional<Webhook> findByName(String name) {
        return Optional.ofNullable(webhooks.findByName(name)).map(this::webhook);
    }

    @Override
    public List<Webhook> list() {
        return webhooks.list().stream().map(this::webhook).toList();
    }

    @Override
    public Optional<Webhook> update(Webhook webhook) {
        WebhookRow row = row(webhook, clock.instant());
        try {
            return transactions.call(() -> webhooks.update(row) == 0 ? Optional.empty() : find(webhook.id()));
        } catch (RuntimeException e) {
            throw failure(e, webhook);
        }
    }

    @Override
    public boolean delete(UUID id) {
        return transactions.call(() -> {
            sinks.delete(id.toString());
            return webhooks.delete(id.toString());
        }) == 1;
    }

    private WebhookRow row(Webhook webhook, Instant updatedAt) {
        String uuid = webhook.id().toString();
        return new WebhookRow(uuid, webhook.version(), webhook.name(), cipher.seal(webhook.url(), uuid + "/url"), cipher.seal(webhook.secret(), uuid + "/secret"),
                json.writePlain(webhook.types()), webhook.authorities(), webhook.enabled(), webhook.retryFor().toSeconds(), Micros.of(webhook.createdAt()), Micros.of(updatedAt));
    }

    private Webhook webhook(WebhookRow row) {
        return new Webhook(UUID.fromString(row.uuid()), row.name(), cipher.open(row.url(), row.uuid() + "/url"), cipher.open(row.secret(), row.uuid() + "/secret"),
                Arrays.asList(json.readPlain(row.types(), String[].class)), row.authorities(), row.enabled(), Duration.ofSeconds(row.retrySeconds()), row.version(),
                row.createdAt(), row.updatedAt());
    }

    private static RuntimeException failure(RuntimeException e, Webhook webhook) {
        return switch (SqlFailures.violatedKey(e).orElse("")) {
            case "uq_webhooks_uuid" -> new Failure.Conflict("A webhook with UUID %s already exists.".formatted(webhook.id()));
            case "uq_webhooks_name" -> new Failure.NameAlreadyExists("webhook", webhook.name());
            default -> e;
        };
    }
}
