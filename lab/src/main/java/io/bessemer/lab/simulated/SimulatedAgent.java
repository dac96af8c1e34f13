package io.bessemer.lab.simulated;

import io.bessemer.agent.neighbour.Giver;
import io.bessemer.agent.neighbour.Neighbours;
import io.bessemer.agent.protocol.AgentEvent;
import io.bessemer.agent.protocol.CommandKind;
import io.bessemer.agent.protocol.CommandMessage;
import io.bessemer.agent.protocol.CommandReport;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.agent.protocol.Progress;
import io.bessemer.agent.protocol.SessionAnswer;
import io.bessemer.agent.protocol.SessionRequest;
import io.bessemer.agent.server.ImageClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/// What the agent does in a ramdisk, on a simulated disk.
final class SimulatedAgent {
    /// How it ended.
    enum End { REBOOT, POWER_OFF }

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int RETRY_MILLISECONDS = 300;
    private static final String DEVICE = "/dev/vda";

    private final SimulatedMachineSpec machine;
    private final SimulatedDisk disk;
    private final Faults faults;
    private final PlainHttp http;
    private final String base;
    private final URI contentBase;
    private final long attempt;
    private final String bootToken;
    private String token = "";
    /// of the image that was written last
    private Giver giver;
    private UUID lastCommand;
    private CommandReport lastReport;

    SimulatedAgent(SimulatedMachineSpec machine, SimulatedDisk disk, Faults faults, PlainHttp http, Map<String, String> kernel) {
        this.machine = machine;
        this.disk = disk;
        this.faults = faults;
        this.http = http;
        this.base = kernel.get("bessemer.api") + "/v1/agent/" + kernel.get("bessemer.node");
        this.contentBase = URI.create(kernel.getOrDefault("bessemer.content", ""));
        this.attempt = Long.parseLong(kernel.getOrDefault("bessemer.attempt", "0"));
        this.bootToken = kernel.getOrDefault("bessemer.token", "");
    }

    End run() throws InterruptedException {
        try {
            return work();
        } catch (PowerDip e) {
            return End.REBOOT;
        } finally {
            closeGiver();
        }
    }

    /// The machine starts anew, without a word.
    private static final class PowerDip extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private End work() throws InterruptedException {
        SessionAnswer session = open();
        if (session == null) {
            return End.REBOOT;
        }
        token = session.agentToken();
        while (true) {
            PlainHttp.Answer answer = send("GET", "/commands/next?wait=" + session.pollWait().toSeconds(), null);
            switch (answer.status()) {
                case 204 -> { }
                case 401 -> {
                    return End.REBOOT;
                }
                case 200 -> {
                    End end = command(answer.body());
                    if (end != null) {
                        return end;
                    }
                }
                default -> TimeUnit.MILLISECONDS.sleep(RETRY_MILLISECONDS);
            }
        }
    }

