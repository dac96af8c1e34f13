package io.bessemer.db;

class H2PoolStoreTest extends PoolStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
