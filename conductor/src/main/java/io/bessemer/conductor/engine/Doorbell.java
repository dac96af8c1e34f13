package io.bessemer.conductor.engine;

import io.bessemer.core.node.NodeId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tells an agent's long poll that there may be a command. A hint only: a poll that missed it looks again by itself.
public final class Doorbell {
    private final ConcurrentHashMap<NodeId, CountDownLatch> bells = new ConcurrentHashMap<>();

    public void ring(NodeId node) {
        CountDownLatch bell = bells.remove(node);
        if (bell != null) {
            bell.countDown();
        }
    }

    public void ringAll() {
        bells.keySet().forEach(this::ring);
    }

    /// Take it before looking, wait on it after: so no ring is lost in between.
    public CountDownLatch bell(NodeId node) {
        return bells.computeIfAbsent(node, id -> new CountDownLatch(1));
    }

    /// @return whether to look at once
    public static boolean await(CountDownLatch bell, Duration time) throws InterruptedException {
        return bell.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
