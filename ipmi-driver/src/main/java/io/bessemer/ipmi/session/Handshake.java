package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.HandshakeStatus;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.OpenSessionRequest;
import io.bessemer.ipmi.protocol.OpenSessionResponse;
import io.bessemer.ipmi.protocol.PayloadProtection;
import io.bessemer.ipmi.protocol.PayloadType;
import io.bessemer.ipmi.protocol.Rakp1;
import io.bessemer.ipmi.protocol.Rakp2;
import io.bessemer.ipmi.protocol.Rakp3;
import io.bessemer.ipmi.protocol.Rakp4;
import io.bessemer.ipmi.protocol.RakpProof;
import io.bessemer.ipmi.session.IpmiException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/// One login with one cipher suite, IPMI 2.0 §13.15: Open Session, RAKP 1 to 4. Says what to do next and does nothing itself.
/// Every value that the BMC sends back is compared with what we sent, codes in constant time.
final class Handshake {
    /// What follows from a packet.
    sealed interface Step {
        /// Send this, again and again, until the next step.
        record Send(String name, byte[] packet) implements Step {}

        record Established(Session session) implements Step {}

        /// @param farewell tells the BMC to drop its half-open session; empty when there is none
        record Failed(Reason reason, String why, byte[] farewell) implements Step {}

        /// The BMC does not know these algorithms.
        record OtherSuite(String why) implements Step {}

        /// The BMC forgot the half-open session: begin anew.
        record Again(String why) implements Step {}

        /// Not for us.
        record Ignored(String why) implements Step {}
    }

    private enum Stage { OPEN, RAKP_2, RAKP_4 }

    private static final byte[] NOTHING = {};

    private final BmcAccess access;
    private final CipherSuite suite;
    private final SecureRandom random;
    private final int tag;
    private final int consoleId;
    private final byte[] consoleRandom = new byte[Rakp1.RANDOM_LENGTH];
    private final int role;
    private final String username;
    private Stage stage = Stage.OPEN;
    private int bmcId;
    private RakpProof proof;
    private byte[] sessionKey = NOTHING;

    /// @param tag of the first message; the two others count on
    Handshake(BmcAccess access, CipherSuite suite, int tag, SecureRandom random) {
        this.access = access;
        this.suite = suite;
        this.random = random;
        this.tag = tag;
        int id;
        do {
            id = random.nextInt();
        } while (id == 0);
        this.consoleId = id;
        random.nextBytes(consoleRandom);
        boolean intel = access.has(Quirk.INTEL_2_0);
        this.role = (intel ? 0 : Rakp1.NAME_ONLY_LOOKUP) | access.privilege().code();
        this.username = intel ? filledUp(access.username()) : access.username();
    }

    private static String filledUp(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        return name + "\0".repeat(Math.max(0, Rakp1.MAX_USERNAME - length));
    }

    CipherSuite suite() {
        return suite;
    }

    boolean opening() {
        return stage == Stage.OPEN;
    }

    Step.Send start() {
        OpenSessionRequest request = OpenSessionRequest.of(tag & 0xff, consoleId, suite);
        return send("Open Session", PayloadType.OPEN_SESSION_REQUEST, (access.wantsEqualLevels() ? request.withMaximumPrivilege(access.privilege()) : request).encode());
    }

    Step receive(IpmiPacket.RmcpPlus packet, long nowNanos) throws DecodeException {
        if (packet.sessionId() != 0 || packet.encrypted() || packet.authenticated()) {
            return new Step.Ignored("handshake message inside a session");
        }
        return switch (stage) {
            case OPEN -> packet.payloadType() == PayloadType.OPEN_SESSION_RESPONSE
                    ? opened(OpenSessionResponse.decode(packet.payload()))
                    : new Step.Ignored("not an Open Session Response");
            case RAKP_2 -> packet.payloadType() == PayloadType.RAKP_2
                    ? identified(Rakp2.decode(packet.payload(), suite))
                    : new Step.Ignored("not a RAKP 2");
            case RAKP_4 -> packet.payloadType() == PayloadType.RAKP_4
                    ? proven(Rakp4.decode(packet.payload(), suite), nowNanos)
                    : new Step.Ignored("not a RAKP 4");
        };
    }

    private Step opened(OpenSessionResponse response) {
        if (response.tag() != (tag & 0xff)) {
            return new Step.Ignored("tag of another Open Session");
        }
        return switch (response) {
            // some say "unauthorized role" (0x0a) of a suite that is disabled; of the level that is asked for here, "the highest", it means nothing else
            case OpenSessionResponse.Refused refused -> (refused.status().wantsAnotherSuite() || refused.status().equals(HandshakeStatus.UNAUTHORIZED_ROLE)) && ours(refused.consoleSessionId())
                    ? new Step.OtherSuite("Open Session: " + refused.status())
                    : refused("Open Session", refused.status(), refused.consoleSessionId());
            case OpenSessionResponse.Accepted accepted -> {
                if (accepted.consoleSessionId() != consoleId) {
                    yield new Step.Ignored("Open Session of another session id");
                }
                if (!accepted.matches(suite)) {
                    yield new Step.OtherSuite("it answered with algorithms %d/%d/%d instead of those proposed"
                            .formatted(accepted.authentication(), accepted.integrity(), accepted.confidentiality()));
                }
                bmcId = accepted.bmcSessionId();
                stage = Stage.RAKP_2;
                yield send("RAKP 1", PayloadType.RAKP_1, new Rakp1(tag + 1 & 0xff, bmcId, consoleRandom, role, username).encode());
            }
        };
    }

