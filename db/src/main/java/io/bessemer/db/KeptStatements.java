package io.bessemer.db;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/// H2's connections, each of which keeps what it prepared. The pool leaves that to drivers, and what H2 keeps itself (`QUERY_CACHE_SIZE`) are parsed texts: each
/// transaction goes through all of them for each table that it changes, and the columns' names of a result are put into a map anew for each result. That was a
/// tenth of the CPU time of a thousand deploys.
final class KeptStatements extends DelegatingDataSource {
    /// of a connection, each of three to ten KB
    private static final int MOST = 256;

    KeptStatements(DataSource driver) {
        super(driver);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return proxy(Connection.class, new Keeper(super.getConnection()));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(KeptStatements.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /// A connection, which one thread at a time uses.
    private static final class Keeper implements InvocationHandler {
        private final Connection connection;
        /// that nobody uses now, by their text, the one longest unused first
        private final LinkedHashMap<String, PreparedStatement> idle = new LinkedHashMap<>();

        Keeper(Connection connection) {
            this.connection = connection;
        }

        @Override
        public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
            if (!method.getName().equals("prepareStatement") || arguments.length > 1) { // with further wishes: rare
                return call(connection, method, arguments);
            }
            String sql = (String) arguments[0];
            PreparedStatement kept = idle.remove(sql);
            return proxy(PreparedStatement.class, new Use(this, sql, kept != null ? kept : connection.prepareStatement(sql)));
        }

        /// What a statement still holds of a use may be large.
        void keep(String sql, PreparedStatement statement) throws SQLException {
            statement.getMoreResults(); // closes the result
            statement.clearParameters();
            statement.clearBatch();
            PreparedStatement twin = idle.put(sql, statement);
            if (twin != null) {
                twin.close();
            } else if (idle.size() > MOST) {
                idle.pollFirstEntry().getValue().close();
            }
        }
    }

    /// A statement from where it is prepared to where it is closed.
    private static final class Use implements InvocationHandler {
        private final Keeper keeper;
        private final String sql;
        private final PreparedStatement statement;
        private boolean closed;
        /// it failed, or is no longer as it was made
        private boolean spoilt;

        Use(Keeper keeper, String sql, PreparedStatement statement) {
            this.keeper = keeper;
            this.sql = sql;
            this.statement = statement;
        }

        @Override
        public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
            switch (method.getName()) {
                case "close" -> {
                    close();
                    return null;
                }
                case "isClosed" -> {
                    return closed || statement.isClosed();
                }
                default -> {
                    if (closed && method.getDeclaringClass() != Object.class) {
                        throw new SQLException("The statement is closed: " + sql);
                    }
                }
            }
            // its limits and the like, not its parameters
            spoilt |= method.getDeclaringClass() == Statement.class && (method.getName().startsWith("set") || method.getName().equals("closeOnCompletion"));
            try {
                return call(statement, method, arguments);
            } catch (SQLException e) {
                spoilt = true;
                throw e;
            }
        }

        private void close() throws SQLException {
            if (closed) {
                return;
            }
            closed = true;
            if (!spoilt && !statement.isClosed()) {
                try {
                    keeper.keep(sql, statement);
                    return;
                } catch (SQLException broken) { // what was done with it counts, and its connection tells at its next use
                }
            }
            statement.close();
        }
    }
}
