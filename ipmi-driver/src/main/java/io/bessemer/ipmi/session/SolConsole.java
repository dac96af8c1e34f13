package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.CompletionCode.Generic;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.protocol.PayloadType;
import io.bessemer.ipmi.protocol.SolPacket;
import io.bessemer.ipmi.session.IpmiException.Reason;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A machine's serial line over its BMC, IPMI 2.0 §15, in a session and a socket of its own: commands and polls of the same BMC neither
/// wait for it nor end with it. Connects, and connects again, by itself until it is closed or the BMC says that it has none.
///
/// Everything that the BMC sends is taken at once: whoever reads slowly loses text on this side, and does not stop the BMC.
public final class SolConsole implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SolConsole.class);
    /// a BMC that restarts, or gives the console to somebody else, does not always say so
    private static final Duration LOOK = Duration.ofSeconds(15);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration PAUSE_WHILE_TAKEN = Duration.ofSeconds(60);
    private static final long TAKE_OVER_AGAIN_NANOS = Duration.ofMinutes(10).toNanos();
    private static final Set<Reason> LASTING = EnumSet.of(Reason.WRONG_USER, Reason.WRONG_PASSWORD, Reason.WRONG_BMC_KEY, Reason.PRIVILEGE, Reason.NO_CIPHER_SUITE,
            Reason.NO_RMCP_PLUS);

    /// Called on the event loop: must not block.
    public interface Listener {
        void text(byte[] bytes);

        /// @param why empty for CONNECTED, unless it was taken over from somebody
        void state(State state, String why);
    }

    public enum State { CONNECTING, CONNECTED, LOST, UNAVAILABLE }

    private final InetSocketAddress address;
    private final BmcLink link;
    private final EventLoop loop;
    private final BmcAccess access;
    private final SolOptions options;
    private final IpmiSettings settings;
    private final Listener listener;
    private final Runnable socket;
    private final SolTyping typing;
    private volatile boolean connected;

    // the event loop's alone
    private Session active;
    /// as the BMC calls our session, 0 when it does not tell
    private int owner;
    private int heardSequence;
    private int heardCount;
    private boolean overrunTold;
    private int failures;
    private boolean takenOver;
    private long takenOverAt;
    /// of being connected and not; what was begun in an earlier one is over
    private int round;
    private boolean turnedOn;
    private boolean setRefused;
    private boolean closed;

    /// @param socket closes the socket of the link
    SolConsole(InetSocketAddress address, BmcLink link, BmcAccess access, SolOptions options, IpmiSettings settings, Listener listener, Runnable socket) {
        this.address = address;
        this.link = link;
        this.loop = link.lane().loop();
        this.access = access;
        this.options = options;
        this.settings = settings;
        this.listener = listener;
        this.socket = socket;
        this.typing = new SolTyping(link, () -> mine() && !closed, why -> lost(why, pause()));
        link.console(this::receive);
    }

    InetSocketAddress address() {
        return address;
    }

    /// Queues characters for the machine.
    ///
    /// @return false when it is not connected, or too many wait already
    public boolean write(byte[] text) {
        return connected && typing.queue(text);
    }

    public void sendBreak() {
        loop.execute(typing::sendBreak);
    }

    // --- connecting

    void connect() {
        if (closed) {
            return;
        }
        listener.state(State.CONNECTING, "");
        turnedOn = false;
        ask(SolCommand.STATUS, _ -> options.bitRate().ifPresentOrElse(this::bitRate, this::activate));
    }

    /// With the session there, of which it is known by now whether it is protected.
    private void activate() {
        ask(SolCommand.activate(link.session() == null || link.session().suite().isProtected()), this::activated);
    }

    private void bitRate(SolOptions.BitRate wanted) {
        ask(SolCommand.BIT_RATE, response -> {
            if (response.completion().ok() && read(response, SolCommand::bitRate, -1) == wanted.code()) {
                activate();
                return;
            }
            set(SolCommand.bitRate(wanted), "driver_info/ipmi_sol_bit_rate %d".formatted(wanted.bitsPerSecond()));
        });
    }

    private void turnOn() {
        turnedOn = true;
        LOG.info("Serial Over LAN is off on a BMC and is turned on, as driver_info/ipmi_sol_enable says: bmc={}", address.getHostString());
        set(SolCommand.TURN_ON, "driver_info/ipmi_sol_enable");
    }

    /// Changes a parameter, and goes on. Many BMCs lack the marks around it.
    private void set(IpmiCall change, String what) {
        ask(SolCommand.BEGIN_SET, begun -> {
            if (begun.completion().code() == SolCommand.SET_BY_ANOTHER) {
                beingSet();
                return;
            }
            ask(change, changed -> ask(SolCommand.COMMIT_SET, _ -> ask(SolCommand.END_SET, _ -> {
                if (changed.completion().ok()) {
                    activate();
                } else {
                    unavailable("%s was refused by the BMC (Set SOL Configuration Parameters: completion code %s). Set it on the BMC itself, and remove the key"
                            .formatted(what, changed.completion()));
                }
            })));
        });
    }

    /// Such a change takes moments. One that is there again later was left by a process that was killed, and is ended: nobody else would.
    private void beingSet() {
        if (!setRefused) {
            setRefused = true;
            lost("another client is changing the parameters of the console", pause());
            return;
        }
        setRefused = false;
        // ipmi_sim takes the first for no end, other BMCs do not know the second
        ask(SolCommand.END_SET, _ -> ask(SolCommand.COMMIT_SET, _ -> lost("somebody began to change the parameters of the console and never ended; that is ended now", pause())));
    }

    private void activated(LanMessage.Response response) {
        CompletionCode code = response.completion();
        if (code.ok()) {
            begin(response.data());
            return;
        }
        switch (code.code()) {
            case SolCommand.ACTIVE_ON_ANOTHER_SESSION -> takeOver();
            case SolCommand.DISABLED -> disabled();
            case SolCommand.NOT_WITH_ENCRYPTION -> unavailable("the BMC would send the console unencrypted only, and that is not read");
            case SolCommand.LIMIT_REACHED -> lost("the BMC serves no more consoles at a time", pause());
            default -> {
                if (code == Generic.INVALID_COMMAND || code == Generic.INVALID_FOR_LUN || code == Generic.INVALID_FIELD || code == Generic.NOT_PRESENT
                        || code == Generic.OUT_OF_RANGE || code == Generic.DISABLED) {
                    unavailable("the BMC has no Serial Over LAN (Activate Payload: completion code %s)".formatted(code));
                } else if (code == Generic.INSUFFICIENT_PRIVILEGE) {
                    unavailable("user '%s' may not use Serial Over LAN with level %s (Activate Payload: completion code %s)"
                            .formatted(access.username(), access.privilege(), code));
                } else {
                    lost("Activate Payload: completion code %s".formatted(code), pause());
                }
            }
        }
    }

    private void disabled() {
        if (options.enable() && !turnedOn) {
            turnOn();
        } else if (turnedOn) {
            unavailable("Serial Over LAN stays disabled though the BMC took the order to enable it; it may want a restart, or more is off there: see `ipmitool ... sol info`");
        } else {
            unavailable("Serial Over LAN is disabled on the BMC; set driver_info/ipmi_sol_enable to true to have it enabled, or enable it there: `ipmitool ... sol set enabled true`");
        }
    }

    private void begin(byte[] answer) {
        SolCommand.Activated sizes;
        try {
            sizes = SolCommand.Activated.decode(answer);
        } catch (DecodeException e) {
            lost("its answer makes no sense: " + e.getMessage(), pause());
            return;
        }
        if (sizes.port() != 0 && sizes.port() != address.getPort() && Short.toUnsignedInt(Short.reverseBytes((short) sizes.port())) != address.getPort()) {
            // behind a port that is forwarded it is right to differ
            LOG.debug("BMC {}: console is said to be on port {}", address, sizes.port());
        }
        active = link.session();
        typing.begin(sizes.inboundSize() - SolPacket.HEADER_LENGTH);
        setRefused = false;
        heardSequence = 0;
        heardCount = 0;
        overrunTold = false;
        connected = true;
        listener.state(State.CONNECTED, takenOver ? "taken over from another session" : "");
        owner = 0;
        int mine = ++round;
        ask(SolCommand.OWNER, response -> {
            owner = response.completion().ok() ? read(response, SolCommand::owner, 0) : 0;
            later(() -> look(mine));
        });
        typing.pump();
    }

    private void later(Runnable look) {
        Duration wait = settings.keepAlive().compareTo(LOOK) < 0 ? settings.keepAlive() : LOOK;
        loop.schedule(look, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// A console that is ours may be held by a session of ours that a killed process left; but two who take it from each other all the
    /// time help nobody.
    private void takeOver() {
        long now = System.nanoTime();
        if (takenOver && now - takenOverAt < TAKE_OVER_AGAIN_NANOS) {
            lost("another client took the console, and took it back; it is left to that one", PAUSE_WHILE_TAKEN);
            return;
        }
        takenOver = true;
        takenOverAt = now;
        LOG.info("The console of a BMC is active in another session and is taken over: bmc={}", address.getHostString());
        ask(SolCommand.DEACTIVATE, _ -> activate());
    }

    /// Is it still ours?
    private void look(int of) {
        if (closed || active == null || of != round) {
            return;
        }
        ask(owner == 0 ? SolCommand.STATUS : SolCommand.OWNER, response -> {
            boolean said = response.completion().ok();
            int has = said && owner != 0 ? read(response, SolCommand::owner, owner) : owner;
            if (link.session() != active) {
                lost("the BMC forgot the session", Duration.ZERO);
            } else if (has != owner && has != 0) {
                lost("another client took the console", Duration.ZERO);
            } else if (has != owner || owner == 0 && said && !read(response, SolCommand::active, true)) {
                lost("the BMC ended it", Duration.ZERO);
            } else {
                failures = 0;
                later(() -> look(of));
            }
        });
    }

    private interface Reader<T> {
        T of(byte[] data) throws DecodeException;
    }

    private <T> T read(LanMessage.Response response, Reader<T> reader, T otherwise) {
        try {
            return reader.of(response.data());
        } catch (DecodeException e) {
            LOG.debug("BMC {}: {}", address, e.getMessage());
            return otherwise;
        }
    }

    /// What becomes of it counts only while nothing ended in between: the console connects again once, whatever was asked of a BMC that went away.
    private void ask(IpmiCall call, Consumer<LanMessage.Response> then) {
        int of = round;
        CompletableFuture<LanMessage.Response> answer = new CompletableFuture<>();
        answer.whenComplete((response, failure) -> {
            if (closed || of != round) {
                return;
            }
            if (failure == null) {
                then.accept(response);
                return;
            }
            Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            // a password that is tried again and again locks users out
            if (cause instanceof IpmiException refusal && LASTING.contains(refusal.reason())) {
                unavailable(refusal.getMessage());
            } else {
                lost(String.valueOf(cause.getMessage()), pause());
            }
        });
        link.submit(access, call, false, answer, System.nanoTime() + settings.callTimeout().toNanos());
    }

    private Duration pause() {
        failures++;
        Duration doubled = Duration.ofSeconds(1L << Math.min(failures - 1, 10));
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    private void lost(String why, Duration pause) {
        disconnect();
        listener.state(State.LOST, why);
        loop.schedule(this::connect, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void unavailable(String why) {
        disconnect();
        closed = true;
        listener.state(State.UNAVAILABLE, why);
        link.close();
        socket.run();
    }

    private void disconnect() {
        connected = false;
        active = null;
        round++;
        typing.forget();
    }

    // --- packets

    private boolean mine() {
        return active != null && link.session() == active;
    }

    private boolean receive(byte[] payload) throws DecodeException {
        if (!mine() || closed) {
            return false;
        }
        SolPacket packet = SolPacket.decode(payload);
        typing.received(packet);
        if (packet.sequence() != 0) {
            take(packet);
        }
        boolean overrun = packet.has(SolPacket.TRANSMIT_OVERRUN);
        if (overrun && !overrunTold) { // of packets that tell of the same loss, or of one without end, the first
            listener.text("\r\n[characters were lost in the BMC]\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        overrunTold = overrun;
        if (packet.has(SolPacket.DEACTIVATED)) {
            lost("the BMC ended it; another client may have taken the console", pause());
        }
        return true;
    }

    /// A packet with the number of the last one is a repetition, to which some BMCs add what came in the meantime.
    private void take(SolPacket packet) {
        int count = Math.min(packet.characters().length, SolTyping.MOST_CHARACTERS);
        int known = packet.sequence() == heardSequence ? heardCount : 0;
        if (count > known) {
            listener.text(Arrays.copyOfRange(packet.characters(), known, count));
        }
        heardSequence = packet.sequence();
        heardCount = Math.max(count, known);
        link.sendInSession(PayloadType.SOL, SolPacket.acknowledgement(packet.sequence(), count).encode(), false);
    }

    /// Gives the console back, which takes a packet or two, in the background.
    @Override
    public void close() {
        loop.execute(this::end);
    }

    void end() {
        if (closed) {
            return;
        }
        boolean holds = mine();
        disconnect();
        closed = true;
        if (!holds) {
            link.close();
            socket.run();
            return;
        }
        CompletableFuture<LanMessage.Response> answer = new CompletableFuture<LanMessage.Response>().orTimeout(2, TimeUnit.SECONDS);
        link.submit(access, SolCommand.DEACTIVATE, false, answer, System.nanoTime() + settings.callTimeout().toNanos());
        answer.whenCompleteAsync((_, _) -> {
            link.close();
            socket.run();
        }, loop);
    }

    @Override
    public String toString() {
        return "SolConsole[" + address + "]";
    }
}
