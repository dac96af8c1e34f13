package io.bessemer.server;

import io.bessemer.plain.FakeDelays;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.fake-hardware.*`: nodes without a machine.
///
/// @param delays by interface, how long it pretends to work: one duration, or two between which each takes some time, as in `deploy: 10s,30s`;
///               those not named take no time
@Validated
@ConfigurationProperties("bessemer.fake-hardware")
public record FakeHardwareProperties(@DefaultValue Map<String, List<Duration>> delays) {
    FakeDelays settings() {
        return new FakeDelays(delays.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, one -> range(one.getKey(), one.getValue()))));
    }

    private static FakeDelays.Range range(String name, List<Duration> ends) {
        if (ends.isEmpty() || ends.size() > 2) {
            throw new IllegalArgumentException("bessemer.fake-hardware.delays.%s has %d durations, but may have one or two.".formatted(name, ends.size()));
        }
        return new FakeDelays.Range(ends.getFirst(), ends.getLast());
    }
}
