package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.AuthenticationCapabilities;
import io.bessemer.ipmi.protocol.ChannelCipherSuites;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.protocol.Privilege;
import io.bessemer.ipmi.session.IpmiException.Reason;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// The way into a session: which cipher suite is tried next, which [Handshake] begins anew, and what an unprotected question to the BMC tells when all that
/// fails. Belongs to one event loop.
final class Login {
    private static final int BEGINNINGS = 3;
    private static final int PROBES = 2;
    /// of an Open Session, while another suite is left: after them the BMC is asked whether it knows the suite
    private static final int FIRST_SENDS = 2;

    /// What a login does outside.
    interface Port {
        /// Sends until the login goes on or the packet was sent `sends` times.
        ///
        /// @param before how often it was sent before: the pauses go on from there
        void ask(byte[] packet, int sends, int before, Runnable silence);

        /// What was sent has been answered.
        void answered();

        /// Sends once.
        void tell(byte[] packet);

        void opened(Session session);

        void failed(Reason reason, String why);
    }

    private final BmcAccess access;
    private final SecureRandom random;
    private final Port port;
    private final int sends;
    private final Deque<CipherSuite> suites;
    private final List<CipherSuite> allowed;
    /// what a failure says of the suites that are not tried; empty when all are
    private final String withheld;
    private Handshake handshake;
    private Question question;
    private int begun;
    /// the Open Session that is given up for now, and may be answered still; null when there is none
    private byte[] opening;
    /// the suites that the BMC says it offers; empty when it does not say, null when it was not asked
    private List<Integer> offered;
    private byte[] records = {};
    private String lastRefusal = "";

    /// What was asked outside any session.
    private record Question(int netFn, int command, int sequence, Reader reader) {}

    private interface Reader {
        /// @return false when it is no answer to go by
        boolean read(LanMessage.Response response) throws DecodeException;
    }

    /// @param last the suite that worked last in this process, or null
    Login(BmcAccess access, CipherSuite last, SecureRandom random, int sends, Port port) {
        this.access = access;
        this.random = random;
        this.sends = sends;
        this.port = port;
        // somebody on the path can drop what carries the better suites; so a BMC that was logged into with one is not with a worse one, unless it was ordered
        boolean ordered = access.suites().size() == 1;
        CipherSuite proven = ordered || last == null || access.proven() != null && last.weakerThan(access.proven()) ? access.proven() : last;
        this.suites = new ArrayDeque<>(2);
        List<CipherSuite> left = new ArrayList<>(2);
        for (CipherSuite suite : access.suites()) {
            (ordered || proven == null || !suite.weakerThan(proven) ? suites : left).add(suite);
        }
        this.allowed = List.copyOf(suites);
        this.withheld = left.isEmpty() ? "" : "; it was logged into with cipher suite %s before, and the weaker %s not tried: somebody on the path could bring that about"
                .formatted(proven, left.size() == 1 ? left.getFirst() + " was" : left + " were");
    }

    void begin() {
        nextSuite("");
    }

    private void nextSuite(String refusal) {
        lastRefusal = refusal.isEmpty() ? lastRefusal : refusal;
        opening = null;
        CipherSuite suite = suites.pollFirst();
        if (suite == null) {
            askSuites(() -> port.failed(Reason.NO_CIPHER_SUITE, "it refuses the cipher suites %s (%s)%s%s".formatted(allowed, lastRefusal, offer(), withheld)));
            return;
        }
        begun = 0;
        shakeHands(suite);
    }

    /// What a failure says of the suites that there are and of those that may be.
    private String offer() {
        return offered == null || offered.isEmpty() ? "" : "; it says that it offers %s, and the node allows %s".formatted(offered, access.suites());
    }

    private void shakeHands(CipherSuite suite) {
        begun++;
        handshake = new Handshake(access, suite, random.nextInt(256), random);
        Handshake.Step.Send open = handshake.start();
        opening = null;
        if (suites.isEmpty() || offered != null || sends <= FIRST_SENDS) {
            follow(open);
            return;
        }
        port.ask(open.packet(), FIRST_SENDS, 0, () -> {
            opening = open.packet();
            unanswered(open.name());
        });
    }

    private void follow(Handshake.Step step) {
        switch (step) {
            case Handshake.Step.Send(String name, byte[] packet) -> port.ask(packet, sends, 0, () -> unanswered(name));
            case Handshake.Step.Established(Session opened) -> port.opened(opened);
            case Handshake.Step.OtherSuite(String why) -> nextSuite(why);
            case Handshake.Step.Again(String why) -> again(why);
            case Handshake.Step.Failed(Reason reason, String why, byte[] farewell) -> {
                if (farewell.length > 0) {
                    port.tell(farewell);
                }
                if (reason == Reason.WRONG_BMC_KEY && !access.hasBmcKey()) {
                    // its own words tell whether it has a K_G at all; they are not protected, so they only word the message
                    probe(capabilities -> port.failed(reason, capabilities.bmcKeySet() ? why : why + "; it does not admit to one, though"),
                            () -> port.failed(reason, why));
                    return;
                }
                port.failed(reason, why);
            }
            case Handshake.Step.Ignored _ -> { }
        }
    }

