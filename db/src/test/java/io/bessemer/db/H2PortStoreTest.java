package io.bessemer.db;

class H2PortStoreTest extends PortStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
