package io.bessemer.server;

import io.bessemer.api.door.DoorSettings;
import io.bessemer.core.network.Network;
import io.bessemer.core.network.VisitorLimit;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// `bessemer.doors.*`: how long a client may keep a connection for what, at the ports of clients, agents and hosts.
///
/// @param head       from the connection, or the first byte of a further request, to the end of its head; a TLS handshake is part of it
/// @param idle       that a connection stays open on which nothing is asked
/// @param silence    within a body or an answer, until the next byte moves
/// @param grace      that one body or one answer may be late in all, beyond what its bytes take at `least-rate`
/// @param leastRate  a second, of bodies that come and answers that are read; streams of events and consoles may rest, as only what is on its way counts
/// @param perAddress connections of one remote address at each port, the boot servers' HTTP included (an IPv6 network of 64 bits counts as one); 0 for any number
/// @param trusted    networks of proxies and others whose addresses may have any number
@Validated
@ConfigurationProperties("bessemer.doors")
public record DoorProperties(
        @DefaultValue("20s") @NotNull @DurationMin(seconds = 1) @DurationMax(minutes = 10) Duration head,
        @DefaultValue("60s") @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration idle,
        @DefaultValue("20s") @NotNull @DurationMin(seconds = 1) @DurationMax(minutes = 10) Duration silence,
        @DefaultValue("30s") @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration grace,
        @DefaultValue("1KB") @NotNull DataSize leastRate,
        @DefaultValue("256") @Min(0) @Max(1_000_000) int perAddress,
        @DefaultValue({"127.0.0.0/8", "::1/128"}) List<String> trusted) implements CheckedSettings {

    @Override
    public void check() {
        if (leastRate.toBytes() < 1) {
            throw new IllegalArgumentException("bessemer.doors.least-rate is '%s'. Give at least 1B, the bytes of a second.".formatted(leastRate));
        }
        settings();
    }

    DoorSettings settings() {
        return new DoorSettings(head, idle, silence, grace, leastRate.toBytes(), new VisitorLimit(perAddress, trusted.stream().filter(one -> !one.isBlank()).map(DoorProperties::network).toList()));
    }

    private static Network network(String text) {
        try {
            return new Network(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bessemer.doors.trusted: " + e.getMessage(), e);
        }
    }
}
