package io.bessemer.db;

class H2EventStoreTest extends EventStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
