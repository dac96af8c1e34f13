package io.bessemer.ipmi.command;

import io.bessemer.ipmi.command.Answer.Done;
import io.bessemer.ipmi.command.Answer.Refused;
import io.bessemer.ipmi.protocol.Bridge;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.IpmiCall;
import io.bessemer.ipmi.session.IpmiClient;
import io.bessemer.ipmi.session.IpmiException;
import io.bessemer.ipmi.session.IpmiException.Reason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A BMC to give commands to. Costs nothing to make: address and access, and the client that keeps the sessions.
///
/// @param background nobody waits for the answers: not asked while its circuit breaker is open
/// @param bridge     the way to the controller behind it that the commands are for
public record Bmc(IpmiClient client, InetSocketAddress address, BmcAccess access, boolean background, Bridge bridge) {
    private static final int BUSY_TRIES = 4;
    private static final Duration BUSY_PAUSE = Duration.ofMillis(500);

    public Bmc(IpmiClient client, InetSocketAddress address, BmcAccess access, boolean background) {
        this(client, address, access, background, Bridge.NONE);
    }

    /// Waits for the answer, on a virtual thread. A BMC that is busy is asked again a few times.
    public <R> Answer<R> run(Command<R> command) throws IpmiException, InterruptedException {
        IpmiCall call = command.call().over(bridge);
        for (int attempt = 1; ; attempt++) {
            LanMessage.Response response = client.call(address, access, call, background);
            if (response.completion() != CompletionCode.Generic.NODE_BUSY || attempt == BUSY_TRIES) {
                return read(command, response);
            }
            Thread.sleep(BUSY_PAUSE);
        }
    }

    /// The same without waiting. Completes on an event loop.
    public <R> CompletableFuture<Answer<R>> ask(Command<R> command) {
        return client.ask(address, access, command.call().over(bridge), background).thenApply(response -> {
            try {
                return read(command, response);
            } catch (IpmiException e) {
                throw new CompletionException(e);
            }
        });
    }

    private static <R> Answer<R> read(Command<R> command, LanMessage.Response response) throws IpmiException {
        if (!response.completion().ok()) {
            return new Refused<>(response.completion());
        }
        try {
            return new Done<>(command.decode(response.data()));
        } catch (DecodeException e) {
            throw new IpmiException(Reason.PROTOCOL, "its answer makes no sense: " + e.getMessage());
        }
    }
}
