package io.bessemer.db;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tests of one class with a database of their own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseCase {
    Database database;

    abstract DatabaseSettings settings();

    /// [StoreTest#START] unless a class says otherwise.
    Clock clock() {
        return ticking(() -> StoreTest.START);
    }

    /// Nanosecond by nanosecond, of which columns keep microseconds.
    static Clock ticking(InstantSource source) {
        return InstantSource.tick(source, Duration.ofNanos(1)).withZone(ZoneOffset.UTC);
    }

    @BeforeAll
    void open(@TempDir Path dataDir) {
        database = Database.open(settings(), dataDir, clock());
    }

    @AfterAll
    void close() {
        if (database != null) {
            database.close();
        }
    }

    List<String> raw(String sql) {
        try (Connection connection = database.dataSource().getConnection(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
