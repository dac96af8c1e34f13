package io.bessemer.db;

class MariaDbStoreTest extends StoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
