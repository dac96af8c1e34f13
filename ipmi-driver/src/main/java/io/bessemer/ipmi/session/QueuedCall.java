package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.LanMessage;
import java.util.concurrent.CompletableFuture;

/// A call to a BMC, in its queue or in flight.
final class QueuedCall {
    final BmcAccess access;
    final IpmiCall call;
    /// gives way to the circuit breaker
    final boolean background;
    final CompletableFuture<LanMessage.Response> answer;
    final long deadline;
    /// the call for which this one finds out whether the session is alive, or null
    final QueuedCall checksFor;
    boolean sessionChecked;
    boolean sessionReplaced;

    QueuedCall(BmcAccess access, IpmiCall call, boolean background, CompletableFuture<LanMessage.Response> answer, long deadline, QueuedCall checksFor) {
        this.access = access;
        this.call = call;
        this.background = background;
        this.answer = answer;
        this.deadline = deadline;
        this.checksFor = checksFor;
    }
}
