package io.bessemer.conductor.simulation;

import io.bessemer.conductor.AgentService;
import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.pxe.BootDirectory.BootAnswer;
import io.bessemer.pxe.BootDirectory.RamdiskBoot;
import java.net.URI;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.HashSet;
import java.util.UUID;
import java.util.function.Supplier;

/// A machine: firmware, NIC, disk, and the agent when it runs. Each power cycle is a life of its own; what an earlier life had
/// planned does not happen.
final class Machine {
    final NodeId node;
    final MacAddress mac;
    Instant bmcDeadUntil = Instant.MIN;
    /// newest attempt that began to write the disk; an older one may not touch it again
    long newestWriter;
    long imageOf;
    boolean bootable;
    int hostBoots;
    /// the hash with which somebody can log in: until the machine starts anew
    Supplier<String> login = () -> null;

    private final World world;
    private boolean on;
    private long life;
    final Map<String, String> bios = new TreeMap<>();
    boolean refusesBios;
    final Map<String, String> pendingBios = new TreeMap<>();
    private BootDevice next = BootDevice.DISK;
    private BootDevice always = BootDevice.DISK;
    final SimulatedHost host;
    final SimulatedFirmware firmware;
    private final Set<UUID> working = new HashSet<>();

    Machine(World world, NodeId node, MacAddress mac) {
        this.world = world;
        this.node = node;
        this.mac = mac;
        this.host = new SimulatedHost(world, this);
        this.firmware = new SimulatedFirmware(world, this);
    }

    PowerState power() {
        return on ? PowerState.ON : PowerState.OFF;
    }

    /// Raised by each power change.
    long life() {
        return life;
    }

    /// that it always boots from
    public BootDevice device() {
        return always;
    }

    void setBootDevice(BootDevice device, boolean persistent) {
        next = device;
        always = persistent ? device : always;
    }

    void apply(PowerAction action) {
        world.tell("BMC: " + action);
        switch (action) {
            case OFF, SOFT_OFF -> after(world.between(0, 3_000), this::powerOff);
            case ON -> {
                if (!on) {
                    after(world.between(0, 3_000), this::powerOn);
                }
            }
            case RESET, CYCLE -> powerOn();
        }
    }

    void resetItself() {
        world.tell("machine resets itself");
        powerOn();
    }

    private void powerOff() {
        firmware.losesPower();
        on = false;
        life++;
        working.clear();
    }

    private void powerOn() {
        firmware.losesPower();
        on = true;
        life++;
        working.clear();
        BootDevice device = next;
        next = always;
        after(world.between(1_000, 15_000), () -> selfTest(device));
    }

    /// A plan of this life only.
    void after(Duration delay, Runnable action) {
        long mine = life;
        world.after(delay, () -> {
            if (mine == life) {
                action.run();
            }
        });
    }

    private boolean hangs() {
        boolean hangs = world.chance(world.faults.bootHangs());
        if (hangs) {
            world.tell("machine hangs");
        }
        return hangs;
    }

    private void selfTest(BootDevice device) {
        if (!refusesBios) {
            bios.putAll(pendingBios);
        }
        pendingBios.clear();
        if (firmware.writes()) {
            return;
        }
        if (device == BootDevice.DISK) {
            disk();
            return;
        }
        if (hangs()) {
            return;
        }
        Optional<BootAnswer> answer = world.call(conductor -> {
            BootAnswer found = conductor.bootDirectory().lookup(mac);
            conductor.bootDirectory().observed(mac, BootPhase.DHCP, "dhcp", "ack", "address given", Map.of());
            conductor.drainObservations();
            return found;
        });
        if (answer.isEmpty()) {
            after(Duration.ofSeconds(30), this::disk); // no DHCP server there: firmware gives up
            return;
        }
        switch (answer.get()) {
            case BootAnswer.Ramdisk _ -> after(world.between(500, 3_000), this::script);
            case BootAnswer.LocalDisk _, BootAnswer.Unknown _ -> disk();
        }
    }

