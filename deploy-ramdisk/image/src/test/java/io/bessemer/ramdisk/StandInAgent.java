package io.bessemer.ramdisk;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Does the first thing that the real agent does, and nothing else: opens its session. So that the ramdisk is tested alone.
public final class StandInAgent {
    private StandInAgent() {}

    public static void main(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("--train")) {
            train();
            return;
        }
        String arguments = Files.readString(Path.of("/proc/cmdline")).strip();
        String api = argument(arguments, "bessemer.api");
        String node = argument(arguments, "bessemer.node");
        boolean uefi = Files.isDirectory(Path.of("/sys/firmware/efi"));
        System.out.println("stand-in agent: session " + post(api + "/v1/agent/" + node + "/session", "{\"boot_mode\":\"" + (uefi ? "uefi" : "bios") + "\"}"));
    }

    private static void train() throws IOException {
        try (var server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofPlatform().daemon().start(() -> {
                try (var socket = server.accept()) {
                    byte[] request = new byte[4096];
                    for (String seen = ""; !seen.endsWith("{}");) { // all of it: closing with bytes unread would reset the connection
                        seen += new String(request, 0, socket.getInputStream().read(request), StandardCharsets.US_ASCII);
                    }
                    socket.getOutputStream().write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            post("http://127.0.0.1:" + server.getLocalPort() + "/session", "{}");
        }
    }

    private static int post(String url, String body) throws IOException {
        var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return connection.getResponseCode();
    }

    private static String argument(String line, String name) {
        return Arrays.stream(line.split(" ")).filter(word -> word.startsWith(name + "=")).findFirst().orElseThrow().substring(name.length() + 1);
    }
}
