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
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// The network boot of an iPXE ROM: DHCP, then the script by HTTP, then kernel and initramfs.
final class NetworkBoot {
    private static final int TRIES = 4;
    private static final int RECEIVE_MILLISECONDS = 2000;
    private static final int LONGEST_ANSWER = 1500;
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(60);

    private final MacAddress mac;
    private final boolean uefi;
    private final InetSocketAddress dhcpServer;
    private HttpClient http;

    NetworkBoot(MacAddress mac, boolean uefi, InetSocketAddress dhcpServer, HttpClient http) {
        this.mac = mac;
        this.uefi = uefi;
        this.dhcpServer = dhcpServer;
        this.http = http;
    }

    /// The arguments of the kernel that was loaded; empty when the machine shall go on to its next boot device.
    Optional<Map<String, String>> run() throws IOException, InterruptedException {
        Optional<DhcpMessage> lease = dhcp();
        Optional<String> script = lease.flatMap(NetworkBoot::bootFile);
        if (script.isEmpty() || !script.get().startsWith("http")) {
            return Optional.empty();
        }
        Inet4Address address = lease.get().yourAddress();
        if (!address.isLoopbackAddress()) {
            return fetchAndFollow(script.get());
        }
        // from its own address, by which the content server knows who fetches
        try (HttpClient own = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).localAddress(address).build()) {
            http = own;
            return fetchAndFollow(script.get());
        }
    }

    private Optional<Map<String, String>> fetchAndFollow(String script) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(get(script), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            return Optional.empty();
        }
        return follow(answer.body());
    }

    private Optional<Map<String, String>> follow(String script) throws IOException, InterruptedException {
        Map<String, String> arguments = null;
        for (String line : script.lines().map(String::strip).toList()) {
            List<String> words = List.of(line.replaceFirst(" \\|\\|.*", "").split(" +"));
            switch (words.getFirst()) {
                case "kernel" -> {
                    fetch(words.get(1));
                    arguments = arguments(words.subList(2, words.size()));
                }
                case "initrd" -> fetch(words.getLast());
                case "boot" -> {
                    return Optional.ofNullable(arguments);
                }
                default -> { } // what decides about repetition and failure
            }
        }
        return Optional.empty();
    }

    private static Map<String, String> arguments(List<String> words) {
        var arguments = new HashMap<String, String>();
        for (String word : words) {
            int equals = word.indexOf('=');
            arguments.put(equals < 0 ? word : word.substring(0, equals), equals < 0 ? "" : word.substring(equals + 1));
        }
        return arguments;
    }

    private void fetch(String url) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.send(get(url), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            body.transferTo(OutputStream.nullOutputStream());
        }
        if (answer.statusCode() != 200) {
            throw new IOException("%s answered %d".formatted(url, answer.statusCode()));
        }
    }

    private static HttpRequest get(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(HTTP_TIMEOUT).header("User-Agent", "iPXE/1.21.1 (simulated)").build();
    }

    /// DISCOVER, OFFER, REQUEST, ACK.
    ///
    /// @return the ACK
    private Optional<DhcpMessage> dhcp() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))) {
            socket.setSoTimeout(RECEIVE_MILLISECONDS);
            int transaction = ThreadLocalRandom.current().nextInt();
            Optional<DhcpMessage> offer = exchange(socket, DhcpMessageType.DISCOVER, transaction, null, null);
            if (offer.isEmpty()) {
                return Optional.empty();
            }
            Inet4Address server = offer.get().options().address(DhcpOption.SERVER_IDENTIFIER).orElse(offer.get().nextServer());
            return exchange(socket, DhcpMessageType.REQUEST, transaction, offer.get().yourAddress(), server);
        }
    }

    private static Optional<String> bootFile(DhcpMessage message) {
        String field = message.bootFile();
        return message.options().text(DhcpOption.BOOT_FILE_NAME).or(() -> field.isEmpty() ? Optional.empty() : Optional.of(field));
    }

    private Optional<DhcpMessage> exchange(DatagramSocket socket, DhcpMessageType type, int transaction, Inet4Address wanted, Inet4Address server)
            throws IOException {
        DhcpOptions.Builder options = DhcpOptions.builder().type(type)
                .bytes(DhcpOption.PARAMETER_REQUEST_LIST, (byte) 1, (byte) 3, (byte) 66, (byte) 67, (byte) 175)
                .text(DhcpOption.VENDOR_CLASS, uefi ? "PXEClient:Arch:00007:UNDI:003010" : "PXEClient:Arch:00000:UNDI:002001")
                .text(DhcpOption.USER_CLASS, "iPXE")
                .bytes(DhcpOption.CLIENT_SYSTEM, (byte) 0, (byte) (uefi ? 7 : 0))
                .bytes(DhcpOption.IPXE, (byte) 0x13, (byte) 1, (byte) 1); // has HTTP
        if (wanted != null) {
            options.address(DhcpOption.REQUESTED_ADDRESS, wanted).address(DhcpOption.SERVER_IDENTIFIER, server);
        }
        var message = new DhcpMessage(false, 0, transaction, 0, false, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS,
                DhcpMessage.NO_ADDRESS, mac, "", "", type, options.build());
        ByteBuf encoded = Unpooled.buffer();
        message.encode(encoded);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.readableBytes());
        for (int attempt = 0; attempt < TRIES; attempt++) {
            socket.send(new DatagramPacket(bytes, bytes.length, dhcpServer));
            Optional<DhcpMessage> reply = receive(socket, transaction, type == DhcpMessageType.DISCOVER ? DhcpMessageType.OFFER : DhcpMessageType.ACK);
            if (reply.isPresent()) {
                return reply;
            }
        }
        return Optional.empty();
    }

    private static Optional<DhcpMessage> receive(DatagramSocket socket, int transaction, DhcpMessageType wanted) throws IOException {
        long deadline = System.nanoTime() + Duration.ofMillis(RECEIVE_MILLISECONDS).toNanos();
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
