package io.bessemer.lab.simulated;

import io.bessemer.ipmi.protocol.AuthenticationCapabilities;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.HandshakeStatus;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.protocol.OpenSessionRequest;
import io.bessemer.ipmi.protocol.OpenSessionResponse;
import io.bessemer.ipmi.protocol.PayloadProtection;
import io.bessemer.ipmi.protocol.PayloadType;
import io.bessemer.ipmi.protocol.Rakp1;
import io.bessemer.ipmi.protocol.Rakp2;
import io.bessemer.ipmi.protocol.Rakp3;
import io.bessemer.ipmi.protocol.Rakp4;
import io.bessemer.ipmi.protocol.RakpProof;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The managed side of RMCP+: cipher suites 3 and 17, users and their privileges. Everything happens on one thread.
final class SimulatedBmc implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedBmc.class);
    private static final List<CipherSuite> SUITES = List.of(CipherSuite.SUITE_17, CipherSuite.SUITE_3);
    private static final byte[] ANOTHER_PASSWORD = "another".getBytes(StandardCharsets.UTF_8);
    private static final int USER = 2;
    private static final int OPERATOR = 3;
    private static final int ADMINISTRATOR = 4;
    private static final int PRIVILEGE_OVER_LIMIT = 0x81;
    private static final int MOST_SESSIONS = 32;
    private static final int SET_SESSION_PRIVILEGE = 0x3b;
    /// access and name
    private static final Set<Integer> USER_READS = Set.of(0x44, 0x46);
    /// control, identify, boot options
    private static final Set<Integer> CHASSIS_CHANGES = Set.of(0x02, 0x04, 0x08, 0x09);
    private static final int CHASSIS = 0x00;
    private static final int APP = 0x06;

    private final DatagramSocket socket;
    private final SimulatedUsers users;
    private final Chassis chassis;
    private final Faults faults;
    private final SecureRandom random = new SecureRandom();
    private final byte[] guid = new byte[Rakp2.GUID_LENGTH];
    private final Map<Integer, Session> sessions = new LinkedHashMap<>();
    /// answers by packets: one that comes again, as the first answer was late, gets the same, or the two sides would count on other numbers
    private final Map<Heard, byte[]> handshakes = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Heard, byte[]> eldest) {
            return size() > MOST_SESSIONS;
        }
    };
    private int packets;

    /// @param from a client may begin each session with the same packet, as ipmitool does, as a rule from another port
    private record Heard(SocketAddress from, ByteBuffer packet) {}

    private static final class Session {
        final SocketAddress from;
        final CipherSuite suite;
        final int consoleId;
        final int bmcId;
        RakpProof proof;
        PayloadProtection protection;
        SimulatedUsers.User user;
        /// the most that was asked for when it was opened
        int limit;
        /// a session begins at level USER
        int privilege = USER;
        int lastHeard = -1;
        byte[] lastAnswer;
        int sequence;

        Session(SocketAddress from, CipherSuite suite, int consoleId, int bmcId) {
            this.from = from;
            this.suite = suite;
            this.consoleId = consoleId;
            this.bmcId = bmcId;
        }
    }

    SimulatedBmc(InetSocketAddress address, String user, String password, Chassis chassis, Faults faults) throws IOException {
        this.socket = new DatagramSocket(address);
        this.users = new SimulatedUsers(user, password);
        this.chassis = chassis;
        this.faults = faults;
        random.nextBytes(guid);
        Thread.ofVirtual().name("bmc " + address).start(this::serve);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void serve() {
        byte[] buffer = new byte[IpmiPacket.MAX_LENGTH + 1];
        while (!socket.isClosed()) {
            try {
                var datagram = new DatagramPacket(buffer, buffer.length);
                socket.receive(datagram);
                packets++;
                boolean lost = faults.bmcLosesOneOf > 0 && packets % faults.bmcLosesOneOf == 0;
                if (faults.deadBmc || lost) {
                    continue;
                }
                TimeUnit.MILLISECONDS.sleep(faults.bmcDelay.toMillis());
                byte[] answer = answer(datagram.getSocketAddress(), Arrays.copyOf(datagram.getData(), datagram.getLength()));
                if (answer.length > 0) {
                    socket.send(new DatagramPacket(answer, answer.length, datagram.getSocketAddress()));
                }
            } catch (DecodeException e) {
                LOG.debug("BMC drops a packet: {}", e.getMessage());
            } catch (IOException | InterruptedException e) {
                return; // closed
            }
        }
    }

    private byte[] answer(SocketAddress from, byte[] datagram) throws DecodeException {
        return switch (IpmiPacket.decode(datagram)) {
            case IpmiPacket.Sessionless(byte[] message) -> new IpmiPacket.Sessionless(execute(LanMessage.Request.decode(message), null)).encode();
            case IpmiPacket.RmcpPlus packet when packet.sessionId() == 0 -> {
                var heard = new Heard(from, ByteBuffer.wrap(datagram));
                byte[] known = handshakes.get(heard);
                byte[] answer = known != null ? known : handshake(from, packet);
                handshakes.put(heard, answer);
                yield answer;
            }
            case IpmiPacket.RmcpPlus packet -> inSession(datagram, packet);
        };
    }

    private byte[] handshake(SocketAddress from, IpmiPacket.RmcpPlus packet) throws DecodeException {
        return switch (packet.payloadType()) {
            case PayloadType.OPEN_SESSION_REQUEST -> open(from, OpenSessionRequest.decode(packet.payload()));
            case PayloadType.RAKP_1 -> identify(Rakp1.decode(packet.payload()));
            case PayloadType.RAKP_3 -> prove(packet.payload());
            default -> new byte[0];
        };
    }

    /// Ports come again: what a client was answered on the way to one session is not told to the next one that has its port.
    private void forgetHandshake(Session session) {
        handshakes.keySet().removeIf(heard -> heard.from().equals(session.from));
    }

    private byte[] open(SocketAddress from, OpenSessionRequest request) {
        CipherSuite suite = SUITES.stream().filter(known -> known.authentication() == request.authentication()
                && known.integrity() == request.integrity() && known.confidentiality() == request.confidentiality()).findFirst().orElse(null);
        if (suite == null) {
            return plain(PayloadType.OPEN_SESSION_RESPONSE,
                    new OpenSessionResponse.Refused(request.tag(), HandshakeStatus.NO_CIPHER_SUITE_MATCH, request.consoleSessionId()).encode());
        }
        if (sessions.size() >= MOST_SESSIONS) {
            Session oldest = sessions.values().iterator().next();
            sessions.remove(oldest.bmcId);
            forgetHandshake(oldest);
        }
        var session = new Session(from, suite, request.consoleSessionId(), random.nextInt(1, Integer.MAX_VALUE));
        sessions.put(session.bmcId, session);
        return plain(PayloadType.OPEN_SESSION_RESPONSE, new OpenSessionResponse.Accepted(request.tag(), ADMINISTRATOR, session.consoleId,
                session.bmcId, suite.authentication(), suite.integrity(), suite.confidentiality()).encode());
    }

    private byte[] identify(Rakp1 message) {
        Session session = sessions.get(message.bmcSessionId());
        if (session == null) {
            return plain(PayloadType.RAKP_2, new Rakp2.Refused(message.tag(), HandshakeStatus.INVALID_SESSION_ID, 0).encode());
        }
        Optional<SimulatedUsers.User> user = users.login(message.username());
        int role = message.role() & 0x0f;
        if (user.isEmpty() || role > user.get().privilege()) {
            HandshakeStatus why = user.isEmpty() ? HandshakeStatus.UNAUTHORIZED_NAME : HandshakeStatus.UNAUTHORIZED_ROLE;
            return plain(PayloadType.RAKP_2, new Rakp2.Refused(message.tag(), why, session.consoleId).encode());
        }
        session.user = user.get();
        session.limit = role == 0 ? user.get().privilege() : role;
        byte[] own = new byte[Rakp1.RANDOM_LENGTH];
        random.nextBytes(own);
        session.proof = new RakpProof(session.suite, session.consoleId, session.bmcId, message.consoleRandom(), own, guid, message.role(), message.username());
        return plain(PayloadType.RAKP_2, new Rakp2.Accepted(message.tag(), session.consoleId, own, guid, session.proof.rakp2Code(password(session))).encode());
    }

    private byte[] password(Session session) {
        return faults.wrongPassword ? ANOTHER_PASSWORD : session.user.password();
    }

    private byte[] prove(byte[] payload) throws DecodeException {
        // the session id stands before the code, whose length depends on the session's suite
        int id = payload.length < 8 ? 0 : payload[4] & 0xff | (payload[5] & 0xff) << 8 | (payload[6] & 0xff) << 16 | payload[7] << 24;
        Session session = sessions.get(id);
        if (session == null || session.proof == null) {
            return plain(PayloadType.RAKP_4, new Rakp4.Refused(payload[0] & 0xff, HandshakeStatus.INVALID_SESSION_ID, 0).encode());
        }
        Rakp3 message = Rakp3.decode(payload, session.suite);
        forgetHandshake(session);
        if (!message.status().ok()) {
            sessions.remove(id);
            return new byte[0];
        }
        if (!MessageDigest.isEqual(session.proof.rakp3Code(password(session)), message.code())) {
            sessions.remove(id);
            return plain(PayloadType.RAKP_4,
                    new Rakp4.Refused(message.tag(), HandshakeStatus.INVALID_INTEGRITY_CHECK_VALUE, session.consoleId).encode());
        }
        byte[] key = session.proof.sessionKey(password(session));
        if (session.protection == null) {
            session.protection = new PayloadProtection(session.suite, key, random);
        }
        return plain(PayloadType.RAKP_4, new Rakp4.Accepted(message.tag(), session.consoleId, session.proof.rakp4Code(key)).encode());
    }

    private byte[] inSession(byte[] datagram, IpmiPacket.RmcpPlus packet) throws DecodeException {
        Session session = sessions.get(packet.sessionId());
        if (session == null || session.protection == null || packet.payloadType() != PayloadType.IPMI) {
            return new byte[0];
        }
        return switch (session.protection.open(datagram, packet)) {
            case PayloadProtection.Opened.Payload(byte[] bytes) -> {
                if (packet.sequence() == session.lastHeard) {
                    yield session.lastAnswer; // sent again: not executed again
                }
                session.lastHeard = packet.sequence();
                session.lastAnswer = session.protection.seal(PayloadType.IPMI, session.consoleId, ++session.sequence,
                        execute(LanMessage.Request.decode(bytes), session));
                yield session.lastAnswer;
            }
            case PayloadProtection.Opened.Unprotected _, PayloadProtection.Opened.Tampered _ -> new byte[0];
        };
    }

    /// @param session null outside of one, where only capabilities may be asked for
    private byte[] execute(LanMessage.Request request, Session session) {
        if (session != null && session.privilege < needed(request)) {
            return answer(request, CompletionCode.Generic.INSUFFICIENT_PRIVILEGE, new byte[0]);
        }
        byte[] data = null;
        if (request.netFn() == APP && request.command() == AuthenticationCapabilities.COMMAND) {
            data = new byte[] {1, (byte) 0x80, 0x04, 0x02, 0, 0, 0, 0}; // RMCP+, named users
        } else if (session != null && request.netFn() == APP) {
            byte[] ofUsers = users.execute(request.command(), request.data());
            if (ofUsers != null) {
                return answer(request, CompletionCode.of(ofUsers[0] & 0xff), Arrays.copyOfRange(ofUsers, 1, ofUsers.length));
            }
            if (request.command() == SET_SESSION_PRIVILEGE) {
                return setPrivilege(request, session);
            }
            data = application(request, session);
        } else if (session != null && request.netFn() == CHASSIS) {
            data = chassis(request);
        }
        return data == null ? answer(request, CompletionCode.Generic.INVALID_COMMAND, new byte[0]) : answer(request, CompletionCode.Generic.OK, data);
    }

    private static byte[] answer(LanMessage.Request request, CompletionCode code, byte[] data) {
        return new LanMessage.Response(request.netFn() + 1, request.lun(), request.sequence(), request.command(), code, data).encode();
    }

    /// Appendix G of IPMI 2.0, of the commands that are here.
    private static int needed(LanMessage.Request request) {
        if (request.netFn() == APP) {
            return SimulatedUsers.isChange(request.command()) ? ADMINISTRATOR : USER_READS.contains(request.command()) ? OPERATOR : 0;
        }
        return request.netFn() == CHASSIS && CHASSIS_CHANGES.contains(request.command()) ? OPERATOR : 0;
    }

    /// A user that was given less meanwhile keeps the sessions that it has.
    private static byte[] setPrivilege(LanMessage.Request request, Session session) {
        int wanted = request.data().length < 1 ? 0 : request.data()[0] & 0x0f;
        if (wanted > session.limit) {
            return answer(request, CompletionCode.of(PRIVILEGE_OVER_LIMIT), new byte[0]);
        }
        session.privilege = wanted == 0 ? session.privilege : wanted;
        return answer(request, CompletionCode.Generic.OK, new byte[] {(byte) session.privilege});
    }

    private byte[] application(LanMessage.Request request, Session session) {
        return switch (request.command()) {
            case 0x01 -> new byte[] {0x20, 0x01, 0x01, 0x00, 0x02, (byte) 0x8f, 0x12, 0x34, 0x00, 0x01, 0x00}; // Get Device ID
            case 0x3c -> { // Close Session
                sessions.remove(session.bmcId);
                yield new byte[0];
            }
            default -> null;
        };
    }

    private byte[] chassis(LanMessage.Request request) {
        byte[] data = request.data();
        return switch (request.command()) {
            case 0x00 -> new byte[] {0, 0x20, 0x20, 0x20, 0x20, 0x20};
            case 0x01 -> new byte[] {(byte) (chassis.poweredOn() ? 1 : 0), 0, 0, 0};
            case 0x02 -> data.length < 1 ? null : control(data[0] & 0x0f);
            case 0x04 -> new byte[0];
            case 0x08 -> {
                if (data.length >= 6 && (data[0] & 0x7f) == 5) {
                    chassis.bootFlags(Arrays.copyOfRange(data, 1, 6));
                }
                yield new byte[0];
            }
            case 0x09 -> {
                byte[] answer = {1, 5, 0, 0, 0, 0, 0};
                System.arraycopy(chassis.bootFlags(), 0, answer, 2, 5);
                yield data.length >= 1 && (data[0] & 0x7f) == 5 ? answer : null;
            }
            default -> null;
        };
    }

    private byte[] control(int action) {
        switch (action) {
            case 0 -> chassis.powerOff();
            case 1 -> chassis.powerOn();
            case 2, 3 -> chassis.reset();
            case 4 -> { }
            case 5 -> chassis.softOff();
            default -> {
                return null;
            }
        }
        return new byte[0];
    }

    private static byte[] plain(int type, byte[] payload) {
        return IpmiPacket.RmcpPlus.unprotected(type, payload).encode();
    }

    @Override
    public void close() {
        socket.close();
    }
}
