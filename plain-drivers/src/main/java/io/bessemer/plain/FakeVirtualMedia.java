package io.bessemer.plain;

import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.core.node.NodeId;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A drive of each kind, whose images nobody reads. Empty again after a restart of the process.
final class FakeVirtualMedia implements VirtualMediaInterface {
    private final Map<NodeId, Map<Device, String>> inserted = new ConcurrentHashMap<>();

    @Override
    public List<Drive> drives(DriverNode node) {
        Map<Device, String> images = inserted.getOrDefault(node.id(), Map.of());
        return Arrays.stream(Device.values()).map(device -> new Drive(device, images.get(device))).toList();
    }

    @Override
    public void attach(DriverNode node, Device device, String image) {
        inserted.compute(node.id(), (_, before) -> {
            Map<Device, String> images = new EnumMap<>(Device.class);
            images.putAll(before == null ? Map.of() : before);
            images.put(device, image);
            return images;
        });
    }

    @Override
    public void detach(DriverNode node, Set<Device> devices) {
        inserted.computeIfPresent(node.id(), (_, before) -> {
            Map<Device, String> images = new EnumMap<>(Device.class);
            images.putAll(before);
            images.keySet().removeAll(devices);
            return images;
        });
    }
}
