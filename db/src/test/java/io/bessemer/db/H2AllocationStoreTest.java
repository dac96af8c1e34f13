package io.bessemer.db;

class H2AllocationStoreTest extends AllocationStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