    private void script() {
        if (hangs()) {
            return;
        }
        Optional<RamdiskBoot> boot = world.call(conductor -> {
            conductor.bootDirectory().observed(mac, BootPhase.SCRIPT, "http", "script", "script fetched", Map.of());
            conductor.drainObservations();
            return conductor.bootDirectory().ramdisk(mac, URI.create("http://192.0.2.1:8088"));
        }).flatMap(one -> one);
        if (boot.isEmpty()) {
            after(Duration.ofSeconds(10), this::disk);
            return;
        }
        after(world.between(500, 3_000), () -> kernel(boot.get()));
    }

    private void kernel(RamdiskBoot boot) {
        if (hangs()) {
            return;
        }
        world.call(conductor -> {
            conductor.bootDirectory().observed(mac, BootPhase.KERNEL, "http", "file", "kernel fetched", Map.of());
            conductor.drainObservations();
            return true;
        });
        String token = boot.kernelArguments().stream().filter(argument -> argument.startsWith("bessemer.token=")).findFirst().orElseThrow().substring(15);
        after(world.between(2_000, 20_000), () -> agent(boot.attempt(), token));
    }

    private void agent(long attempt, String bootToken) {
        if (hangs()) {
            return;
        }
        try {
            Optional<AgentService.Opened> opened = world.call(conductor ->
                    conductor.agentService().open(node, attempt, bootToken, mac.value(), "192.0.2.9", "1", "bios"));
            if (opened.isEmpty() || world.chance(world.faults.replyLost())) {
                after(world.between(1_000, 5_000), () -> agent(attempt, bootToken));
                return;
            }
            world.tell("agent up for attempt " + attempt);
            poll(opened.get().token(), 0);
        } catch (Failure.Unauthorized e) {
            world.tell("agent refused: " + e.getMessage());
            after(Duration.ofSeconds(60), this::powerOn);
        }
    }

    /// Polls even while a command runs, and would begin a second one: the server must not let that happen to a disk.
    private void poll(String token, int idle) {
        if (world.chance(world.faults.agentDies() / 10)) {
            if (world.random.nextBoolean()) {
                world.tell("machine reboots by itself");
                powerOn();
            } else {
                world.tell("machine freezes");
                life++;
            }
            return;
        }
        try {
            Optional<Optional<AgentCommand>> answer = world.call(conductor -> conductor.agentService().next(node, token, Duration.ZERO));
            Optional<AgentCommand> command = answer.flatMap(one -> one);
            boolean lost = world.chance(world.faults.replyLost());
            if (command.isPresent() && !lost && working.add(command.get().id())) {
                begin(token, command.get());
            }
            if (idle > 200 && working.isEmpty()) {
                try {
                    world.call(conductor -> {
                        conductor.agentService().goodbye(node, token, "idle");
                        return true;
                    });
                    powerOff();
                } catch (Failure.Conflict stay) {
                    after(Duration.ofSeconds(3), () -> poll(token, 0));
                }
                return;
            }
            after(Duration.ofSeconds(3), () -> poll(token, working.isEmpty() ? idle + 1 : 0));
        } catch (Failure.Unauthorized e) {
            world.tell("agent session gone");
            after(Duration.ofSeconds(5), this::powerOn);
        }
    }

    private void begin(String token, AgentCommand command) {
        world.tell("agent begins " + command.step() + " of attempt " + command.attempt());
        if (writes(command)) {
            newestWriter = Math.max(newestWriter, command.attempt());
        }
        work(token, command, world.random.nextInt(1, 8));
    }

    private static boolean writes(AgentCommand command) {
        return !Set.of("inspect", "rescue", "burnin_cpu").contains(command.kind());
    }

    /// The power fails and comes back.
    void powerFails() {
        if (on) {
            world.tell("power fails");
            powerOff();
            after(world.between(1_000, 60_000), this::powerOn);
        }
    }

