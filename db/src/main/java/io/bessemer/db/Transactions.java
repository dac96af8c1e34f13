package io.bessemer.db;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Runs work in a transaction, and begins it again when a deadlock or a lock timeout made it lose to another. Inside a transaction
/// of the caller it takes part in that one, which then is the caller's to repeat. It also begins again when H2 had closed the database
/// before, over a disk that was full.
public final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int ATTEMPTS = 6;
    /// the pool may have as many connections that it does not know to be broken
    private static final int BROKEN_CONNECTIONS = 40;

    private final DurableTransactions durable;
    private final DiskSpace space;

    Transactions(DurableTransactions durable, DiskSpace space) {
        this.durable = durable;
        this.space = space;
    }

    /// All that `work` does through the stores, and through [Database#dataSource()] on this thread, happens or none of it.
    /// `work` may run several times.
    public <T> T call(Supplier<T> work) {
        return callWith(status -> work.get());
    }

    public void run(Runnable work) {
        runWith(status -> work.run());
    }

    /// For what is soon told again, as heartbeats: does not wait for the disk, so a kill may lose it.
    void runLazily(Runnable work) {
        attempted(durable::lazily, status -> {
            work.run();
            return true;
        });
    }

    void runWith(Consumer<TransactionStatus> work) {
        callWith(status -> {
            work.accept(status);
            return true;
        });
    }

    <T> T callWith(Function<TransactionStatus, T> work) {
        return attempted(durable::execute, work);
    }

    private <T> T attempted(Function<Function<TransactionStatus, T>, T> outermost, Function<TransactionStatus, T> work) {
        boolean nested = TransactionSynchronizationManager.isActualTransactionActive();
        int broken = 0;
        for (int attempt = 1; ; attempt++) {
            try {
                if (nested) {
                    return durable.lazily(work);
                }
                space.require();
                T result = outermost.apply(work);
                space.stored();
                return result;
            } catch (RuntimeException thrown) {
                RuntimeException e = ofTheWork(thrown);
                if (!nested && SqlFailures.closed(e) && !atCommit(e) && broken++ < BROKEN_CONNECTIONS) {
                    attempt--;
                    continue;
                }
                if (nested || attempt == ATTEMPTS || !SqlFailures.lostToAnother(e)) {
                    throw nested ? e : space.explain(e);
                }
                LOG.debug("transaction begins again, attempt {}: {}", attempt, e.getMessage());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(2L << attempt)));
            }
        }
    }

    /// What the work failed of counts; that its connection was too broken to be rolled back follows from it, and undoes as well.
    private static RuntimeException ofTheWork(RuntimeException thrown) {
        if (thrown instanceof TransactionSystemException failed && failed.getApplicationException() instanceof RuntimeException why) {
            why.addSuppressed(thrown);
            return why;
        }
        return thrown;
    }

    /// A commit that failed may have happened: it is not repeated.
    private static boolean atCommit(RuntimeException e) {
        return e instanceof TransactionSystemException failed && failed.getApplicationException() == null;
    }
}
