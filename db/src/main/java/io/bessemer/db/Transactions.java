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
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Runs work in a transaction, and begins it again when a deadlock or a lock timeout made it lose to another. Inside a transaction
/// of the caller it takes part in that one, which then is the caller's to repeat.
public final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int ATTEMPTS = 6;

    private final TransactionTemplate template;

    Transactions(TransactionTemplate template) {
        this.template = template;
    }

    /// All that `work` does through the stores, and through [Database#dataSource()] on this thread, happens or none of it.
    /// `work` may run several times.
    public <T> T call(Supplier<T> work) {
        return callWith(status -> work.get());
    }

    public void run(Runnable work) {
        runWith(status -> work.run());
    }

    void runWith(Consumer<TransactionStatus> work) {
        callWith(status -> {
            work.accept(status);
            return true;
        });
    }

    <T> T callWith(Function<TransactionStatus, T> work) {
        boolean nested = TransactionSynchronizationManager.isActualTransactionActive();
        for (int attempt = 1; ; attempt++) {
            try {
                return template.execute(work::apply);
            } catch (RuntimeException e) {
                if (nested || attempt == ATTEMPTS || !SqlFailures.lostToAnother(e)) {
                    throw e;
                }
                LOG.debug("transaction begins again, attempt {}: {}", attempt, e.getMessage());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(2L << attempt)));
            }
        }
    }
}