    private void work(String token, AgentCommand command, int ticks) {
        if (writes(command) && command.attempt() < newestWriter) {
            throw new AssertionError("attempt %d writes the disk after attempt %d has begun to".formatted(command.attempt(), newestWriter));
        }
        if (!working.contains(command.id())) {
            return;
        }
        if (world.chance(world.faults.agentDies())) {
            world.tell("machine freezes at work");
            life++;
            working.clear();
            return;
        }
        boolean failed = world.chance(world.faults.commandFails() / 8);
        AgentCommand.Status status = failed ? AgentCommand.Status.FAILED : ticks > 0 ? AgentCommand.Status.RUNNING : AgentCommand.Status.SUCCEEDED;
        if (status == AgentCommand.Status.SUCCEEDED && command.kind().equals("write_config_drive")) {
            Optional<byte[]> drive;
            try {
                drive = world.call(conductor -> conductor.agentService().configDrive(node, token, URI.create("http://192.0.2.1:6386")));
            } catch (Failure.Unauthorized | Failure.NotFound e) {
                working.remove(command.id());
                return;
            }
            if (drive.isEmpty()) {
                after(Duration.ofSeconds(2), () -> work(token, command, 0));
                return;
            }
            host.configDrive(drive.get());
        }
        if (status == AgentCommand.Status.SUCCEEDED) {
            effect(command);
        }
        report(token, command, status, ticks);
    }

    private void report(String token, AgentCommand command, AgentCommand.Status status, int ticks) {
        try {
            Optional<Boolean> taken = world.call(conductor -> conductor.agentService().report(node, token, command.id(), status, Map.of("phase", "work"),
                    status == AgentCommand.Status.SUCCEEDED ? result(command) : Map.of(), status == AgentCommand.Status.FAILED ? "disk error" : null));
            if (taken.isEmpty() || world.chance(world.faults.replyLost())) {
                after(Duration.ofSeconds(2), () -> report(token, command, status, ticks));
                return;
            }
            if (!taken.get()) {
                world.tell("agent drops " + command.step());
                working.remove(command.id());
                return;
            }
            if (status == AgentCommand.Status.RUNNING) {
                after(Duration.ofSeconds(2), () -> work(token, command, ticks - 1));
                return;
            }
            working.remove(command.id());
        } catch (Failure.Unauthorized e) {
            working.remove(command.id());
        }
    }

    private void effect(AgentCommand command) {
        switch (command.kind()) {
            case "write_image" -> {
                imageOf = command.attempt();
                bootable = false;
                host.wipe();
            }
            case "install_boot" -> bootable = true;
            case "rescue" -> {
                String hash = String.valueOf(command.params().get("password_hash"));
                long mine = life;
                login = () -> mine == life ? hash : null;
            }
            case "erase_metadata", "erase" -> {
                imageOf = 0;
                bootable = false;
                host.wipe();
            }
            default -> {
            }
        }
    }

    private Map<String, Object> result(AgentCommand command) {
        return switch (command.kind()) {
            case "inspect" -> Map.of("inventory", Map.of(
                    "cpu", Map.of("count", 4, "architecture", "x86_64"),
                    "memory", Map.of("physical_mb", 8192),
                    "boot", Map.of("current_boot_mode", "bios", "pxe_interface", mac.value()),
                    "interfaces", List.of(Map.of("name", "eth0", "mac_address", mac.value(), "has_carrier", true)),
                    "disks", List.of(Map.of("name", "/dev/sda", "size", 20L << 30))), "plugin_data", Map.of());
            case "write_image" -> Map.of("device", "/dev/sda", "serial", "s1", "bytes_written", 1);
            case "raid_create" -> Map.of("logical_disks", List.of(Map.of("raid_level", "1", "controller", "software", "size_gb", 18, "is_root_volume", true, "device", "/dev/md0",
                    "uuid", "00000000:00000000:00000000:00000001", "root_device_hint", Map.of("serial", "00000000:00000000:00000000:00000001"))));
            case "burnin_cpu" -> Map.of("threads", 4, "rounds", 100, "seconds", 60);
            default -> Map.of("devices", List.of("/dev/sda"));
        };
    }

    private void disk() {
        if (imageOf != 0 && bootable) {
            hostBoots++;
            world.tell("host boots from disk");
            host.boot();
        }
    }
}
