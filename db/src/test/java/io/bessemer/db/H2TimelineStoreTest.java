package io.bessemer.db;

class H2TimelineStoreTest extends TimelineStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
