package io.bessemer.agent.neighbour;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.agent.protocol.ImageManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// What strangers send to a giver, and neighbours to a taker.
class DeliveryFuzzTest {
    private static final int LENGTH = 4096;
    private static final ImageManifest.Chunk CHUNK = new ImageManifest.Chunk(0, LENGTH, "0".repeat(64), 1, "0".repeat(64));
    private static Giver giver;

    /// [IOException] alone may escape, and nothing is right but by its hash.
    @FuzzTest
    void contents(byte[] packed) {
        try {
            Content.read(new ByteArrayInputStream(packed), CHUNK, ByteBuffer.allocate(LENGTH));
            throw new AssertionError("no bytes have this hash");
        } catch (IOException expected) {
            assert expected.getMessage() != null;
        }
    }

    /// Over a real socket: an answer or an end, and never a chunk.
    @FuzzTest
    void requests(byte[] request) throws IOException {
        Giver server = giver();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assert answer.isEmpty() || answer.matches("(?s)HTTP/1\\.1 (400|401|404|431) .*\r\n\r\n") : answer;
        } catch (java.net.SocketException reset) {
            return; // it had heard enough
        }
    }

    /// The addresses that a server names; no name is looked up.
    @FuzzTest
    void names(byte[] header) throws IOException {
        var neighbours = new Neighbours(giver(), "key", Neighbours.Patience.NORMAL, _ -> { });
        neighbours.named(new String(header, StandardCharsets.ISO_8859_1));
        assert neighbours.claim().endsWith(" takes=yes");
    }

    private static synchronized Giver giver() throws IOException {
        if (giver == null) {
            giver = Giver.open(InetAddress.getLoopbackAddress(), "a key that nobody guesses", (_, _) -> -1, Thread.ofPlatform().daemon().factory(),
                    new Giver.Patience(Duration.ofSeconds(1), Duration.ofSeconds(1)));
            giver.wrote(CHUNK);
        }
        return giver;
    }
}
