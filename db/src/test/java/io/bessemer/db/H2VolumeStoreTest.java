package io.bessemer.db;

class H2VolumeStoreTest extends VolumeStoreTest {
    @Override
    DatabaseSettings settings() {
        return DatabaseSettings.embedded();
    }
}
