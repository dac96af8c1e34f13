package io.bessemer.db;

class H2StoreTest extends StoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
