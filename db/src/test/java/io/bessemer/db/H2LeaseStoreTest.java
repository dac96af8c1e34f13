package io.bessemer.db;

class H2LeaseStoreTest extends LeaseStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
