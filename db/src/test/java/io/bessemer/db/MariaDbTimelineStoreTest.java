package io.bessemer.db;

class MariaDbTimelineStoreTest extends TimelineStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
