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
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The managed side of RMCP+: cipher suites 3 and 17, one user. Everything happens on one thread.
final class SimulatedBmc implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedBmc.class);
    private static final List<CipherSuite> SUITES = List.of(CipherSuite.SUITE_17, CipherSuite.SUITE_3);
    private static final byte[] ANOTHER_PASSWORD = "another".getBytes(StandardCharsets.UTF_8);
    private static final int ADMINISTRATOR = 4;
    private static final int MOST_SESSIONS = 32;
    private static final int CHASSIS = 0x00;
    private static final int APP = 0x06;
    private static final HandshakeStatus UNKNOWN_USER = new HandshakeStatus(0x0d);
    private static final HandshakeStatus NO_MATCHING_SUITE = new HandshakeStatus(0x11);
    private static final HandshakeStatus UNKNOWN_SESSION = new HandshakeStatus(0x02);

    private final DatagramSocket socket;
    private final String user;
    private final byte[] password;
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

    /// @param from a client may begin each session with the same packet, as ipmitool does, but from another port
    private record Heard(SocketAddress from, ByteBuffer packet) {}

    private static final class Session {
        final CipherSuite suite;
        final int consoleId;
        final int bmcId;
        RakpProof proof;
        PayloadProtection protection;
        int lastHeard = -1;
        byte[] lastAnswer;
        int sequence;

        Session(CipherSuite suite, int consoleId, int bmcId) {
            this.suite = suite;
            this.consoleId = consoleId;
            this.bmcId = bmcId;
        }
    }

    SimulatedBmc(InetSocketAddress address, String user, String password, Chassis chassis, Faults faults) throws IOException {
        this.socket = new DatagramSocket(address);
        this.user = user;
        this.password = password.getBytes(StandardCharsets.UTF_8);
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
                byte[] answer = known != null ? known : handshake(packet);
                handshakes.put(heard, answer);
                yield answer;
            }
            case IpmiPacket.RmcpPlus packet -> inSession(datagram, packet);
        };
    }

    private byte[] handshake(IpmiPacket.RmcpPlus packet) throws DecodeException {
        return switch (packet.payloadType()) {
            case PayloadType.OPEN_SESSION_REQUEST -> open(OpenSessionRequest.decode(packet.payload()));
            case PayloadType.RAKP_1 -> identify(Rakp1.decode(packet.payload()));
            case PayloadType.RAKP_3 -> prove(packet.payload());
            default -> new byte[0];
        };
    }

    private byte[] open(OpenSessionRequest request) {
        CipherSuite suite = SUITES.stream().filter(known -> known.authentication() == request.authentication()
                && known.integrity() == request.integrity() && known.confidentiality() == request.confidentiality()).findFirst().orElse(null);
        if (suite == null) {
            return plain(PayloadType.OPEN_SESSION_RESPONSE,
                    new OpenSessionResponse.Refused(request.tag(), NO_MATCHING_SUITE, request.consoleSessionId()).encode());
        }
        if (sessions.size() >= MOST_SESSIONS) {
            sessions.remove(sessions.keySet().iterator().next());
        }
        var session = new Session(suite, request.consoleSessionId(), random.nextInt(1, Integer.MAX_VALUE));
        sessions.put(session.bmcId, session);
        return plain(PayloadType.OPEN_SESSION_RESPONSE, new OpenSessionResponse.Accepted(request.tag(), ADMINISTRATOR, session.consoleId,
                session.bmcId, suite.authentication(), suite.integrity(), suite.confidentiality()).encode());
    }

    private byte[] identify(Rakp1 message) {
        Session session = sessions.get(message.bmcSessionId());
        if (session == null) {
            return plain(PayloadType.RAKP_2, new Rakp2.Refused(message.tag(), UNKNOWN_SESSION, 0).encode());
        }
        if (!message.username().equals(user)) {
            return plain(PayloadType.RAKP_2, new Rakp2.Refused(message.tag(), UNKNOWN_USER, session.consoleId).encode());
        }
        byte[] own = new byte[Rakp1.RANDOM_LENGTH];
        random.nextBytes(own);
        session.proof = new RakpProof(session.suite, session.consoleId, session.bmcId, message.consoleRandom(), own, guid, message.role(), user);
        return plain(PayloadType.RAKP_2, new Rakp2.Accepted(message.tag(), session.consoleId, own, guid, session.proof.rakp2Code(password())).encode());
    }

    private byte[] password() {
        return faults.wrongPassword ? ANOTHER_PASSWORD : password;
    }

    private byte[] prove(byte[] payload) throws DecodeException {
        // the session id stands before the code, whose length depends on the session's suite
        int id = payload.length < 8 ? 0 : payload[4] & 0xff | (payload[5] & 0xff) << 8 | (payload[6] & 0xff) << 16 | payload[7] << 24;
        Session session = sessions.get(id);
        if (session == null || session.proof == null) {
            return plain(PayloadType.RAKP_4, new Rakp4.Refused(payload[0] & 0xff, UNKNOWN_SESSION, 0).encode());
        }
        Rakp3 message = Rakp3.decode(payload, session.suite);
        if (!message.status().ok()) {
            sessions.remove(id);
            return new byte[0];
        }
        if (!MessageDigest.isEqual(session.proof.rakp3Code(password()), message.code())) {
            sessions.remove(id);
            return plain(PayloadType.RAKP_4,
                    new Rakp4.Refused(message.tag(), HandshakeStatus.INVALID_INTEGRITY_CHECK_VALUE, session.consoleId).encode());
        }
        byte[] key = session.proof.sessionKey(password());
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
        byte[] data = null;
        if (request.netFn() == APP && request.command() == AuthenticationCapabilities.COMMAND) {
            data = new byte[] {1, (byte) 0x80, 0x04, 0x02, 0, 0, 0, 0}; // RMCP+, named users
        } else if (session != null && request.netFn() == APP) {
            data = application(request, session);
        } else if (session != null && request.netFn() == CHASSIS) {
            data = chassis(request);
        }
        CompletionCode code = data == null ? CompletionCode.Generic.INVALID_COMMAND : CompletionCode.Generic.OK;
        return new LanMessage.Response(request.netFn() + 1, request.lun(), request.sequence(), request.command(), code,
                data == null ? new byte[0] : data).encode();
    }

    private byte[] application(LanMessage.Request request, Session session) {
        return switch (request.command()) {
            case 0x01 -> new byte[] {0x20, 0x01, 0x01, 0x00, 0x02, (byte) 0x8f, 0x12, 0x34, 0x00, 0x01, 0x00}; // Get Device ID
            case 0x3b -> new byte[] {ADMINISTRATOR}; // Set Session Privilege Level
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
