package io.bessemer.host.libvirt;

import io.bessemer.host.foreign.Library;
import java.lang.foreign.MemorySegment;

/// libvirt's own event loop, on one thread of the process: it hears events and keeps connections alive.
final class EventLoop {
    private static boolean running;

    private EventLoop() {}

    /// To be called before the first connection is opened.
    static synchronized void start() {
        if (running) {
            return;
        }
        if (Library.number("virEventRegisterDefaultImpl") < 0) {
            throw new IllegalStateException("libvirt's event loop could not be set up");
        }
        Thread.ofPlatform().daemon().name("libvirt-events").start(EventLoop::run);
        running = true;
    }

    /// Calls back after each change of a domain's state, on the loop's thread: `heard` must return at once.
    static void listen(long connection, MemorySegment heard) throws LibvirtException {
        int lifecycle = 0; // VIR_DOMAIN_EVENT_ID_LIFECYCLE
        if (Library.number("virConnectDomainEventRegisterAny", connection, 0, lifecycle, heard.address(), 0, 0) < 0) {
            throw Connection.failure("listening to domain events");
        }
    }

    private static void run() {
        while (true) {
            if (Library.number("virEventRunDefaultImpl") < 0) {
                try {
                    Thread.sleep(1000); // or a broken loop would spin
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }
}
