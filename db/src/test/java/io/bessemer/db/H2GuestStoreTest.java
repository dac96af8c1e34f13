package io.bessemer.db;

class H2GuestStoreTest extends GuestStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
