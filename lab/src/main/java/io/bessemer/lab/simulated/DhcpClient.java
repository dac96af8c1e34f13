package io.bessemer.lab.simulated;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.DecodeException;
import io.bessemer.pxe.dhcp.DhcpMessage;
import io.bessemer.pxe.dhcp.DhcpMessageType;
import io.bessemer.pxe.dhcp.DhcpOption;
import io.bessemer.pxe.dhcp.DhcpOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Firmware, or the iPXE that it loaded, asking for an address.
final class DhcpClient {
    private static final int TRIES = 5;
    /// doubles with each try, and differs from machine to machine (RFC 2131 §4.1)
    private static final int FIRST_PATIENCE_MILLISECONDS = 1000;
    private static final int LONGEST_ANSWER = 1500;

    private final MacAddress mac;
    private final boolean uefi;
    private final boolean ipxe;
    private final InetSocketAddress server;

    /// @param ipxe else the PXE stack of firmware, which wants a loader
    DhcpClient(MacAddress mac, boolean uefi, boolean ipxe, InetSocketAddress server) {
        this.mac = mac;
        this.uefi = uefi;
        this.ipxe = ipxe;
        this.server = server;
    }

    /// DISCOVER, OFFER, REQUEST, ACK.
    ///
    /// @return the ACK
    Optional<DhcpMessage> run() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))) {
            int transaction = ThreadLocalRandom.current().nextInt();
            Optional<DhcpMessage> offer = exchange(socket, DhcpMessageType.DISCOVER, transaction, null, null);
            if (offer.isEmpty()) {
                return Optional.empty();
            }
            Inet4Address chosen = offer.get().options().address(DhcpOption.SERVER_IDENTIFIER).orElse(offer.get().nextServer());
            return exchange(socket, DhcpMessageType.REQUEST, transaction, offer.get().yourAddress(), chosen);
        }
    }

    private Optional<DhcpMessage> exchange(DatagramSocket socket, DhcpMessageType type, int transaction, Inet4Address wanted, Inet4Address chosen)
            throws IOException {
        DhcpOptions.Builder options = DhcpOptions.builder().type(type)
                .bytes(DhcpOption.PARAMETER_REQUEST_LIST, (byte) 1, (byte) 3, (byte) 66, (byte) 67, (byte) 175)
                .text(DhcpOption.VENDOR_CLASS, uefi ? "PXEClient:Arch:00007:UNDI:003010" : "PXEClient:Arch:00000:UNDI:002001")
                .bytes(DhcpOption.CLIENT_SYSTEM, (byte) 0, (byte) (uefi ? 7 : 0));
        if (ipxe) {
            options.text(DhcpOption.USER_CLASS, "iPXE").bytes(DhcpOption.IPXE, (byte) 0x13, (byte) 1, (byte) 1); // has HTTP
        }
        if (wanted != null) {
            options.address(DhcpOption.REQUESTED_ADDRESS, wanted).address(DhcpOption.SERVER_IDENTIFIER, chosen);
        }
        var message = new DhcpMessage(false, 0, transaction, 0, false, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS,
                DhcpMessage.NO_ADDRESS, mac, "", "", type, options.build());
        ByteBuf encoded = Unpooled.buffer();
        message.encode(encoded);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.readableBytes());
        for (int attempt = 0; attempt < TRIES; attempt++) {
            socket.send(new DatagramPacket(bytes, bytes.length, server));
            int patience = FIRST_PATIENCE_MILLISECONDS << attempt;
            socket.setSoTimeout(patience * 3 / 4 + ThreadLocalRandom.current().nextInt(patience / 2));
            Optional<DhcpMessage> reply = receive(socket, transaction, type == DhcpMessageType.DISCOVER ? DhcpMessageType.OFFER : DhcpMessageType.ACK);
            if (reply.isPresent()) {
                return reply;
            }
        }
        return Optional.empty();
    }

    private static Optional<DhcpMessage> receive(DatagramSocket socket, int transaction, DhcpMessageType wanted) throws IOException {
        long deadline = System.nanoTime() + Duration.ofMillis(socket.getSoTimeout()).toNanos();
        while (System.nanoTime() < deadline) {
            var datagram = new DatagramPacket(new byte[LONGEST_ANSWER], LONGEST_ANSWER);
            try {
                socket.receive(datagram);
                DhcpMessage message = DhcpMessage.decode(Unpooled.wrappedBuffer(datagram.getData(), 0, datagram.getLength()));
                if (message.reply() && message.transaction() == transaction && message.type() == wanted) {
                    return Optional.of(message);
                }
            } catch (SocketTimeoutException e) {
                return Optional.empty();
            } catch (DecodeException e) {
                // not for us
            }
        }
        return Optional.empty();
    }
}