    private Step identified(Rakp2 message) {
        if (message.tag() != (tag + 1 & 0xff)) {
            return new Step.Ignored("tag of another RAKP 1");
        }
        return switch (message) {
            case Rakp2.Refused refused -> refused("RAKP 2", refused.status(), refused.consoleSessionId());
            case Rakp2.Accepted accepted -> {
                if (accepted.consoleSessionId() != consoleId) {
                    yield new Step.Ignored("RAKP 2 of another session id");
                }
                proof = new RakpProof(suite, consoleId, bmcId, consoleRandom, accepted.bmcRandom(), accepted.guid(), role, username);
                if (!MessageDigest.isEqual(proof.rakp2Code(access.userKey()), accepted.code())) {
                    Rakp3 farewell = new Rakp3(tag + 2 & 0xff, HandshakeStatus.INVALID_INTEGRITY_CHECK_VALUE, bmcId, NOTHING);
                    yield new Step.Failed(Reason.WRONG_PASSWORD,
                            "the password of user '%s' is wrong (the code in RAKP 2 does not match, cipher suite %s)".formatted(access.username(), suite),
                            IpmiPacket.RmcpPlus.unprotected(PayloadType.RAKP_3, farewell.encode()).encode());
                }
                sessionKey = proof.sessionKey(access.bmcKey());
                stage = Stage.RAKP_4;
                yield send("RAKP 3", PayloadType.RAKP_3,
                        new Rakp3(tag + 2 & 0xff, HandshakeStatus.OK, bmcId, proof.rakp3Code(access.userKey())).encode());
            }
        };
    }

    private Step proven(Rakp4 message, long nowNanos) {
        if (message.tag() != (tag + 2 & 0xff)) {
            return new Step.Ignored("tag of another RAKP 3");
        }
        return switch (message) {
            case Rakp4.Refused refused -> refused("RAKP 4", refused.status(), refused.consoleSessionId());
            case Rakp4.Accepted accepted -> {
                if (accepted.consoleSessionId() != consoleId) {
                    yield new Step.Ignored("RAKP 4 of another session id");
                }
                if (!MessageDigest.isEqual(proof.rakp4Code(sessionKey), accepted.code())) {
                    yield new Step.Failed(Reason.WRONG_BMC_KEY, access.hasBmcKey()
                            ? "user and password are right, but the BMC has another key K_G than ipmi_hex_kg_key"
                            : "user and password are right, but the BMC has a key K_G, and none is given (ipmi_hex_kg_key)", NOTHING);
                }
                yield new Step.Established(new Session(access, suite, consoleId, bmcId, new PayloadProtection(suite, sessionKey, random), nowNanos));
            }
        };
    }

    /// Some BMCs send refusals with session id 0; those are matched by address and tag only.
    private boolean ours(int consoleSessionId) {
        return consoleSessionId == 0 || consoleSessionId == consoleId;
    }

    private Step refused(String where, HandshakeStatus status, int consoleSessionId) {
        if (!ours(consoleSessionId)) {
            return new Step.Ignored(where + " of another session id");
        }
        String said = "%s: status %s".formatted(where, status);
        return switch (status.code()) {
            case 0x01, 0x0b -> new Step.Failed(Reason.OUT_OF_SESSIONS, "all its sessions are taken (%s)".formatted(said), NOTHING);
            case 0x02, 0x08 -> new Step.Again(said);
            case 0x0c, 0x0d -> new Step.Failed(Reason.WRONG_USER, "it does not know user '%s', or the user is disabled (%s)"
                    .formatted(access.username(), said), NOTHING);
            case 0x09, 0x0a -> new Step.Failed(Reason.PRIVILEGE, "user '%s' may not have privilege level %s (%s)"
                    .formatted(access.username(), access.privilege(), said), NOTHING);
            case 0x0f -> new Step.Failed(Reason.WRONG_PASSWORD, "the password of user '%s' is wrong (%s)".formatted(access.username(), said), NOTHING);
            default -> new Step.Failed(Reason.PROTOCOL, "it refused the login (%s)".formatted(said), NOTHING);
        };
    }

    private static Step.Send send(String name, int payloadType, byte[] payload) {
        return new Step.Send(name, IpmiPacket.RmcpPlus.unprotected(payloadType, payload).encode());
    }
}
