package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.AuthenticationCapabilities;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.protocol.Privilege;
import io.bessemer.ipmi.session.IpmiException.Reason;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// The way into a session: which cipher suite is tried next, which [Handshake] begins anew, and what an unprotected question to the BMC tells when all that
/// fails. Belongs to one event loop.
final class Login {
    private static final int BEGINNINGS = 3;
    private static final int PROBES = 2;

    /// What a login does outside.
    interface Port {
        /// Sends until the login goes on or the packet was sent `sends` times.
        void ask(byte[] packet, int sends, Runnable silence);

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
    private Consumer<AuthenticationCapabilities> capabilitiesWanted;
    private int begun;
    private String lastRefusal = "";

    /// @param last the suite that worked last in this process, or null
    Login(BmcAccess access, CipherSuite last, SecureRandom random, int sends, Port port) {
        this.access = access;
        this.random = random;
        this.sends = sends;
        this.port = port;
        // somebody on the path can drop what carries the better suites; so a BMC that was logged into with one is not with a worse one, unless it was ordered
        boolean ordered = access.suites().size() == 1;
        CipherSuite proven = ordered || last == null || access.proven() != null && last.weakerThan(access.proven()) ? access.proven() : last;
        List<CipherSuite> tried = access.suites().stream().filter(suite -> ordered || proven == null || !suite.weakerThan(proven)).toList();
        List<CipherSuite> left = access.suites().stream().filter(suite -> !tried.contains(suite)).toList();
        this.suites = new ArrayDeque<>(tried);
        this.allowed = tried;
        this.withheld = left.isEmpty() ? "" : "; it was logged into with cipher suite %s before, and the weaker %s not tried: somebody on the path could bring that about"
                .formatted(proven, left.size() == 1 ? left.getFirst() + " was" : left + " were");
    }

    void begin() {
        nextSuite("");
    }

    private void nextSuite(String refusal) {
        lastRefusal = refusal.isEmpty() ? lastRefusal : refusal;
        CipherSuite suite = suites.pollFirst();
        if (suite == null) {
            port.failed(Reason.NO_CIPHER_SUITE, "it refuses the cipher suites %s (%s)%s".formatted(allowed, lastRefusal, withheld));
            return;
        }
        begun = 0;
        shakeHands(suite);
    }

    private void shakeHands(CipherSuite suite) {
        begun++;
        handshake = new Handshake(access, suite, random.nextInt(256), random);
        follow(handshake.start());
    }

    private void follow(Handshake.Step step) {
        switch (step) {
            case Handshake.Step.Send(String name, byte[] packet) -> port.ask(packet, sends, () -> unanswered(name));
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
            if (!suites.isEmpty()) {
                nextSuite("no answer to Open Session");
                return;
            }
            port.failed(withheld.isEmpty() ? Reason.NO_RMCP_PLUS : Reason.NO_CIPHER_SUITE, "it answers to IPMI, but not to Open Session with cipher suites %s%s".formatted(allowed, withheld));
        }, () -> port.failed(Reason.NO_ANSWER, "it did not answer %d packets".formatted(sends + PROBES)));
    }

    private void probe(Consumer<AuthenticationCapabilities> answered, Runnable silence) {
        capabilitiesWanted = answered;
        byte[] packet = new IpmiPacket.Sessionless(AuthenticationCapabilities.request(0, Privilege.ADMINISTRATOR).encode()).encode();
        port.ask(packet, PROBES, silence);
    }

    /// A message outside any session. It is not protected, so it explains failures and decides nothing.
    ///
    /// @return false when it is no answer to what was asked
    boolean receive(IpmiPacket.Sessionless packet) throws DecodeException {
        if (capabilitiesWanted == null) {
            return false;
        }
        LanMessage.Response response = LanMessage.Response.decode(packet.message());
        if (response.netFn() != AuthenticationCapabilities.NET_FN + 1 || response.command() != AuthenticationCapabilities.COMMAND
                || !response.completion().ok()) {
            return false;
        }
        AuthenticationCapabilities capabilities = AuthenticationCapabilities.decode(response.data());
        Consumer<AuthenticationCapabilities> wanted = capabilitiesWanted;
        capabilitiesWanted = null;
        port.answered();
        wanted.accept(capabilities);
        return true;
    }

    /// @return false when it is no answer to what was asked
    boolean receive(IpmiPacket.RmcpPlus packet) throws DecodeException {
        if (capabilitiesWanted != null) {
            return false;
        }
        Handshake.Step step = handshake.receive(packet, System.nanoTime());
        if (step instanceof Handshake.Step.Ignored) {
            return false;
        }
        port.answered();
        follow(step);
        return true;
    }
}
