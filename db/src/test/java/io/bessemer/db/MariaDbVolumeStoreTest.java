package io.bessemer.db;

class MariaDbVolumeStoreTest extends VolumeStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
