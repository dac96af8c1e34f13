package io.bessemer.ipmi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A machine that is nothing but a serial line on a TCP port of loopback, where `ipmi_sim` finds it.
final class SerialMachine implements AutoCloseable {
    private final ServerSocket server;
    private final StringBuffer typed = new StringBuffer();
    private final CountDownLatch plugged = new CountDownLatch(1);
    private volatile Socket line;

    SerialMachine() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket accepted = server.accept()) {
                line = accepted;
                plugged.countDown();
                byte[] buffer = new byte[1000];
                for (int read = accepted.getInputStream().read(buffer); read >= 0; read = accepted.getInputStream().read(buffer)) {
                    typed.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                }
            } catch (IOException gone) {
                // the BMC was restarted
            }
        }
    }

    /// What was typed at it so far.
    String typed() {
        return typed.toString();
    }

    void say(String text) throws InterruptedException {
        if (!plugged.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("ipmi_sim did not come for the serial line within 20 s");
        }
        try {
            line.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (line != null) {
            line.close();
        }
    }
}
