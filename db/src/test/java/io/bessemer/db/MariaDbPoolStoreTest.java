package io.bessemer.db;

class MariaDbPoolStoreTest extends PoolStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
