package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.AuthenticationCapabilities;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.protocol.PayloadProtection.Opened;
import io.bessemer.ipmi.protocol.PayloadType;
import io.bessemer.ipmi.protocol.Privilege;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiException.Reason;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private static final int LOGINS = 3;
    private static final int PROBES = 2;
    /// A session that was silent this long may have died unseen: BMCs restart, and drop packets of unknown sessions without a word.
    private static final long DOUBTFUL_NANOS = Duration.ofSeconds(10).toNanos();

    /// The way out of the link.
    interface Wire {
        void send(InetSocketAddress address, byte[] packet);
    }

    private final InetSocketAddress address;
    private final EventLoop loop;
    private final Wire wire;
    private final IpmiSettings settings;
    private final IpmiCounters counters;
    private final SecureRandom random;
    private final CircuitBreaker breaker;
    private final Deque<Work> urgent = new ArrayDeque<>();
    private final Deque<Work> ordinary = new ArrayDeque<>();

    private Work current;
    private Transmission transmission;
    private Session session;
    private Question question;
    private Login login;
    private Consumer<AuthenticationCapabilities> capabilitiesWanted;
    private CipherSuite lastGoodSuite;
    private long wantedAt;
    /// packets dropped since the call in flight began, as forged, changed or not protected
    private int distrusted;
    private boolean watching;
    private boolean closed;
    private Consumer<byte[]> console = _ -> {};

    BmcLink(InetSocketAddress address, EventLoop loop, Wire wire, IpmiSettings settings, IpmiCounters counters, SecureRandom random) {
        this.address = address;
        this.loop = loop;
        this.wire = wire;
        this.settings = settings;
        this.counters = counters;
        this.random = random;
        this.breaker = new CircuitBreaker(settings.breakerFailures(), settings.breakerPause());
    }

    /// A call in the queue or in flight.
    private static final class Work {
        final BmcAccess access;
        final IpmiCall call;
        /// gives way to the circuit breaker
        final boolean background;
        final CompletableFuture<LanMessage.Response> answer;
        final long deadline;
        /// the call for which this one finds out whether the session is alive, or null
        final Work checksFor;
        boolean sessionChecked;
        boolean sessionReplaced;

        Work(BmcAccess access, IpmiCall call, boolean background, CompletableFuture<LanMessage.Response> answer, long deadline, Work checksFor) {
            this.access = access;
            this.call = call;
            this.background = background;
            this.answer = answer;
            this.deadline = deadline;
            this.checksFor = checksFor;
        }
    }

    /// The request in flight inside the session.
    private record Question(LanMessage.Request request, Consumer<LanMessage.Response> answered) {}

    /// A login under way: which suites are left, and how often it began anew.
    private static final class Login {
        final BmcAccess access;
        final Deque<CipherSuite> suites;
        Handshake handshake;
        int begun;
        String lastRefusal = "";

        Login(BmcAccess access, CipherSuite first) {
            this.access = access;
            this.suites = new ArrayDeque<>(access.suites());
            if (first != null && suites.remove(first)) {
                suites.addFirst(first);
            }
        }
    }

    EventLoop loop() {
        return loop;
    }

    // --- for the serial console of a link of its own

    /// @param payload takes each SOL payload of the session, verified and not seen before
    void console(Consumer<byte[]> payload) {
        console = payload;
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
        loop.execute(() -> {
            if (closed) {
                answer.completeExceptionally(new IpmiException(Reason.CLOSED, "the IPMI client is closed"));
                return;
            }
            wantedAt = System.nanoTime();
            Deque<Work> queue = call.urgent() ? urgent : ordinary;
            if (queue.size() >= LONGEST_QUEUE) {
                answer.completeExceptionally(new IpmiException(Reason.QUEUE, "%d calls wait for it already".formatted(queue.size())));
                return;
            }
            Work work = new Work(access, call, background, answer, deadlineNanos, null);
            queue.addLast(work);
            answer.whenComplete((_, failure) -> {
                if (failure instanceof CancellationException) {
                    loop.execute(() -> drop(work));
                }
            });
            work();
        });
    }

    /// Nobody wants the answer any more: the next call need not wait until the BMC's silence has been proven. What the BMC may still
    /// answer is dropped by its sequence number. One that waits in the queue is passed over there.
    private void drop(Work unwanted) {
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
            Work next = urgent.isEmpty() ? ordinary.pollFirst() : urgent.pollFirst();
            if (next == null) {
                return;
            }
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

    private void begin() {
        if (session != null && !session.access().equals(current.access)) {
            endSession();
        }
        if (session == null) {
            logIn();
            return;
        }
        if (current.call.slow() && !current.sessionChecked && session.silentNanos(System.nanoTime()) > DOUBTFUL_NANOS) {
            // a command that must not be executed twice, or is waited for long, is not the one to find out with that the session is dead
            Work real = current;
            real.sessionChecked = true;
            CompletableFuture<LanMessage.Response> checked = new CompletableFuture<>();
            current = new Work(real.access, IpmiCall.query(NET_FN_APP, GET_DEVICE_ID), real.background, checked, real.deadline, real);
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
        Work failed = end();
        boolean mute = reason == Reason.NO_ANSWER || reason == Reason.UNCERTAIN;
        if (!mute) {
            breaker.answered();
        } else if (breaker.failed(System.nanoTime())) {
            counters.add(Event.CIRCUIT_OPENED);
        }
        failed.answer.completeExceptionally(new IpmiException(reason, why));
        work();
    }

    private Work end() {
        stopTransmission();
        question = null;
        login = null;
        capabilitiesWanted = null;
        Work ended = current;
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
        question = new Question(request, answered);
        byte[][] packet = {asked.seal(request)};
        // an old session gets two tries; then a new login tells a dead session from a dead BMC
        boolean doubtful = call.repeatable() && asked.silentNanos(System.nanoTime()) > DOUBTFUL_NANOS;
        transmit(send -> {
            if (send >= 2 && call.repeatable()) {
                packet[0] = asked.seal(request);
            }
            return packet[0];
        }, doubtful ? Math.min(2, sends()) : sends(), pause, silence);
    }

    // --- logging in

    private void logIn() {
        login = new Login(current.access, lastGoodSuite);
        nextSuite("");
    }

    private void nextSuite(String refusal) {
        login.lastRefusal = refusal.isEmpty() ? login.lastRefusal : refusal;
        CipherSuite suite = login.suites.pollFirst();
        if (suite == null) {
            fail(Reason.NO_CIPHER_SUITE, "it refuses the cipher suites %s (%s)".formatted(login.access.suites(), login.lastRefusal));
            return;
        }
        login.begun = 0;
        handshake(suite);
    }

    private void handshake(CipherSuite suite) {
        login.begun++;
        login.handshake = new Handshake(login.access, suite, random.nextInt(256), random);
        follow(login.handshake.start());
    }

    private void follow(Handshake.Step step) {
        switch (step) {
            case Handshake.Step.Send(String name, byte[] packet) ->
                    transmit(_ -> packet, sends(), settings.commandTimeout(), () -> handshakeUnanswered(name));
            case Handshake.Step.Established(Session opened) -> established(opened);
            case Handshake.Step.OtherSuite(String why) -> nextSuite(why);
            case Handshake.Step.Again(String why) -> again(why);
            case Handshake.Step.Failed(Reason reason, String why, byte[] farewell) -> {
                if (farewell.length > 0) {
                    send(farewell, false);
                }
                if (reason == Reason.WRONG_BMC_KEY && !login.access.hasBmcKey()) {
                    // its own words tell whether it has a K_G at all; they are not protected, so they only word the message
                    probe(capabilities -> fail(reason, capabilities.bmcKeySet() ? why : why + "; it does not admit to one, though"),
                            () -> fail(reason, why));
                    return;
                }
                fail(reason, why);
            }
            case Handshake.Step.Ignored(String why) -> {
                counters.add(Event.UNEXPECTED);
                LOG.debug("BMC {}: dropped a packet: {}", address, why);
            }
        }
    }

    private void again(String why) {
        if (login.begun >= LOGINS) {
            fail(Reason.PROTOCOL, "it forgot the session %d times while it was being opened (%s)".formatted(login.begun, why));
            return;
        }
        handshake(login.handshake.suite());
    }

    private void handshakeUnanswered(String name) {
        if (!login.handshake.opening()) {
            if (login.begun < LOGINS - 1) {
                handshake(login.handshake.suite());
                return;
            }
            fail(Reason.NO_ANSWER, "it began a login and then did not answer %s, sent %d times".formatted(name, sends()));
            return;
        }
        // some BMCs say nothing at all to algorithms that they do not know
        probe(capabilities -> {
            if (!capabilities.rmcpPlus()) {
                fail(Reason.NO_RMCP_PLUS, "it speaks IPMI 1.5 only, without the sessions of 2.0");
                return;
            }
            if (!login.suites.isEmpty()) {
                nextSuite("no answer to Open Session");
                return;
            }
            fail(Reason.NO_RMCP_PLUS, "it answers to IPMI, but not to Open Session with cipher suites %s".formatted(login.access.suites()));
        }, () -> fail(Reason.NO_ANSWER, "it did not answer %d packets".formatted(sends() + PROBES)));
    }

    private void probe(Consumer<AuthenticationCapabilities> answered, Runnable silence) {
        capabilitiesWanted = answered;
        byte[] packet = new IpmiPacket.Sessionless(AuthenticationCapabilities.request(0, Privilege.ADMINISTRATOR).encode()).encode();
        transmit(_ -> packet, PROBES, settings.commandTimeout(), silence);
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
            loop.schedule(this::keepAlive, settings.keepAlive().toNanos(), TimeUnit.NANOSECONDS);
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
            ordinary.addLast(new Work(session.access(), IpmiCall.query(NET_FN_APP, GET_DEVICE_ID), true, unwanted,
                    now + settings.callTimeout().toNanos(), null));
            work();
            silent = 0;
        }
        watching = true;
        loop.schedule(this::keepAlive, Math.max(settings.keepAlive().toNanos() - silent, TimeUnit.MILLISECONDS.toNanos(10)), TimeUnit.NANOSECONDS);
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
        transmission = new Transmission(loop, this::send, packets, sends, pause, settings.maximumTimeout(), silence);
        transmission.next();
    }

    private void stopTransmission() {
        if (transmission != null) {
            transmission.stop();
            transmission = null;
        }
    }

    private void send(byte[] packet, boolean again) {
        counters.add(again ? Event.RETRANSMITTED : Event.SENT);
        wire.send(address, packet);
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
        if (capabilitiesWanted == null) {
            counters.add(session == null ? Event.UNEXPECTED : Event.UNPROTECTED);
            return;
        }
        LanMessage.Response response = LanMessage.Response.decode(packet.message());
        if (response.netFn() != AuthenticationCapabilities.NET_FN + 1 || response.command() != AuthenticationCapabilities.COMMAND
                || !response.completion().ok()) {
            counters.add(Event.UNEXPECTED);
            return;
        }
        AuthenticationCapabilities capabilities = AuthenticationCapabilities.decode(response.data());
        Consumer<AuthenticationCapabilities> wanted = capabilitiesWanted;
        capabilitiesWanted = null;
        stopTransmission();
        wanted.accept(capabilities);
    }

    private void receiveHandshake(IpmiPacket.RmcpPlus packet) throws DecodeException {
        if (login == null || session != null || capabilitiesWanted != null) {
            counters.add(Event.UNEXPECTED);
            return;
        }
        Handshake.Step step = login.handshake.receive(packet, System.nanoTime());
        if (!(step instanceof Handshake.Step.Ignored)) {
            stopTransmission();
        }
        follow(step);
    }

    private void receive(byte[] datagram, IpmiPacket.RmcpPlus packet) throws DecodeException {
        Session open = session;
        if (open == null) {
            counters.add(Event.UNEXPECTED);
            return;
        }
        if (packet.sessionId() != open.consoleId()) {
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
                if (packet.payloadType() == PayloadType.SOL) {
                    console.accept(message);
                } else {
                    receive(LanMessage.Response.decode(message));
                }
            }
        }
    }

    private void receive(LanMessage.Response response) {
        if (question == null || response.sequence() != question.request.sequence() || response.command() != question.request.command()
                || response.netFn() != question.request.netFn() + 1) {
            counters.add(Event.UNEXPECTED);
            return;
        }
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