    private void again(String why) {
        if (begun >= BEGINNINGS) {
            port.failed(Reason.PROTOCOL, "it forgot the session %d times while it was being opened (%s)".formatted(begun, why));
            return;
        }
        shakeHands(handshake.suite());
    }

    private void unanswered(String name) {
        if (!handshake.opening()) {
            if (begun < BEGINNINGS - 1) {
                shakeHands(handshake.suite());
                return;
            }
            port.failed(Reason.NO_ANSWER, "it began a login and then did not answer %s, sent %d times".formatted(name, sends));
            return;
        }
        // some BMCs say nothing at all to algorithms that they do not know
        probe(capabilities -> {
            if (!capabilities.rmcpPlus()) {
                port.failed(Reason.NO_RMCP_PLUS, "it speaks IPMI 1.5 only, without the sessions of 2.0");
                return;
            }
            askSuites(() -> {
                if (offered.isEmpty() || offered.contains(handshake.suite().id())) {
                    openAgain(this::notOpened);
                } else {
                    notOpened();
                }
            });
        }, () -> openAgain(() -> port.failed(Reason.NO_ANSWER, "it did not answer %d packets".formatted(sends + PROBES))));
    }

    /// What is left of the tries with the suite at hand.
    private void openAgain(Runnable silence) {
        if (opening == null) {
            silence.run();
            return;
        }
        byte[] packet = opening;
        opening = null;
        port.ask(packet, sends - FIRST_SENDS, FIRST_SENDS, silence);
    }

    private void notOpened() {
        if (!suites.isEmpty()) {
            nextSuite("no answer to Open Session");
            return;
        }
        port.failed(withheld.isEmpty() && offered.isEmpty() ? Reason.NO_RMCP_PLUS : Reason.NO_CIPHER_SUITE,
                "it answers to IPMI, but not to Open Session with cipher suites %s%s%s".formatted(allowed, offer(), withheld));
    }

    private void probe(Consumer<AuthenticationCapabilities> answered, Runnable silence) {
        ask(AuthenticationCapabilities.request(0, Privilege.ADMINISTRATOR), response -> {
            if (!response.completion().ok()) {
                return false;
            }
            AuthenticationCapabilities capabilities = AuthenticationCapabilities.decode(response.data());
            told();
            answered.accept(capabilities);
            return true;
        }, silence);
    }

    /// @param then once `offered` is known, or the BMC does not say
    private void askSuites(Runnable then) {
        if (offered != null) {
            then.run();
            return;
        }
        records = new byte[0];
        askSuites(0, then);
    }

    private void askSuites(int portion, Runnable then) {
        ask(ChannelCipherSuites.request(portion + 1, portion), response -> {
            byte[] more = response.completion().ok() ? ChannelCipherSuites.portion(response.data()) : new byte[0];
            int before = records.length;
            records = Arrays.copyOf(records, before + more.length);
            System.arraycopy(more, 0, records, before, more.length);
            told();
            if (more.length == ChannelCipherSuites.PORTION && portion + 1 < ChannelCipherSuites.MOST_PORTIONS) {
                askSuites(portion + 1, then);
                return true;
            }
            try {
                offered = ChannelCipherSuites.decode(records);
            } catch (DecodeException e) {
                offered = List.of(); // then its word is worth nothing
            }
            then.run();
            return true;
        }, () -> {
            offered = List.of();
            then.run();
        });
    }

    private void ask(LanMessage.Request request, Reader reader, Runnable silence) {
        question = new Question(request.netFn(), request.command(), request.sequence(), reader);
        port.ask(new IpmiPacket.Sessionless(request.encode()).encode(), PROBES, 0, () -> {
            question = null;
            silence.run();
        });
    }

    private void told() {
        question = null;
        port.answered();
    }

    /// A message outside any session. It is not protected, so it explains failures and decides nothing.
    ///
    /// @return false when it is no answer to what was asked
    boolean receive(IpmiPacket.Sessionless packet) throws DecodeException {
        if (question == null) {
            return false;
        }
        LanMessage.Response response = LanMessage.Response.decode(packet.message());
        return response.netFn() == question.netFn() + 1 && response.command() == question.command() && response.sequence() == question.sequence()
                && question.reader().read(response);
    }

    /// @return false when it is no answer to what was asked
    boolean receive(IpmiPacket.RmcpPlus packet) throws DecodeException {
        if (question != null && opening == null) {
            return false;
        }
        Handshake.Step step = handshake.receive(packet, System.nanoTime());
        if (step instanceof Handshake.Step.Ignored) {
            return false;
        }
        opening = null;
        told();
        follow(step);
        return true;
    }
}
