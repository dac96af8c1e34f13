package io.bessemer.db;

class MariaDbAllocationStoreTest extends AllocationStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