    private SessionAnswer open() throws InterruptedException {
        var request = new SessionRequest(attempt, bootToken, machine.mac(), "simulated", machine.uefi() ? "uefi" : "bios");
        while (true) {
            PlainHttp.Answer answer = send("POST", "/session", request.toMap());
            if (answer.status() == 401) {
                return null;
            }
            if (answer.status() == 201) {
                try {
                    return SessionAnswer.fromMap(map(answer.body()));
                } catch (DecodeException e) {
                    throw new IllegalStateException(e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLISECONDS);
        }
    }

    /// @return null to go on
    private End command(byte[] body) throws InterruptedException {
        CommandMessage command;
        try {
            command = CommandMessage.fromMap(map(body));
        } catch (DecodeException e) {
            throw new IllegalStateException(e);
        }
        if (!command.id().equals(lastCommand)) {
            lastReport = execute(command);
            lastCommand = command.id();
        }
        report(command, lastReport);
        return switch (CommandKind.fromWire(command.kind()).orElse(null)) {
            case REBOOT -> End.REBOOT;
            case POWER_OFF -> End.POWER_OFF;
            case null, default -> null;
        };
    }

    private CommandReport execute(CommandMessage command) throws InterruptedException {
        try {
            return CommandReport.succeeded(Progress.NONE, result(command));
        } catch (IOException | DecodeException e) {
            return CommandReport.failed(Progress.NONE, e.getMessage());
        }
    }

    private void closeGiver() {
        if (giver != null) {
            giver.close();
            giver = null;
        }
    }

    private Map<String, Object> result(CommandMessage command) throws IOException, InterruptedException, DecodeException {
        CommandKind kind = CommandKind.fromWire(command.kind()).orElseThrow(() -> new IOException("unknown command " + command.kind()));
        if (kind != CommandKind.WRITE_CONFIG_DRIVE && kind != CommandKind.INSTALL_BOOT) {
            closeGiver();
        }
        return switch (kind) {
            case INSPECT -> Map.of("inventory", inventory(), "plugin_data", Map.of());
            case ERASE_METADATA, ERASE, ERASE_EXPRESS -> {
                disk.wipe();
                yield Map.of("devices", List.of(DEVICE));
            }
            case WRITE_IMAGE -> writeImage(command);
            case WRITE_CONFIG_DRIVE -> {
                PlainHttp.Answer answer = send("GET", "/configdrive", null);
                if (answer.status() != 200) {
                    throw new IOException("the config drive was answered with " + answer.status());
                }
                disk.writeConfigDrive(answer.body());
                yield Map.of("partition", DEVICE + "4");
            }
            case RESCUE -> Map.of("user", "rescue", "port", 22);
            case BURN_IN_CPU -> Map.of("threads", 2, "rounds", 1, "seconds", 1);
            case BURN_IN_MEMORY -> Map.of("bytes", 1L << 30, "rounds", 1, "seconds", 1);
            case BURN_IN_DISK -> Map.of("disks", List.of(Map.of("name", DEVICE, "loops", 1, "bytes_per_second", 100L << 20)));
            case BURN_IN_NETWORK -> Map.of("partner", String.valueOf(command.params().get("partner")), "sent_bytes_per_second", 1L << 30, "received_bytes_per_second", 1L << 30);
            case RAID_CREATE, RAID_DELETE -> throw new IOException("a simulated machine has one disk, and no RAID");
            case INSTALL_BOOT -> Map.of("entries", List.of());
            case REBOOT, POWER_OFF -> Map.of();
        };
    }

    private Map<String, Object> writeImage(CommandMessage command) throws IOException, InterruptedException, DecodeException {
        if (!faults.writeError.isEmpty()) {
            throw new IOException(faults.writeError);
        }
        if (!(command.params().get("image") instanceof Map<?, ?> image)) {
            throw new IOException("params.image is missing");
        }
        long begin = System.nanoTime();
        PlainHttp.Answer described = content(String.valueOf(image.get("manifest")));
        ImageManifest manifest = ImageManifest.fromMap(map(described.body()));
        Optional<Neighbours> neighbours = neighbours(manifest, described.headers().getOrDefault(Neighbours.KEY_HEADER.toLowerCase(Locale.ROOT), ""));
        long total = manifest.chunks().stream().mapToLong(ImageManifest.Chunk::length).sum();
        long[] nextReport = {System.nanoTime() + TimeUnit.SECONDS.toNanos(1)};
        long written = disk.write(manifest, (chunk, room) -> {
            if (faults.rebootsWhileWriting.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new PowerDip();
            }
            return chunk(String.valueOf(image.get("chunks")), chunk, room, neighbours);
        }, (chunk, done) -> {
            neighbours.ifPresent(all -> all.own().wrote(chunk));
            if (System.nanoTime() > nextReport[0]) {
                nextReport[0] = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
                post(command, CommandReport.running(new Progress("write", done, total, "")));
            }
        });
        neighbours.ifPresent(all -> complete(String.valueOf(image.get("chunks")) + manifest.chunks().getLast().sha256(), all));
        double seconds = (System.nanoTime() - begin) / 1e9;
        var result = new LinkedHashMap<String, Object>();
        result.put("device", DEVICE);
        result.put("serial", machine.serial());
        result.put("bytes_written", written);
        neighbours.ifPresent(all -> {
            result.put("from_server_bytes", written - all.bytes());
            result.put("from_neighbours_bytes", all.bytes());
        });
        result.put("holes_bytes", manifest.virtualSize() - written);
        result.put("seconds", seconds);
        result.put("bytes_per_second", (long) (written / Math.max(seconds, 1e-6)));
        return result;
    }

    private Optional<Neighbours> neighbours(ImageManifest manifest, String key) throws IOException {
        if (key.isEmpty() || manifest.chunks().isEmpty() || faults.knowsNoNeighbours || !manifest.contentsKnown()) {
            return Optional.empty();
        }
        InetAddress own = new ImageClient(contentBase, "").ownAddress();
        giver = Giver.open(own, key, disk::read, Thread.ofVirtual().name(machine.name() + "-giver-", 0).factory(), Giver.Patience.NORMAL);
        return Optional.of(new Neighbours(giver, key, Neighbours.Patience.NORMAL, this::tell));
    }

    private void complete(String chunk, Neighbours neighbours) {
        try {
            http.send("HEAD", contentBase.resolve(chunk), Map.of("Authorization", "Bearer " + token, Neighbours.CLAIM_HEADER, neighbours.claim()), null);
        } catch (IOException e) {
            // its neighbours find others
        }
    }

    private void tell(String message) {
        try {
            exchange("POST", "/events", List.of(new AgentEvent("command", "neighbour", message).toMap()));
        } catch (IOException e) {
            // only for the timeline
        }
    }

    /// From a neighbour, or from the server.
    private ByteBuffer chunk(String base, ImageManifest.Chunk chunk, SimulatedDisk.Room room, Optional<Neighbours> neighbours) throws IOException, InterruptedException {
        URI url = contentBase.resolve(base + chunk.sha256());
        while (true) {
            if (neighbours.isPresent() && neighbours.get().any()) {
                Optional<ByteBuffer> raw = neighbours.get().take(chunk, () -> {
                    room.take();
                    return ByteBuffer.allocate(chunk.length());
                });
                if (raw.isPresent()) {
                    return raw.get();
                }
                room.close();
            }
            var headers = new HashMap<>(Map.of("Authorization", "Bearer " + token));
            neighbours.ifPresent(all -> headers.put(Neighbours.CLAIM_HEADER, all.claim()));
            PlainHttp.Answer answer = insist(() -> http.get(url, headers, room::take));
            switch (answer.status()) {
                case 200 -> {
                    neighbours.ifPresent(Neighbours::servedByServer);
                    return SimulatedDisk.unpack(chunk, answer.body());
                }
                case 503 -> { // others are served first
                    neighbours.ifPresent(all -> all.named(answer.headers().get(Neighbours.NAMED_HEADER.toLowerCase(Locale.ROOT))));
                    if (neighbours.isEmpty() || !neighbours.get().any()) {
                        TimeUnit.MILLISECONDS.sleep(RETRY_MILLISECONDS);
                    }
                }
                default -> throw new IOException("%s was answered with %d".formatted(url, answer.status()));
            }
        }
    }

    private PlainHttp.Answer content(String path) throws IOException, InterruptedException {
        URI url = contentBase.resolve(path);
        PlainHttp.Answer answer = insist(() -> http.get(url, Map.of("Authorization", "Bearer " + token)));
        if (answer.status() != 200) {
            throw new IOException("%s was answered with %d".formatted(url, answer.status()));
        }
        return answer;
    }

    /// Ironic's inventory schema.
    private Map<String, Object> inventory() {
        return Map.of(
                "hostname", machine.name(),
                "bmc_address", "127.0.0.1",
                "cpu", Map.of("architecture", "x86_64", "count", 2, "model_name", "Simulated", "frequency", "2000", "flags", List.of("lm")),
                "memory", Map.of("total", machine.memoryMib() * 1024L * 1024L, "physical_mb", machine.memoryMib()),
                "interfaces", List.of(Map.of("name", "eth0", "mac_address", machine.mac(), "has_carrier", true, "vendor", "", "product", "")),
                "disks", List.of(Map.of("name", DEVICE, "size", disk.bytes(), "rotational", false, "serial", machine.serial(), "model", "simulated",
                        "vendor", "", "wwn", "", "by_path", "")),
                "boot", Map.of("current_boot_mode", machine.uefi() ? "uefi" : "bios", "pxe_interface", machine.mac()),
                "system_vendor", Map.of("product_name", "Simulated", "serial_number", machine.serial(), "manufacturer", "Bessemer"));
    }

    /// Until the server has it, or says that it is stale.
    private void report(CommandMessage command, CommandReport report) throws InterruptedException {
        while (post(command, report) == 0) {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLISECONDS);
        }
    }

    /// @return 0 when the server is away
    private int post(CommandMessage command, CommandReport report) {
        try {
            int status = exchange("POST", "/commands/" + command.id(), report.toMap()).status();
            return status >= 500 ? 0 : status;
        } catch (IOException e) {
            return 0;
        }
    }

    private PlainHttp.Answer send(String method, String path, Map<String, Object> body) throws InterruptedException {
        return insist(() -> exchange(method, path, body));
    }

    private interface Call {
        PlainHttp.Answer make() throws IOException, InterruptedException;
    }

    /// Tries until the server answers: it may be away for a while.
    private static PlainHttp.Answer insist(Call call) throws InterruptedException {
        while (true) {
            try {
                return call.make();
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLISECONDS);
            }
        }
    }

    private PlainHttp.Answer exchange(String method, String path, Object body) throws IOException {
        var headers = new HashMap<String, String>();
        headers.put("Content-Type", "application/json");
        if (!token.isEmpty()) {
            headers.put("Authorization", "Bearer " + token);
        }
        return http.send(method, URI.create(base + path), headers, body == null ? null : JSON.writeValueAsBytes(body));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(byte[] json) {
        return JSON.readValue(json, Map.class);
    }
}
