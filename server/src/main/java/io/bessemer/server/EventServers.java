package io.bessemer.server;

import io.bessemer.notifications.EventFeed;
import io.bessemer.notifications.Relay;
import org.springframework.context.SmartLifecycle;

/// Tells events while the API is there. Stops before the web server, which waits for requests to end: streams end only when the feed does.
final class EventServers implements SmartLifecycle {
    private final EventFeed feed;
    private final Relay relay;
    private volatile boolean running;

    EventServers(EventFeed feed, Relay relay) {
        this.feed = feed;
        this.relay = relay;
    }

    @Override
    public void start() {
        feed.start();
        relay.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        feed.close();
        relay.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
