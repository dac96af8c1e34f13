package io.bessemer.db;

class MariaDbPortgroupStoreTest extends PortgroupStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
