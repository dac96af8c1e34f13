package io.bessemer.db;

class MariaDbPlanStoreTest extends PlanStoreTest {
    @Override
    DatabaseSettings settings() {
        return MariaDbServer.shared().newDatabase();
    }
}
