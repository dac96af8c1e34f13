package io.bessemer.server;

import io.bessemer.notifications.ironic.RabbitSettings;
import io.bessemer.notifications.ironic.RabbitSettings.Transport;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.notifications.*`: Ironic's versioned notifications by RabbitMQ.
///
/// @param transportUrl  of the brokers, as oslo.messaging writes it: `rabbit://USER:PASSWORD@HOST:5672,USER:PASSWORD@HOST:5672/VHOST`; empty for no notifications
/// @param tls           whether the brokers are asked by TLS; their certificate is checked, with their host name
/// @param caFile        PEM file of the authorities that it may be from; empty for the JDK's
/// @param exchange      Ironic's control exchange
/// @param topics        each is told everything, by the routing key TOPIC.info or TOPIC.error, as Ironic's `versioned_notifications_topics`
/// @param durable       exchange and queues survive a restart of the broker; as the listeners' `amqp_durable_queues`, or they cannot listen
/// @param level         `info` for all, `error` for errors alone
/// @param publisherHost ends the publisher's id, `ironic-conductor.HOST`; empty for bessemer.hostname
/// @param retryFor      an event that the brokers did not take and that is older is given up
@Validated
@ConfigurationProperties("bessemer.notifications")
public record NotificationProperties(
        @DefaultValue("") String transportUrl,
        @DefaultValue("false") boolean tls,
        @DefaultValue("") String caFile,
        @DefaultValue("ironic") @NotBlank String exchange,
        @DefaultValue("ironic_versioned_notifications") @NotEmpty List<@NotBlank String> topics,
        @DefaultValue("false") boolean durable,
        @DefaultValue("info") @Pattern(regexp = "info|error") String level,
        @DefaultValue("") String publisherHost,
        @DefaultValue("24h") @NotNull @DurationMin(seconds = 1) Duration retryFor) implements CheckedSettings {

    @Override
    public void check() {
        settings("");
    }

    /// @return empty without a transport URL
    Optional<RabbitSettings> settings(String hostname) {
        if (transportUrl.isEmpty()) {
            return Optional.empty();
        }
        Transport transport;
        try {
            transport = Transport.parse(transportUrl, tls);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("bessemer.notifications.transport-url %s; allowed is rabbit://USER:PASSWORD@HOST:5672/VHOST, with more brokers after commas"
                    .formatted(wrong.getMessage()), wrong);
        }
        return Optional.of(new RabbitSettings(transport.brokers(), transport.user(), transport.password(), transport.virtualHost(), tls,
                caFile.isEmpty() ? null : Path.of(caFile), exchange, topics, durable, level.equals("error"), publisherHost.isEmpty() ? hostname : publisherHost, retryFor));
    }

    @Override
    public String toString() {
        return "NotificationProperties[transportUrl=%s, topics=%s]".formatted(transportUrl.isEmpty() ? "" : "***", topics);
    }
}
