package io.bessemer.lab.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NamespaceForwardTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir
    Path directory;

    @Test
    void a_request_and_its_answer_arrive_whole_though_the_client_ends_its_side_first() throws Exception {
        byte[] request = new byte[3_000_000];
        new Random(7).nextBytes(request);
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var forward = NamespaceForward.start(ANY_PORT, "127.0.0.1:" + server.getLocalPort(), UnaryOperator.identity(),
                        directory.resolve("log"))) {
            Thread.ofVirtual().start(() -> echoWhenAllIsRead(server));
            try (var client = new Socket(InetAddress.getLoopbackAddress(), forward.address().getPort())) {
                client.getOutputStream().write(request);
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(request);
            }
        }
    }

    @Test
    void when_nobody_listens_inside_the_client_sees_the_end_of_its_connection() throws Exception {
        int closedPort;
        try (var gone = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            closedPort = gone.getLocalPort();
        }
        try (var forward = NamespaceForward.start(ANY_PORT, "127.0.0.1:" + closedPort, UnaryOperator.identity(), directory.resolve("log"));
                var client = new Socket(InetAddress.getLoopbackAddress(), forward.address().getPort())) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_port_in_use_is_named() throws Exception {
        try (var taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
            assertThatThrownBy(() -> NamespaceForward.start(address, "127.0.0.1:1", UnaryOperator.identity(), directory.resolve("log")))
                    .isInstanceOf(IOException.class).hasMessageContaining(":" + taken.getLocalPort() + " is in use");
        }
    }

    private static void echoWhenAllIsRead(ServerSocket server) {
        try (Socket accepted = server.accept()) {
            accepted.getOutputStream().write(accepted.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
