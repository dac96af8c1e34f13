package io.bessemer.plain;

import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// Has the settings that it was given, and none after a factory reset or a restart of the process.
final class FakeBios implements BiosInterface {
    private final Map<NodeId, Map<String, Setting>> settings = new ConcurrentHashMap<>();
    private final FakeDelays delays;

    FakeBios(FakeDelays delays) {
        this.delays = delays;
    }

    @Override
    public List<Setting> settings(DriverNode node) {
        return List.copyOf(settings.getOrDefault(node.id(), Map.of()).values());
    }

    @Override
    public void apply(DriverNode node, Map<String, String> wanted) throws DriverException {
        FakePower.pause(delays.of("bios"));
        Map<String, Setting> kept = settings.computeIfAbsent(node.id(), _ -> new ConcurrentSkipListMap<>());
        wanted.forEach((name, value) -> kept.put(name, new Setting(name, value, Registry.UNKNOWN, Instant.now())));
    }

    @Override
    public void factoryReset(DriverNode node) throws DriverException {
        FakePower.pause(delays.of("bios"));
        settings.remove(node.id());
    }
}
