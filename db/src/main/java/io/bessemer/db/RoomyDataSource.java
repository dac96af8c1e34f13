package io.bessemer.db;

import io.bessemer.core.fault.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// For db-scheduler, which writes by itself several times a second: gives a connection when the disk has room. A transaction that
/// has begun goes on.
final class RoomyDataSource extends DelegatingDataSource {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final DiskSpace space;

    RoomyDataSource(DataSource dataSource, DiskSpace space) {
        super(dataSource);
        this.space = space;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            try {
                space.await(LIMIT);
            } catch (Failure.StorageFull e) {
                throw new SQLException(e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("Interrupted while waiting for room on the disk", e);
            }
        }
        return super.getConnection();
    }
}
