package io.bessemer.api.pool;

import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.Hypervisor.Capacity;
import io.bessemer.core.pool.HypervisorState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Capacity on the wire.
final class CapacityShape {
    private CapacityShape() {
    }

    /// @return null while nothing was reported
    static Map<String, Object> of(Capacity capacity) {
        if (capacity == null) {
            return null;
        }
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("vcpus", capacity.vcpus());
        shown.put("vcpus_used", capacity.vcpusUsed());
        shown.put("memory_mib", capacity.memoryMib());
        shown.put("memory_mib_used", capacity.memoryMibUsed());
        shown.put("disk_gib", capacity.diskGib());
        shown.put("disk_gib_used", capacity.diskGibUsed());
        shown.put("guests", capacity.guests());
        return shown;
    }

    /// Of those that take guests: the others' memory is nobody's to plan with.
    static Map<String, Object> sum(List<Hypervisor> hosts) {
        List<Hypervisor> enabled = hosts.stream().filter(host -> host.state() == HypervisorState.ENABLED).toList();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("hypervisors", enabled.size());
        shown.put("hypervisors_emulated", enabled.stream().filter(Hypervisor::emulates).count());
        shown.putAll(of(enabled.stream().map(Hypervisor::capacity).filter(Objects::nonNull).reduce(Capacity.NONE, Capacity::plus)));
        return shown;
    }
}
