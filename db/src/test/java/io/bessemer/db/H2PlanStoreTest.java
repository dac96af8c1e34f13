package io.bessemer.db;

class H2PlanStoreTest extends PlanStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
