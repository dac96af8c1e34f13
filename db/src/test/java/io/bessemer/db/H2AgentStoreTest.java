package io.bessemer.db;

class H2AgentStoreTest extends AgentStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
