package io.bessemer.pxe;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Makes a test class fail when a buffer was lost in it; Netty by itself only writes a line to the log. Every class of this module has it, by
/// JUnit's automatic registration; the detector's level is set for all modules, in the parent.
public final class LeakWatch implements AfterAllCallback {
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();
    private static final int ROUNDS = 3;

    @Override
    public void afterAll(ExtensionContext context) {
        requireNone();
    }

    static void requireNone() {
        if (!ResourceLeakDetector.isEnabled()) {
            throw new AssertionError("Netty's leak detection is off; it is switched on by -Dio.netty.leakDetection.level=paranoid");
        }
        for (int i = 0; i < ROUNDS; i++) { // a buffer is known as lost once it was collected, and told when another one is taken
            System.gc();
            for (int buffer = 0; buffer < 100; buffer++) {
                ByteBufAllocator.DEFAULT.buffer(8).release();
            }
        }
        if (!LEAKS.isEmpty()) {
            List<String> found = List.copyOf(LEAKS);
            LEAKS.clear();
            throw new AssertionError("%d buffers were not released. The first: %s".formatted(found.size(), found.getFirst()));
        }
    }

    /// Named in `io.netty.customResourceLeakDetector`.
    public static final class Detector<T> extends ResourceLeakDetector<T> {
        public Detector(Class<?> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        /// Netty looks for its older constructor too, and complains without.
        public Detector(Class<?> resource, int samplingInterval, long maxActive) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resource, String records) {
            LEAKS.add(resource + records);
        }

        @Override
        protected void reportUntracedLeak(String resource) {
            LEAKS.add(resource);
        }
    }
}
