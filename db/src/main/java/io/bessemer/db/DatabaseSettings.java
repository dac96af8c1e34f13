package io.bessemer.db;

import java.nio.file.Path;

/// Settings `bessemer.database.*`.
///
/// @param url      JDBC address, H2 or MariaDB; `DATA/` stands for the data directory. Default: [#EMBEDDED]
/// @param user     default `bessemer`
/// @param password default empty, which is for the embedded database alone
/// @param poolSize connections, default 10
/// @param keepFreeBytes the embedded database is not written to while its disk has less free than this
public record DatabaseSettings(String url, String user, String password, int poolSize, long keepFreeBytes) {
    private static final long DEFAULT_KEEP_FREE_BYTES = 16L << 20;

    /// H2 in a file of the data directory; `async`, as another kind of file is closed for all when a thread that uses it is interrupted. `WRITE_DELAY`: milliseconds after which it writes by itself; [DurableTransactions] do not wait for it.
    /// `RETENTION_TIME`: milliseconds before room that became free is used again, whatever else; [DiskSync] sees to the disk. Not 0, with which H2 was seen to leave a file that does not open (its issue 4083).
    /// `DB_CLOSE_ON_EXIT=FALSE`: we close it, after the work has stopped. Text up to 64 KiB
    /// stays in its row, larger ones (config drives) go beside it. `QUERY_CACHE_SIZE`: [KeptStatements] are in its place. No TRACE file: statements carry secrets.
    public static final String EMBEDDED = "jdbc:h2:file:async:DATA/bessemer;MODE=MariaDB;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;"
            + "WRITE_DELAY=500;RETENTION_TIME=5000;LOCK_TIMEOUT=10000;MAX_LENGTH_INPLACE_LOB=65536;QUERY_CACHE_SIZE=0;OPTIMIZE_REUSE_RESULTS=0;DB_CLOSE_ON_EXIT=FALSE;AUTO_SERVER=FALSE;TRACE_LEVEL_FILE=0";

    public DatabaseSettings {
        url = url == null || url.isBlank() ? EMBEDDED : url;
        user = user == null || user.isBlank() ? "bessemer" : user;
        password = password == null ? "" : password;
        poolSize = poolSize <= 0 ? 10 : poolSize;
        if (!url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:mariadb:")) {
            throw new IllegalArgumentException(
                    "bessemer.database.url is '%s'; it must begin with jdbc:mariadb: or jdbc:h2:".formatted(withoutParameters(url)));
        }
        if (poolSize > 500) {
            throw new IllegalArgumentException("bessemer.database.pool-size is %d; at most 500 is allowed".formatted(poolSize));
        }
    }

    public DatabaseSettings(String url, String user, String password, int poolSize) {
        this(url, user, password, poolSize, DEFAULT_KEEP_FREE_BYTES);
    }

    public static DatabaseSettings embedded() {
        return new DatabaseSettings(null, null, null, 0);
    }

    /// H2 within this process.
    boolean embeddedInProcess() {
        return url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:");
    }

    /// A file of this process.
    boolean inFile() {
        return url.startsWith("jdbc:h2:file:");
    }

    String jdbcUrl(Path dataDir) {
        return url.replace("DATA/", dataDir.toAbsolutePath() + "/");
    }

    /// for messages: parameters may hold a password
    String shownUrl(Path dataDir) {
        return withoutParameters(jdbcUrl(dataDir));
    }

    private static String withoutParameters(String url) {
        return url.split("[?;]", 2)[0];
    }

    @Override
    public String toString() {
        return "DatabaseSettings[url=%s, user=%s, password=***, poolSize=%d]".formatted(withoutParameters(url), user, poolSize);
    }
}
