package io.bessemer.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/// One connection before there is a pool: its failure is told in words, where a pool would only say that it timed out.
final class DatabaseProbe {
    private static final int H2_ALREADY_OPEN = 90020;
    private static final int H2_WRONG_USER_OR_PASSWORD = 28000;
    private static final int MARIADB_DATABASE_DENIED = 1044;
    private static final int MARIADB_ACCESS_DENIED = 1045;
    private static final int MARIADB_UNKNOWN_DATABASE = 1049;

    private DatabaseProbe() {
    }

    static DatabaseOwner check(DatabaseSettings settings, Path dataDir) {
        try {
            Files.createDirectories(dataDir);
        } catch (IOException e) {
            throw new DatabaseStartException("Cannot create the data directory %s.".formatted(dataDir), e);
        }
        if (settings.inFile()) {
            requireRoom(settings, dataDir);
        }
        try (Connection connection = DriverManager.getConnection(settings.jdbcUrl(dataDir), settings.user(), settings.password())) {
            connection.getMetaData();
            return settings.inFile() ? DatabaseOwner.write(dataDir) : DatabaseOwner.none();
        } catch (SQLException e) {
            throw new DatabaseStartException(explain(e, settings, dataDir), e);
        }
    }

    /// A database that is opened is written to.
    private static void requireRoom(DatabaseSettings settings, Path dataDir) {
        DiskSpace space = DiskSpace.below(dataDir, settings.keepFreeBytes());
        if (space.tight()) {
            throw new DatabaseStartException(space + " Free space there, then start again.", null);
        }
    }

    private static String explain(SQLException e, DatabaseSettings settings, Path dataDir) {
        String url = settings.shownUrl(dataDir);
        return switch (e.getErrorCode()) {
            case H2_ALREADY_OPEN -> ("The database %s is in use by %s. Only one Bessemer can use a data directory: stop the other one, or give "
                    + "this one its own data directory. Several conductors need MariaDB (bessemer.database.url).")
                    .formatted(url, DatabaseOwner.describe(dataDir));
            case H2_WRONG_USER_OR_PASSWORD, MARIADB_ACCESS_DENIED -> ("The database %s refuses user '%s'. Check bessemer.database.user and "
                    + "bessemer.database.password.").formatted(url, settings.user());
            case MARIADB_DATABASE_DENIED, MARIADB_UNKNOWN_DATABASE -> ("The database of %s does not exist, or user '%s' may not use it. Create "
                    + "it (CREATE DATABASE ...; GRANT ALL ON ...) or check bessemer.database.url.").formatted(url, settings.user());
            default -> "%s cannot be opened. Check bessemer.database.url, and that the database server runs and is reachable."
                    .formatted(url);
        };
    }
}
