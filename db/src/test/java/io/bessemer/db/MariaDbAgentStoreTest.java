package io.bessemer.db;

class MariaDbAgentStoreTest extends AgentStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
