package io.bessemer.db;

class MariaDbLeaseStoreTest extends LeaseStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
