package io.bessemer.db;

class MariaDbPortStoreTest extends PortStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
