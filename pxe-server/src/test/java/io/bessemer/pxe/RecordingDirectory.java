package io.bessemer.pxe;

import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.timeline.BootPhase;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// A directory that a test fills by hand, and that remembers what it was told.
public final class RecordingDirectory implements BootDirectory {
    public record Event(MacAddress mac, BootPhase phase, String source, String event, String message, Map<String, Object> details) {
        @Override
        public String toString() {
            return source + "/" + event;
        }
    }

    public static final NodeId NODE = NodeId.of("1be26c0b-03f2-4d2e-ae87-c02d7f33c123");
    public static final String IMAGE_TOKEN = "agent-token";

    public final Map<MacAddress, BootAnswer> answers = new ConcurrentHashMap<>();
    public final List<Event> events = new CopyOnWriteArrayList<>();
    public final AtomicInteger tokensAsked = new AtomicInteger();
    public volatile List<String> kernelArguments = List.of("console=ttyS0", "quiet", "bessemer.token=one-time");
    public volatile Consumer<Event> listener = _ -> { };

    public RecordingDirectory ramdiskFor(String mac) {
        answers.put(new MacAddress(mac), new BootAnswer.Ramdisk(NODE, 1));
        return this;
    }

    public RecordingDirectory localDiskFor(String mac) {
        answers.put(new MacAddress(mac), new BootAnswer.LocalDisk(NODE));
        return this;
    }

    /// where the last script was asked for
    public final AtomicReference<URI> reachedAt = new AtomicReference<>();

    @Override
    public BootAnswer lookup(MacAddress mac) {
        return answers.getOrDefault(mac, new BootAnswer.Unknown());
    }

    @Override
    public Optional<RamdiskBoot> ramdisk(MacAddress mac, URI contentServer) {
        reachedAt.set(contentServer);
        return lookup(mac) instanceof BootAnswer.Ramdisk(var node, var attempt)
                ? Optional.of(new RamdiskBoot(node, attempt, "vmlinuz", "initramfs", kernelArguments)) : Optional.empty();
    }

    public final Map<MacAddress, InstanceBoot> instances = new ConcurrentHashMap<>();

    @Override
    public Optional<InstanceBoot> instance(MacAddress mac) {
        return Optional.ofNullable(instances.get(mac));
    }

    @Override
    public void observed(MacAddress mac, BootPhase phase, String source, String event, String message, Map<String, Object> details) {
        var seen = new Event(mac, phase, source, event, message, details);
        events.add(seen);
        listener.accept(seen);
    }

    @Override
    public Optional<ImageReader> imageReader(String bearerToken) {
        tokensAsked.incrementAndGet();
        return bearerToken.startsWith(IMAGE_TOKEN) ? Optional.of(new ImageReader(new NodeId(UUID.nameUUIDFromBytes(bearerToken.getBytes(StandardCharsets.UTF_8))), "")) : Optional.empty();
    }
}
