package io.bessemer.ipmi;

import io.bessemer.ipmi.protocol.AuthenticationCapabilities;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.protocol.OpenSessionRequest;
import io.bessemer.ipmi.protocol.OpenSessionResponse;
import io.bessemer.ipmi.protocol.PayloadType;
import io.bessemer.ipmi.protocol.Rakp1;
import io.bessemer.ipmi.protocol.Rakp2;
import io.bessemer.ipmi.protocol.Rakp4;
import io.bessemer.ipmi.protocol.SolPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.function.Function;

/// A BMC with a console that opens a session of cipher suite 0 to everybody, and stands for any BMC that lies: it has the keys of its sessions. What its console says, a test makes up.
final class LyingConsole implements AutoCloseable {
    private static final int APP = 0x06;
    private static final int BMC_SESSION = 0x01020304;

    private final DatagramChannel socket;
    private final Thread thread;
    private volatile SocketAddress client;
    private volatile int consoleSession;
    private volatile boolean hidesOwner;
    /// what it says to a packet of typed characters; null for nothing
    private volatile Function<SolPacket, SolPacket> onTyped = LyingConsole::taken;
    private volatile int activations;
    private volatile long acknowledgements;
    private volatile long typed;
    private int sequence;

    LyingConsole() throws IOException {
        socket = DatagramChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
        thread = Thread.ofPlatform().daemon().name("lying console").start(this::serve);
    }

    int port() throws IOException {
        return ((InetSocketAddress) socket.getLocalAddress()).getPort();
    }

    static SolPacket taken(SolPacket typed) {
        return SolPacket.acknowledgement(typed.sequence(), typed.characters().length);
    }

    void onTyped(Function<SolPacket, SolPacket> says) {
        onTyped = says;
    }

    /// Does not answer Get Payload Instance Info.
    void hideOwner() {
        hidesOwner = true;
    }

    int activations() {
        return activations;
    }

    /// Packets that came and hold no characters.
    long acknowledgements() {
        return acknowledgements;
    }

    /// Packets that came with characters.
    long typed() {
        return typed;
    }

    int session() {
        return consoleSession;
    }

    /// A payload in the session, with the next number.
    void say(byte[] payload) throws IOException {
        sayAs(consoleSession, nextSequence(), payload);
    }

    void sayAs(int session, int number, byte[] payload) throws IOException {
        send(new IpmiPacket.RmcpPlus(PayloadType.SOL, false, false, session, number, payload, 0).encode());
    }

    void send(byte[] datagram) throws IOException {
        socket.send(ByteBuffer.wrap(datagram), client);
    }

    private synchronized int nextSequence() {
        return ++sequence;
    }

    int lastSequence() {
        return sequence;
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        while (socket.isOpen()) {
            try {
                SocketAddress from = socket.receive(buffer.clear());
                byte[] answer = answer(from, Arrays.copyOf(buffer.array(), buffer.position()));
                if (answer != null) {
                    socket.send(ByteBuffer.wrap(answer), from);
                }
            } catch (DecodeException e) {
                throw new IllegalStateException("the client sent what makes no sense", e);
            } catch (IOException closed) {
                return;
            }
        }
    }

    private byte[] answer(SocketAddress from, byte[] datagram) throws DecodeException {
        return switch (IpmiPacket.decode(datagram)) {
            case IpmiPacket.Sessionless(byte[] message) -> new IpmiPacket.Sessionless(command(LanMessage.Request.decode(message))).encode();
            case IpmiPacket.RmcpPlus packet -> switch (packet.payloadType()) {
                case PayloadType.OPEN_SESSION_REQUEST -> {
                    OpenSessionRequest request = OpenSessionRequest.decode(packet.payload());
                    consoleSession = request.consoleSessionId();
                    client = from;
                    yield IpmiPacket.RmcpPlus.unprotected(PayloadType.OPEN_SESSION_RESPONSE,
                            new OpenSessionResponse.Accepted(request.tag(), 4, consoleSession, BMC_SESSION, CipherSuite.SUITE_0.authentication(), CipherSuite.SUITE_0.integrity(),
                                    CipherSuite.SUITE_0.confidentiality()).encode()).encode();
                }
                case PayloadType.RAKP_1 -> IpmiPacket.RmcpPlus.unprotected(PayloadType.RAKP_2,
                        new Rakp2.Accepted(Rakp1.decode(packet.payload()).tag(), consoleSession, new byte[Rakp1.RANDOM_LENGTH], new byte[Rakp2.GUID_LENGTH], new byte[0]).encode()).encode();
                case PayloadType.RAKP_3 -> IpmiPacket.RmcpPlus.unprotected(PayloadType.RAKP_4, new Rakp4.Accepted(packet.payload()[0] & 0xff, consoleSession, new byte[0]).encode()).encode();
                case PayloadType.SOL -> sol(SolPacket.decode(packet.payload()));
                default -> {
                    byte[] answer = command(LanMessage.Request.decode(packet.payload()));
                    yield answer == null ? null : new IpmiPacket.RmcpPlus(PayloadType.IPMI, false, false, consoleSession, nextSequence(), answer, 0).encode();
                }
            };
        };
    }

    private byte[] sol(SolPacket packet) {
        if (packet.sequence() == 0) {
            acknowledgements++;
            return null;
        }
        typed++;
        SolPacket answer = onTyped.apply(packet);
        return answer == null ? null : new IpmiPacket.RmcpPlus(PayloadType.SOL, false, false, consoleSession, nextSequence(), answer.encode(), 0).encode();
    }

    private byte[] command(LanMessage.Request request) {
        byte[] data = switch (request.netFn() << 8 | request.command()) {
            case APP << 8 | AuthenticationCapabilities.COMMAND -> new byte[] {1, (byte) 0x80, 0x04, 0x02, 0, 0, 0, 0};
            case APP << 8 | 0x01 -> new byte[] {0x20, 0x01, 0x01, 0x00, 0x02, (byte) 0x8f, 0x12, 0x34, 0x00, 0x01, 0x00};
            case APP << 8 | 0x3b -> new byte[] {4};
            case APP << 8 | 0x48 -> {
                activations++;
                yield new byte[] {0, 0, 0, 0, (byte) 0xff, 0, (byte) 0xff, 0, 0, 0};
            }
            case APP << 8 | 0x4a -> new byte[] {1, 1, 0};
            case APP << 8 | 0x4b -> hidesOwner ? null : new byte[] {9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
            case APP << 8 | 0x3c, APP << 8 | 0x49 -> new byte[0];
            default -> null;
        };
        if (data == null) {
            return null;
        }
        return new LanMessage.Response(request.netFn() + 1, request.lun(), request.sequence(), request.command(), CompletionCode.Generic.OK, data).encode();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        try {
            thread.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
