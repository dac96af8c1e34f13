package io.bessemer.db;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/// Tells the pool which connections are of no more use: all that were open when H2 closed its database over a full disk. The next
/// one opens it again.
final class BrokenConnections implements SQLExceptionOverride {
    @java.lang.Override // the interface has an Override of its own
    public Override adjudicate(SQLException failure) {
        return SqlFailures.closed(failure) || SqlFailures.diskFull(failure) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
