package io.bessemer.db;

class MariaDbGuestStoreTest extends GuestStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
