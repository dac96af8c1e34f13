package io.bessemer.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

/// Transactions that are in the file, or on the server, when they return.
///
/// H2 either writes with each commit, the scheduler's too, which could as well be lost, or up to half a second later. So it is left to write later, and told
/// to write now when a transaction of the stores has ended. Those that end at the same time share one write.
final class DurableTransactions {
    private static final long GAP_NANOS = 3_000_000;

    private final TransactionTemplate template;
    private final DataSource pool;
    private final boolean embedded;
    private final DiskSync disk;
    /// whose end is worth waiting for before a write
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile long writtenAt = System.nanoTime();

    /// @param embedded H2 in this process; a server sees to its commits itself
    /// @param disk     is told of each write
    DurableTransactions(DataSource pool, boolean embedded, DiskSync disk) {
        this.template = new TransactionTemplate(new DataSourceTransactionManager(pool));
        this.pool = pool;
        this.embedded = embedded;
        this.disk = disk;
    }

    /// Takes part in a transaction of the caller; without one, a kill may lose it for half a second.
    <T> T lazily(Function<TransactionStatus, T> work) {
        return template.execute(work::apply);
    }

    /// @throws TransactionSystemException when it may or may not have been written
    <T> T execute(Function<TransactionStatus, T> work) {
        if (!embedded) {
            return template.execute(work::apply);
        }
        MVStore[] store = new MVStore[1];
        T result;
        underWay.incrementAndGet();
        try {
            result = template.execute(status -> {
                T done = work.apply(status);
                store[0] = store();
                return done;
            });
        } finally {
            underWay.decrementAndGet();
        }
        write(store[0]);
        return result;
    }

    /// That of the connection: after a full disk H2 opens another one.
    private MVStore store() {
        Connection connection = DataSourceUtils.getConnection(pool);
        try {
            return ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase().getStore().getMvStore();
        } catch (SQLException e) {
            throw new IllegalStateException("The embedded database is none of H2's", e);
        } finally {
            DataSourceUtils.releaseConnection(connection, pool);
        }
    }

    /// While there are other transactions, writes are [#GAP_NANOS] apart at least, so that more of them share each.
    private void write(MVStore store) {
        if (!store.isPersistent()) {
            return;
        }
        try {
            long wait = GAP_NANOS - (System.nanoTime() - writtenAt);
            if (wait > 0 && underWay.get() > 0) {
                LockSupport.parkNanos(wait);
            }
            boolean first = store.hasUnsavedChanges();
            long version = store.getCurrentVersion() + (first ? 1 : 0);
            boolean another = store.commit() < 0;
            if (another && store.getFileStore().lastChunkVersion() < version) {
                store.executeFilestoreOperation(() -> { }); // H2's own thread took the changes, and does not wait: this comes after its write
            }
            if (first) {
                writtenAt = System.nanoTime();
            }
            disk.written(store);
        } catch (RuntimeException e) {
            throw new TransactionSystemException("The database file could not be written", e);
        }
        if (store.getPanicException() != null || store.isClosed()) {
            throw new TransactionSystemException("The database file could not be written", store.getPanicException());
        }
    }
}
