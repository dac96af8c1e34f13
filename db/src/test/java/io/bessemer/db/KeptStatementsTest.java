package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.h2.jdbc.JdbcPreparedStatement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptStatementsTest {
    private static final String SELECT = "SELECT name FROM racks WHERE id = ?";

    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";QUERY_CACHE_SIZE=0");
        connection = new KeptStatements(h2).getConnection();
        connection.createStatement().execute("CREATE TABLE racks (id INT PRIMARY KEY, name VARCHAR(20))");
        connection.createStatement().execute("INSERT INTO racks VALUES (1, 'r1'), (2, 'r2')");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void isTheSameWhenItIsPreparedAgain() throws SQLException {
        JdbcPreparedStatement first = use(1, "r1");

        assertThat(use(2, "r2")).isSameAs(first);
    }

    @Test
    void isNotSharedWhileItIsInUse() throws SQLException {
        try (PreparedStatement outer = connection.prepareStatement(SELECT)) {
            outer.setInt(1, 1);
            try (ResultSet rows = outer.executeQuery()) {
                assertThat(use(2, "r2")).isNotSameAs(outer.unwrap(JdbcPreparedStatement.class));

                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("name")).isEqualTo("r1");
            }
        }
    }

    @Test
    void forgetsTheParametersOfItsLastUse() throws SQLException {
        use(1, "r1");

        try (PreparedStatement again = connection.prepareStatement(SELECT)) {
            assertThatExceptionOfType(SQLException.class).isThrownBy(again::executeQuery).withMessageContaining("\"#1\" is not set");
        }
    }

    @Test
    void isNotKeptWhenItFailed() throws SQLException {
        JdbcPreparedStatement failed;
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO racks VALUES (?, 'twice')")) {
            failed = insert.unwrap(JdbcPreparedStatement.class);
            insert.setInt(1, 1);
            assertThatExceptionOfType(SQLException.class).isThrownBy(insert::executeUpdate);
        }

        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO racks VALUES (?, 'twice')")) {
            assertThat(insert.unwrap(JdbcPreparedStatement.class)).isNotSameAs(failed);
        }
        assertThat(failed.isClosed()).isTrue();
    }

    @Test
    void isNotKeptWithLimitsOfItsOwn() throws SQLException {
        try (PreparedStatement limited = connection.prepareStatement("SELECT id FROM racks")) {
            limited.setMaxRows(1);
            limited.executeQuery().close();
        }

        try (PreparedStatement all = connection.prepareStatement("SELECT id FROM racks"); ResultSet rows = all.executeQuery()) {
            assertThat(rows.next() && rows.next()).isTrue();
        }
    }

    @Test
    void seesATableThatWasChanged() throws SQLException {
        use(1, "r1");
        connection.createStatement().execute("ALTER TABLE racks ALTER COLUMN name RENAME TO label");
        connection.createStatement().execute("ALTER TABLE racks ADD COLUMN name VARCHAR(20) DEFAULT 'new'");

        use(1, "new");
    }

    @Test
    void isOfNoUseOnceItIsClosed() throws SQLException {
        PreparedStatement closed = connection.prepareStatement(SELECT);
        closed.close();
        closed.close();

        assertThat(closed.isClosed()).isTrue();
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> closed.setInt(1, 1)).withMessageContaining("closed");
    }

    @Test
    void endsItsResultWithItsUse() throws SQLException {
        PreparedStatement statement = connection.prepareStatement("SELECT id FROM racks");
        ResultSet rows = statement.executeQuery();
        statement.close();

        assertThat(rows.isClosed()).isTrue();
    }

    @Test
    void thoseLongestUnusedAreClosed() throws SQLException {
        JdbcPreparedStatement first = use(1, "r1");
        for (int i = 0; i < 256; i++) {
            connection.prepareStatement("SELECT %d FROM racks".formatted(i)).close();
        }

        assertThat(first.isClosed()).isTrue();
    }

    /// one use, and what it was in truth
    private JdbcPreparedStatement use(int id, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
            statement.setInt(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("name")).isEqualTo(name);
            }
            return statement.unwrap(JdbcPreparedStatement.class);
        }
    }
}
