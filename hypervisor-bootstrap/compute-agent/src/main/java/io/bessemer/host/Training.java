package io.bessemer.host;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.host.join.LoopbackAuthority;
import io.bessemer.host.join.TicketSource;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.JoinAnswer;
import io.bessemer.host.protocol.JoinRequest;
import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.server.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Runs the agent once through joining, orders, checks and reports against a throw-away server in this process, so that an AOT cache
/// recorded meanwhile (`java -XX:AOTCacheOutput=agent.aot ... Main --train`) holds the classes that it needs. Touches a temporary folder
/// only; without libvirt on this machine, its classes are loaded at run time.
final class Training {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private Training() {}

    static void run() throws IOException, GeneralSecurityException, InterruptedException {
        Path folder = Files.createTempDirectory("training");
        var authority = new LoopbackAuthority();
        var verified = new CountDownLatch(1);
        try (var socket = authority.server().getServerSocketFactory().createServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> accept(socket, authority, verified));
            var files = new HostFiles(folder);
            var ticket = new JoinTicket("https://127.0.0.1:" + socket.getLocalPort(), new UUID(0, 1), "token", authority.certificate(), "zone", "pool");
            files.write("/etc/bessemer/join.json", new String(Json.bytes(ticket.toMap()), StandardCharsets.UTF_8), "rw-------");
            files.write("/proc/cpuinfo", "model name : training\nflags : svm\n", "rw-r--r--");
            var agent = new Agent(files, new TicketSource(files), _ -> "test:///default", Pace.NORMAL, libvirt -> new Workshop(files, libvirt) {
                @Override
                void openTls(io.bessemer.host.join.Identity identity) {
                    Console.say("training leaves this machine's libvirt alone");
                }
            });
            Thread runner = Thread.ofPlatform().daemon().start(() -> {
                try {
                    agent.run();
                } catch (InterruptedException e) {
                    return; // the training is over
                }
            });
            if (!verified.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the agent did not report its checks within " + LONGEST);
            }
            runner.interrupt();
        } finally {
            try (var list = Files.walk(folder)) {
                for (Path file : list.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static void accept(ServerSocket socket, LoopbackAuthority authority, CountDownLatch verified) {
        try {
            while (true) {
                Socket connection = socket.accept();
                Thread.ofPlatform().daemon().start(() -> serve(connection, authority, verified));
            }
        } catch (IOException e) {
            return; // closed: the training is over
        }
    }

    private static void serve(Socket connection, LoopbackAuthority authority, CountDownLatch verified) {
        try (connection; var in = new BufferedInputStream(connection.getInputStream())) {
            for (String request = line(in); !request.isEmpty(); request = line(in)) {
                int length = 0;
                for (String header = line(in); !header.isEmpty(); header = line(in)) {
                    if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
                    }
                }
                Map<String, Object> body = Json.object(in.readNBytes(length));
                byte[] answer = Json.bytes(request.contains("/join") ? join(authority, body) : report(body, verified));
                String head = "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Length: %d\r\n\r\n".formatted(answer.length);
                connection.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                connection.getOutputStream().write(answer);
            }
        } catch (IOException | DecodeException | GeneralSecurityException | InterruptedException e) {
            return; // the agent closed it
        }
    }

    private static Map<String, Object> join(LoopbackAuthority authority, Map<String, Object> body) throws DecodeException, GeneralSecurityException {
        return new JoinAnswer(authority.certificate(key(JoinRequest.fromMap(body).csr())), Instant.now().plusSeconds(3600), orders()).toMap();
    }

    private static Map<String, Object> report(Map<String, Object> body, CountDownLatch verified) throws DecodeException, InterruptedException {
        HostReport report = HostReport.fromMap(body);
        if (report.verification() != null && report.verification().state() != HostReport.VerificationState.RUNNING && !report.facts().isEmpty()) {
            verified.countDown();
        }
        Thread.sleep(report.orders().isEmpty() ? 0 : 300);
        return orders().toMap();
    }

    private static HostOrders orders() {
        return HostOrders.of(HostPhase.VERIFYING, "zone", "pool", "kvm", new HostOrders.Verification(1,
                List.of("first-boot", "cpu", "kvm-device", "virt-host-validate", "libvirt", "time", "network", "storage", "canary"), Duration.ofMinutes(1)),
                List.of(new HostOrders.Network("default", "virbr0", null, "192.168.122.0/24")), List.of(new HostOrders.StoragePool("default", "/pool")), false, Duration.ofSeconds(1));
    }

    /// The subject's key inside a request: the 91 bytes that every key on P-256 takes, found by how they begin.
    private static PublicKey key(String request) throws GeneralSecurityException {
        byte[] der = Base64.getMimeDecoder().decode(request.replaceAll("-----[A-Z ]+-----", ""));
        byte[] head = {0x30, 0x59, 0x30, 0x13};
        int at = 0;
        while (!Arrays.equals(Arrays.copyOfRange(der, at, at + head.length), head)) {
            at++;
        }
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(Arrays.copyOfRange(der, at, at + 91)));
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
}
