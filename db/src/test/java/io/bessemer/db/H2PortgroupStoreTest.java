package io.bessemer.db;

class H2PortgroupStoreTest extends PortgroupStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
