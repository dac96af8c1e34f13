package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.Bridge;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.protocol.PayloadProtection.Opened;
import io.bessemer.ipmi.protocol.PayloadType;
import io.bessemer.ipmi.protocol.Privilege;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiException.Reason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One BMC: its queue, its session, its one request in flight. Every method but [#submit] runs on the BMC's event loop.
final class BmcLink {
    private static final Logger LOG = LoggerFactory.getLogger(BmcLink.class);
    private static final int NET_FN_APP = 0x06;
    private static final int GET_DEVICE_ID = 0x01;
    private static final int SET_SESSION_PRIVILEGE = 0x3b;
    private static final int CLOSE_SESSION = 0x3c;
    private static final int LONGEST_QUEUE = 256;
    /// A session that was silent this long may have died unseen: BMCs restart, and drop packets of unknown sessions without a word.
    private static final long DOUBTFUL_NANOS = Duration.ofSeconds(10).toNanos();

    private final InetSocketAddress address;
    private final Lane lane;
    private final IpmiSettings settings;
    private final IpmiCounters counters;
    private final CircuitBreaker breaker;
    private final Deque<QueuedCall> urgent = new ArrayDeque<>(2);
    private final Deque<QueuedCall> ordinary = new ArrayDeque<>(2);

    private QueuedCall current;
    private Transmission transmission;
    private Session session;
    private Question question;
    private Login login;
    /// read from other threads
    private volatile CipherSuite lastGoodSuite;
    private long wantedAt;
    /// packets dropped since the call in flight began, as forged, changed or not protected
    private int distrusted;
    private boolean watching;
    private boolean closed;
    private Turn turn = Turn.NONE;
    private Console console = _ -> false;

    /// Where this BMC stands among those of its lane that are asked in the background.
    private enum Turn { NONE, WAITING, TAKEN }

    BmcLink(InetSocketAddress address, Lane lane, IpmiSettings settings, IpmiCounters counters) {
        this.address = address;
        this.lane = lane;
        this.settings = settings;
        this.counters = counters;
        this.breaker = new CircuitBreaker(settings.breakerFailures(), settings.breakerPause());
    }

    /// The request in flight inside the session.
    ///
    /// @param request what is asked
    /// @param sent    the same, or the Send Message that it is inside of
    private record Question(LanMessage.Request request, LanMessage.Request sent, boolean bridged, Consumer<LanMessage.Response> answered) {}

    /// The suite that the BMC was logged into with last, or null.
    CipherSuite lastGoodSuite() {
        return lastGoodSuite;
    }

    Lane lane() {
        return lane;
    }

    // --- for the serial console of a link of its own

    /// What takes the SOL payloads of the session, each verified and not seen before.
    interface Console {
        /// @return false when it has no use for one now
        boolean take(byte[] payload) throws DecodeException;
    }

    void console(Console takes) {
        console = takes;
    }

    /// Null while there is none.
    Session session() {
        return session;
    }

    void sendInSession(int payloadType, byte[] payload, boolean again) {
        send(session.seal(payloadType, payload), again);
    }

    // --- the queue

    /// From any thread.
    void submit(BmcAccess access, IpmiCall call, boolean background, CompletableFuture<LanMessage.Response> answer, long deadlineNanos) {
        lane.loop().execute(() -> {
            if (closed) {
                answer.completeExceptionally(new IpmiException(Reason.CLOSED, "the IPMI client is closed"));
                return;
            }
            wantedAt = System.nanoTime();
            Deque<QueuedCall> queue = call.urgent() ? urgent : ordinary;
            if (queue.size() >= LONGEST_QUEUE) {
                answer.completeExceptionally(new IpmiException(Reason.QUEUE, "%d calls wait for it already".formatted(queue.size())));
                return;
            }
            QueuedCall work = new QueuedCall(access, call, background, answer, deadlineNanos, null);
            queue.addLast(work);
            answer.whenComplete((_, failure) -> {
                if (failure instanceof CancellationException) {
                    lane.loop().execute(() -> drop(work));
                }
            });
            work();
        });
    }

    /// Nobody wants the answer any more: the next call need not wait until the BMC's silence has been proven. What the BMC may still
    /// answer is dropped by its sequence number. One that waits in the queue is passed over there.
    private void drop(QueuedCall unwanted) {
        if (current != null && (current == unwanted || current.checksFor == unwanted)) {
            if (login != null && session != null) {
                endSession(); // it has not got its privilege level yet
            }
            end();
            work();
        }
    }

    private void work() {
        while (current == null && !closed) {
            QueuedCall next = urgent.isEmpty() ? ordinary.peekFirst() : urgent.peekFirst();
            if (next == null) {
                leaveTurn();
                return;
            }
            if (mustWait(next)) {
                return;
            }
            (urgent.isEmpty() ? ordinary : urgent).removeFirst();
            if (next.answer.isDone()) {
                continue;
            }
            long now = System.nanoTime();
            if (now - next.deadline >= 0) {
                next.answer.completeExceptionally(new IpmiException(Reason.QUEUE, "its turn did not come in time"));
                continue;
            }
            Duration pause = breaker.remaining(now);
            if (next.background && !pause.isZero()) {
                next.answer.completeExceptionally(new IpmiException(Reason.CIRCUIT_OPEN,
                        "it did not answer the last %d requests and is left alone for another %d s"
                                .formatted(breaker.failures(), pause.toSeconds() + 1)));
                continue;
            }
            current = next;
            distrusted = 0;
            begin();
        }
    }

    /// Polls keep to the pace of the lane, as far as nobody waits for a call behind this one.
    private boolean mustWait(QueuedCall next) {
        if (turn == Turn.TAKEN || !next.background || next.call.urgent()) {
            return false;
        }
        if (turn == Turn.NONE) {
            turn = lane.ask(this) ? Turn.TAKEN : Turn.WAITING;
        }
        return turn == Turn.WAITING && ordinary.stream().allMatch(queued -> queued.background);
    }

    /// The lane has a place for this BMC, which waited for one.
    void turn() {
        turn = Turn.TAKEN;
        work();
        if (closed) {
            leaveTurn();
        }
    }

    private void leaveTurn() {
        if (turn == Turn.TAKEN) {
            turn = Turn.NONE;
            lane.asked();
        }
    }

    private void begin() {
        if (session != null && !current.access.mayUse(session)) {
            endSession();
        }
        if (session == null) {
            logIn();
            return;
        }
        if (current.call.slow() && !current.sessionChecked && session.silentNanos(System.nanoTime()) > DOUBTFUL_NANOS) {
            // a command that must not be executed twice, or is waited for long, is not the one to find out with that the session is dead
            QueuedCall real = current;
            real.sessionChecked = true;
            CompletableFuture<LanMessage.Response> checked = new CompletableFuture<>();
            current = new QueuedCall(real.access, IpmiCall.query(NET_FN_APP, GET_DEVICE_ID), real.background, checked, real.deadline, real);
            urgent.addFirst(real);
            checked.whenComplete((_, failure) -> {
                if (failure != null && urgent.remove(real)) {
                    real.answer.completeExceptionally(failure);
                }
            });
        }
        ask();
    }

    private void finish(LanMessage.Response response) {
        breaker.answered();
        end().answer.complete(response);
        work();
    }

    private void fail(Reason reason, String why) {
        LOG.debug("BMC {}: {} ({})", address, why, reason);
        QueuedCall failed = end();
        boolean mute = reason == Reason.NO_ANSWER || reason == Reason.UNCERTAIN;
        if (!mute) {
            breaker.answered();
        } else if (breaker.failed(System.nanoTime())) {
            counters.add(Event.CIRCUIT_OPENED);
        }
        failed.answer.completeExceptionally(new IpmiException(reason, why));
        work();
    }

    private QueuedCall end() {
        stopTransmission();
        leaveTurn();
        question = null;
        login = null;
        QueuedCall ended = current;
        current = null;
        return ended;
    }

    // --- commands in the session

    private void ask() {
        boolean repeatable = current.call.repeatable();
        Duration pause = current.call.slow() ? settings.controlTimeout() : settings.commandTimeout();
        question(current.call, pause, this::finish, () -> unanswered(repeatable));
    }

    private void unanswered(boolean repeatable) {
        loseSession();
        if (!repeatable) {
            fail(Reason.UNCERTAIN, "it did not answer %s, sent %d times; the command may have been executed%s"
                    .formatted(current.call, sends(), distrust()));
            return;
        }
        if (!current.sessionReplaced) {
            current.sessionReplaced = true;
            logIn();
            return;
        }
        fail(Reason.NO_ANSWER, "it opened a session and then did not answer %s, sent %d times%s".formatted(current.call, sends(), distrust()));
    }

    private int sends() {
        return settings.retries() + 1;
    }

    /// Asks inside the session. The first retransmission is byte-identical, so that a BMC that looks at sequence numbers does not
    /// execute it twice. Where that does no harm, later ones take a new number: if only the answer was lost, the BMC drops the old one.
    private void question(IpmiCall call, Duration pause, Consumer<LanMessage.Response> answered, Runnable silence) {
        Session asked = session;
        LanMessage.Request request = new LanMessage.Request(call.netFn(), 0, asked.nextRequestSequence(), call.command(), call.data());
        LanMessage.Request sent = call.bridge().wrap(request);
        question = new Question(request, sent, call.isBridged(), answered);
        byte[][] packet = {asked.seal(sent)};
        // an old session gets two tries; then a new login tells a dead session from a dead BMC
        boolean doubtful = call.repeatable() && asked.silentNanos(System.nanoTime()) > DOUBTFUL_NANOS;
        transmit(send -> {
            if (send >= 2 && call.repeatable()) {
                packet[0] = asked.seal(sent);
            }
            return packet[0];
        }, doubtful ? Math.min(2, sends()) : sends(), pause, silence);
    }

    // --- logging in

    private void logIn() {
        login = new Login(current.access, lastGoodSuite, lane.random(), sends(), new Login.Port() {
            @Override
            public void ask(byte[] packet, int sends, int before, Runnable silence) {
                Duration pause = settings.commandTimeout().multipliedBy(1L << before);
                transmit(_ -> packet, sends, pause.compareTo(settings.maximumTimeout()) > 0 ? settings.maximumTimeout() : pause, silence);
            }

            @Override
            public void answered() {
                stopTransmission();
            }

            @Override
            public void tell(byte[] packet) {
                send(packet, false);
            }

            @Override
            public void opened(Session opened) {
                established(opened);
            }

            @Override
            public void failed(Reason reason, String why) {
                fail(reason, why);
            }
        });
        login.begin();
    }

    private void established(Session opened) {
        session = opened;
        BmcAccess access = opened.access();
        // a session begins at level USER
        question(IpmiCall.query(NET_FN_APP, SET_SESSION_PRIVILEGE, (byte) access.privilege().code()), settings.commandTimeout(), response -> {
            int granted = response.data().length == 0 ? 0 : response.data()[0] & 0x0f;
            if (!response.completion().ok() || granted != access.privilege().code()) {
                endSession();
                fail(Reason.PRIVILEGE, "user '%s' may not have privilege level %s (Set Session Privilege Level: %s, level %d)"
                        .formatted(access.username(), access.privilege(), response.completion(), granted));
                return;
            }
            lastGoodSuite = opened.suite();
            login = null;
            counters.add(Event.SESSION_OPENED);
            LOG.debug("BMC {}: session opened with cipher suite {}", address, opened.suite());
            watch();
            ask();
        }, () -> {
            loseSession();
            fail(Reason.NO_ANSWER, "it opened a session and then did not answer Set Session Privilege Level" + distrust());
        });
    }

    /// What came instead of an answer.
    private String distrust() {
        return distrusted == 0 ? "" : "; %d packets came in its name that were not protected as negotiated, and were dropped".formatted(distrusted);
    }

    // --- keeping the session

    private void watch() {
        if (!watching) {
            watching = true;
            lane.loop().schedule(this::keepAlive, settings.keepAlive().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void keepAlive() {
        watching = false;
        if (session == null || closed) {
            return;
        }
        long now = System.nanoTime();
        long silent = session.silentNanos(now);
        if (current == null && now - wantedAt >= settings.sessionIdle().toNanos()) {
            endSession();
            return;
        }
        if (current == null && silent >= settings.keepAlive().toNanos()) {
            CompletableFuture<LanMessage.Response> unwanted = new CompletableFuture<>();
            ordinary.addLast(new QueuedCall(session.access(), IpmiCall.query(NET_FN_APP, GET_DEVICE_ID), true, unwanted,
                    now + settings.callTimeout().toNanos(), null));
            work();
            silent = 0;
        }
        watching = true;
        lane.loop().schedule(this::keepAlive, Math.max(settings.keepAlive().toNanos() - silent, TimeUnit.MILLISECONDS.toNanos(10)), TimeUnit.NANOSECONDS);
    }

    private void loseSession() {
        session = null;
        counters.add(Event.SESSION_LOST);
    }

    /// Tells the BMC, once, and forgets.
    private void endSession() {
        byte[] id = {(byte) session.bmcId(), (byte) (session.bmcId() >> 8), (byte) (session.bmcId() >> 16), (byte) (session.bmcId() >> 24)};
        send(session.seal(new LanMessage.Request(NET_FN_APP, 0, session.nextRequestSequence(), CLOSE_SESSION, id)), false);
        session = null;
        counters.add(Event.SESSION_CLOSED);
    }

    void close() {
        closed = true;
        if (session != null) {
            endSession();
        }
        IpmiException reason = new IpmiException(Reason.CLOSED, "the IPMI client is closed");
        if (current != null) {
            end().answer.completeExceptionally(reason);
        }
        urgent.forEach(work -> work.answer.completeExceptionally(reason));
        ordinary.forEach(work -> work.answer.completeExceptionally(reason));
        urgent.clear();
        ordinary.clear();
    }

    // --- packets

    private void transmit(IntFunction<byte[]> packets, int sends, Duration pause, Runnable silence) {
        stopTransmission();
        transmission = new Transmission(lane.timers(), this::send, packets, sends, pause.toNanos(), settings.maximumTimeout().toNanos(), silence);
        transmission.next();
    }

    private void stopTransmission() {
        if (transmission != null) {
            transmission.stop();
            transmission = null;
        }
    }

    private void send(byte[] packet, boolean again) {
        if (again) {
            leaveTurn();
        }
        counters.add(again ? Event.RETRANSMITTED : Event.SENT);
        lane.send(address, packet);
    }

    void receive(byte[] datagram) {
        try {
            switch (IpmiPacket.decode(datagram)) {
                case IpmiPacket.Sessionless sessionless -> receive(sessionless);
                case IpmiPacket.RmcpPlus packet when packet.payloadType() == PayloadType.IPMI || packet.payloadType() == PayloadType.SOL ->
                        receive(datagram, packet);
                case IpmiPacket.RmcpPlus packet -> receiveHandshake(packet);
            }
        } catch (DecodeException e) {
            counters.add(Event.MALFORMED);
            LOG.debug("BMC {}: dropped a packet: {}", address, e.getMessage());
        }
    }

    private void receive(IpmiPacket.Sessionless packet) throws DecodeException {
        if (login == null || session != null || !login.receive(packet)) {
            counters.add(session == null ? Event.UNEXPECTED : Event.UNPROTECTED);
        }
    }

    private void receiveHandshake(IpmiPacket.RmcpPlus packet) throws DecodeException {
        if (login == null || session != null || !login.receive(packet)) {
            counters.add(Event.UNEXPECTED);
        }
    }

    private void receive(byte[] datagram, IpmiPacket.RmcpPlus packet) throws DecodeException {
        Session open = session;
        if (open == null) {
            counters.add(Event.UNEXPECTED);
            return;
        }
        boolean zeroIsOurs = packet.sessionId() == 0 && packet.authenticated() && open.access().has(Quirk.ID_ZERO);
        if (packet.sessionId() != open.consoleId() && !zeroIsOurs) {
            counters.add(packet.sessionId() == 0 ? Event.UNPROTECTED : Event.UNEXPECTED);
            return;
        }
        switch (open.open(datagram, packet)) {
            case Opened.Unprotected(String why) -> {
                distrusted++;
                counters.add(Event.UNPROTECTED);
                LOG.debug("BMC {}: dropped a packet of the session: {}", address, why);
            }
            case Opened.Tampered() -> {
                distrusted++;
                counters.add(Event.TAMPERED);
                LOG.debug("BMC {}: dropped a packet of the session: its integrity code is wrong", address);
            }
            case Opened.Payload(byte[] message) -> {
                if (!open.fresh(packet.sequence())) {
                    counters.add(Event.REPLAYED);
                    return;
                }
                open.heard(System.nanoTime());
                if (packet.payloadType() != PayloadType.SOL) {
                    receive(LanMessage.Response.decode(message, !open.suite().isProtected() || !open.access().has(Quirk.NO_CHECKSUM_CHECK)));
                } else if (!console.take(message)) {
                    counters.add(Event.UNEXPECTED);
                }
            }
        }
    }

    private void receive(LanMessage.Response response) throws DecodeException {
        if (question == null) {
            counters.add(Event.UNEXPECTED);
            return;
        }
        if (question.bridged && answers(response, question.sent)) {
            receiveBridged(response);
            return;
        }
        if (!answers(response, question.request)) {
            counters.add(Event.UNEXPECTED);
            return;
        }
        answer(response);
    }

    private static boolean answers(LanMessage.Response response, LanMessage.Request request) {
        return response.sequence() == request.sequence() && response.command() == request.command() && response.netFn() == request.netFn() + 1;
    }

    /// The BMC's own answer to Send Message. The controller's is inside; or it comes later, by itself or inside a second one.
    private void receiveBridged(LanMessage.Response response) throws DecodeException {
        Optional<LanMessage.Response> inner = Bridge.unwrap(response);
        if (inner.isEmpty()) {
            // it has been passed on: sent again, it would be executed again
            transmission.await(settings.controlTimeout().toNanos());
            return;
        }
        LanMessage.Response found = inner.get();
        if (found.completion() == CompletionCode.Generic.NODE_BUSY || answers(found, question.request)) {
            answer(found);
            return;
        }
        if (Bridge.failed(found)) {
            fail(Reason.BRIDGE, "it could not pass %s on: Send Message was answered with completion code %s".formatted(current.call, found.completion()));
            return;
        }
        counters.add(Event.UNEXPECTED);
    }

    private void answer(LanMessage.Response response) {
        Consumer<LanMessage.Response> answered = question.answered;
        question = null;
        stopTransmission();
        answered.accept(response);
    }

    @Override
    public String toString() {
        return "BmcLink[" + address + "]";
    }
}
