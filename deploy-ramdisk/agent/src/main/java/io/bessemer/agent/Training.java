package io.bessemer.agent;

import com.github.luben.zstd.Zstd;
import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.linux.Sysfs;
import io.bessemer.agent.protocol.CommandKind;
import io.bessemer.agent.protocol.CommandMessage;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.agent.protocol.SessionAnswer;
import io.bessemer.agent.protocol.SessionRequest;
import io.bessemer.agent.server.Json;
import io.bessemer.agent.server.ServerClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// Runs the agent once through its usual work against a throw-away server in this process, so that an AOT cache recorded
/// meanwhile (`java -XX:AOTCacheOutput=agent.aot ... Main --train`) holds the classes that it needs. Reads this machine's
/// /sys and /proc, and writes to a temporary file only. The server is a few lines on a socket, because the agent's runtime
/// has no `jdk.httpserver`.
final class Training {
    private static final int CHUNK = 64 * 1024;
    private static final UUID NODE = new UUID(0, 1);

    private Training() {}

    static void run() throws IOException, InterruptedException {
        Path file = Files.createTempFile("training", ".disk");
        try (var socket = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            Files.write(file, new byte[4 * CHUNK]);
            String base = "http://127.0.0.1:" + socket.getLocalPort();
            var play = new Play();
            Thread.ofPlatform().daemon().start(() -> accept(socket, play));
            var server = new ServerClient(base, NODE.toString());
            var disk = new Disk(file.toString(), "", 4 * CHUNK, false, "", "", "", "training", "", "", "", false, false);
            var commands = new Commands(Sysfs.MACHINE, server, URI.create(base), "", new OneDisk(disk));
            var machine = new MachineControl() {
                @Override
                public void reboot() {
                    Console.say("training ends");
                }

                @Override
                public void powerOff() {
                    throw new IllegalStateException("the training ends by a reboot");
                }
            };
            new Agent(server, new SessionRequest(1, "token", "", Main.VERSION, "bios"), commands, machine, Pace.NORMAL).run();
        } finally {
            Files.delete(file);
        }
    }

    private static void accept(ServerSocket socket, Play play) {
        try {
            while (true) {
                Socket connection = socket.accept();
                Thread.ofPlatform().daemon().start(() -> serve(connection, play));
            }
        } catch (IOException e) {
            return; // closed: the training is over
        }
    }

    private static void serve(Socket connection, Play play) {
        try (connection; var in = new BufferedInputStream(connection.getInputStream())) {
            for (String request = line(in); !request.isEmpty(); request = line(in)) {
                int length = 0;
                for (String header = line(in); !header.isEmpty(); header = line(in)) {
                    if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
                    }
                }
                in.readNBytes(length);
                byte[] answer = play.answer(request.split(" ")[1]);
                String status = request.contains("/session") ? "201 Created" : answer.length == 0 ? "204 No Content" : "200 OK";
                String head = "HTTP/1.1 " + status + "\r\n" + (answer.length == 0 ? "" : "Content-Length: " + answer.length + "\r\n") + "\r\n";
                connection.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                connection.getOutputStream().write(answer);
            }
        } catch (IOException e) {
            return; // the agent closed it
        }
    }

    private static String line(InputStream in) throws IOException {
        var text = new StringBuilder();
        for (int character = in.read(); character >= 0 && character != '\n'; character = in.read()) {
            if (character != '\r') {
                text.append((char) character);
            }
        }
        return text.toString();
    }

    /// Nothing else of this machine may be touched.
    private record OneDisk(Disk disk) implements Storage {
        @Override
        public List<Disk> usable() {
            return List.of(disk);
        }

        @Override
        public List<Path> beside() {
            return List.of();
        }
    }

    /// What the throw-away server answers.
    private static final class Play {
        private final byte[] chunk = Zstd.compress(new byte[CHUNK]);
        private final byte[] manifest;
        private final Iterator<Map<String, Object>> commands;

        Play() {
            String hash = sha256(chunk);
            manifest = Json.bytes(new ImageManifest(3L * CHUNK, CHUNK, "raw", hash,
                    List.of(new ImageManifest.Chunk(0, CHUNK, hash, chunk.length), new ImageManifest.Chunk(2L * CHUNK, CHUNK, hash, chunk.length))).toMap());
            commands = List.of(command(CommandKind.INSPECT, Map.of()), Map.<String, Object>of(), command(CommandKind.ERASE_METADATA, Map.of()),
                    command(CommandKind.WRITE_IMAGE, Map.of("image", Map.of("id", sha256(manifest).substring(0, 32), "manifest", "/images/x/manifest.json",
                            "chunks", "/images/x/chunks/"), "root_device", Map.of("serial", "training"))),
                    command(CommandKind.REBOOT, Map.of())).iterator();
        }

        synchronized byte[] answer(String path) {
            if (path.endsWith("/session")) {
                return Json.bytes(new SessionAnswer("agent-token", 1, Duration.ofSeconds(1), Duration.ofMinutes(10)).toMap());
            }
            if (path.contains("/commands/next")) {
                Map<String, Object> next = commands.next();
                return next.isEmpty() ? new byte[0] : Json.bytes(next);
            }
            if (path.endsWith("/manifest.json")) {
                return manifest;
            }
            return path.contains("/chunks/") ? chunk : new byte[0];
        }

        private static Map<String, Object> command(CommandKind kind, Map<String, Object> params) {
            return new CommandMessage(UUID.nameUUIDFromBytes(kind.wire().getBytes(StandardCharsets.UTF_8)), 1, "training", kind.wire(), params).toMap();
        }

        private static String sha256(byte[] bytes) {
            try {
                return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
