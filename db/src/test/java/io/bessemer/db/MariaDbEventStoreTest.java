package io.bessemer.db;

class MariaDbEventStoreTest extends EventStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
