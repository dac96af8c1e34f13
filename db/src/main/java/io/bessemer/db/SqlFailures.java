package io.bessemer.db;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a failed statement means, for both databases.
final class SqlFailures {
    /// MariaDB: `Duplicate entry 'x' for key 'uq_nodes_name'`
    private static final Pattern MARIADB_KEY = Pattern.compile("for key '(?:\\w+\\.)?(\\w+)'");
    /// H2: `Unique index or primary key violation: "public.uq_nodes_name INDEX public.uq_nodes_name_INDEX_4 ON public.nodes(name NULLS FIRST) VALUES ( ... )"`
    private static final Pattern H2_KEY = Pattern.compile("violation: \"(?:\\w+\\.)?(\\w+) (?:index|on) ");

    private static final int MARIADB_DUPLICATE_ENTRY = 1062;
    private static final int H2_DUPLICATE_KEY = 23505;
    private static final int MARIADB_NO_REFERENCED_ROW = 1452;
    private static final int H2_PARENT_MISSING = 23506;
    private static final int MARIADB_ROW_IS_REFERENCED = 1451;
    private static final int H2_CHILD_EXISTS = 23503;

    /// H2 closed the database under its connections, as the file could not be written: the first from a statement that finds the database closed, the second from a connection
    /// that was closed with it.
    private static final Set<Integer> H2_CLOSED = Set.of(90098, 90121);

    /// MariaDB: lock wait timeout, deadlock (and a lost Galera certification), row changed since the snapshot.
    /// H2: deadlock, lock timeout, concurrent update.
    private static final Set<Integer> LOST_TO_ANOTHER = Set.of(1205, 1213, 1020, 40001, 50200, 90131);

    private SqlFailures() {
    }

    /// The name of the unique key that is violated, in lower case; empty when it is another kind of failure.
    static Optional<String> violatedKey(Throwable failure) {
        return sql(failure)
                .filter(sql -> sql.getErrorCode() == MARIADB_DUPLICATE_ENTRY || sql.getErrorCode() == H2_DUPLICATE_KEY)
                .map(SqlFailures::keyName);
    }

    static boolean parentMissing(Throwable failure) {
        return sql(failure)
                .filter(sql -> sql.getErrorCode() == MARIADB_NO_REFERENCED_ROW || sql.getErrorCode() == H2_PARENT_MISSING)
                .isPresent();
    }

    /// The row that was to be deleted is referred to by others.
    static boolean childPresent(Throwable failure) {
        return sql(failure)
                .filter(sql -> sql.getErrorCode() == MARIADB_ROW_IS_REFERENCED || sql.getErrorCode() == H2_CHILD_EXISTS)
                .isPresent();
    }

    /// Another transaction was in the way, and the same work may succeed when it is begun again.
    static boolean lostToAnother(Throwable failure) {
        return sql(failure)
                .filter(sql -> LOST_TO_ANOTHER.contains(sql.getErrorCode()) || "40001".equals(sql.getSQLState()))
                .isPresent();
    }

    /// The statement was not executed, as H2 had closed the database before; a new connection opens it again.
    static boolean closed(Throwable failure) {
        return sql(failure).filter(sql -> H2_CLOSED.contains(sql.getErrorCode())).isPresent();
    }

    /// The words are those of Linux for ENOSPC and EDQUOT.
    static boolean diskFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof IOException && (message.contains("No space left on device") || message.contains("Disk quota exceeded"))) {
                return true;
            }
        }
        return false;
    }

    static Optional<SQLException> sql(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    /// MariaDB tells the value before the key, and a value may look like anything: the last match counts. H2 tells the key first.

    private static String keyName(SQLException violation) {
        String message = String.valueOf(violation.getMessage()).toLowerCase(Locale.ROOT);
        if (violation.getErrorCode() == H2_DUPLICATE_KEY) {
            Matcher h2 = H2_KEY.matcher(message);
            return h2.find() ? h2.group(1) : "primary";
        }
        Matcher mariadb = MARIADB_KEY.matcher(message);
        String last = "primary";
        while (mariadb.find()) {
            last = mariadb.group(1);
        }
        return last;
    }
}
