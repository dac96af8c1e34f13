package io.bessemer.e2e.trouble;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/// Serves images by HTTP: a good one, and as many bad ones as there are ways.
final class ImageHost implements AutoCloseable {
    private static final int BYTES = 6 << 20;

    private final byte[] image = new byte[BYTES];
    private final HttpServer good;
    private final ServerSocket cutting;
    private volatile long announced = BYTES;

    ImageHost() throws IOException {
        new Random(7).nextBytes(image);
        good = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        good.createContext("/disk.raw", exchange -> {
            exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : image.length);
            if (!exchange.getRequestMethod().equals("HEAD")) {
                try (OutputStream body = exchange.getResponseBody()) {
                    body.write(image);
                }
            }
            exchange.close();
        });
        good.start();
        cutting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::cut);
    }

    /// Answers every request with half of what it announces.
    private void cut() {
        while (!cutting.isClosed()) {
            try (Socket client = cutting.accept()) {
                client.getInputStream().read(new byte[8192]);
                client.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Length: " + announced + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().write(image, 0, image.length / 2);
            } catch (IOException e) {
                // the next client
            }
        }
    }

    String url() {
        return "http://127.0.0.1:" + good.getAddress().getPort() + "/disk.raw";
    }

    /// A transfer that ends early. @param bytes that it announces
    String cutUrl(long bytes, String name) {
        announced = bytes;
        return "http://127.0.0.1:" + cutting.getLocalPort() + "/" + name;
    }

    String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }

    int bytes() {
        return BYTES;
    }

    @Override
    public void close() throws IOException {
        good.stop(0);
        cutting.close();
    }
}
