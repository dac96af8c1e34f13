package io.bessemer.agent;

import io.bessemer.agent.boot.EspCopies;
import io.bessemer.agent.boot.InstallBoot;
import io.bessemer.agent.burnin.BurnIn;
import io.bessemer.agent.burnin.DiskBurnIn;
import io.bessemer.agent.burnin.MemoryBurnIn;
import io.bessemer.agent.burnin.NetworkBurnIn;
import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.CommandRunner;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.disk.ConfigDrive;
import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.disk.DiskGiver;
import io.bessemer.agent.disk.Wipe;
import io.bessemer.agent.disk.WriteImage;
import io.bessemer.agent.inventory.InventoryReader;
import io.bessemer.agent.linux.Sysfs;
import io.bessemer.agent.protocol.AgentEvent;
import io.bessemer.agent.protocol.CommandKind;
import io.bessemer.agent.protocol.CommandMessage;
import io.bessemer.agent.raid.SoftwareRaid;
import io.bessemer.agent.rescue.RescueLogin;
import io.bessemer.agent.server.HttpStatusException;
import io.bessemer.agent.server.ImageClient;
import io.bessemer.agent.server.ServerClient;
import io.bessemer.agent.server.SessionGoneException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What the agent can do to the machine, by kind.
final class Commands implements CommandRunner {
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final int REFUSED_LIMIT = 5;

    private final Sysfs sysfs;
    private final ServerClient server;
    private final URI content;
    private final String bootMac;
    private final Storage storage;
    private final SoftwareRaid raid;
    private final DiskGiver giver = new DiskGiver();

    Commands(Sysfs sysfs, ServerClient server, URI content, String bootMac) {
        this(sysfs, server, content, bootMac, new MachineStorage(sysfs));
    }

    /// @param content base address of the content server
    Commands(Sysfs sysfs, ServerClient server, URI content, String bootMac, Storage storage) {
        this.sysfs = sysfs;
        this.server = server;
        this.content = content;
        this.bootMac = bootMac;
        this.storage = storage;
        this.raid = new SoftwareRaid(sysfs);
    }

    @Override
    public Map<String, Object> run(CommandMessage command, ProgressSink progress) throws CommandFailedException, InterruptedException {
        Map<String, Object> params = command.params();
        CommandKind kind = CommandKind.fromWire(command.kind()).orElseThrow();
        if (kind != CommandKind.WRITE_CONFIG_DRIVE && kind != CommandKind.INSTALL_BOOT) { // those two follow an image, and change little of it
            giver.close();
        }
        boolean ends = kind == CommandKind.RAID_DELETE || kind == CommandKind.RAID_CREATE && !Boolean.FALSE.equals(params.get("delete_existing"));
        if (!ends) { // arrays that shall go may have lost their disks
            raid.assemble(params);
        }
        return switch (kind) {
            case INSPECT -> new InventoryReader(sysfs, bootMac).read();
            case ERASE_METADATA -> Wipe.metadata(sysfs, storage.usable(), storage.beside(), progress);
            case ERASE -> Wipe.all(storage.usable(), storage.beside(), progress);
            case ERASE_EXPRESS -> Wipe.express(sysfs, storage.usable(), storage.beside(), progress);
            case WRITE_IMAGE -> new WriteImage(new ImageClient(content, server.token()), FIRST_RETRY, giver, this::tell).run(params, storage.usable(), progress);
            case WRITE_CONFIG_DRIVE -> configDrive(Path.of(disk(params).name()), progress);
            case INSTALL_BOOT -> installBoot(disk(params), params.get("boot_mode") instanceof String mode ? mode : InventoryReader.bootMode(sysfs));
            case RESCUE -> new RescueLogin(Path.of("/")).open(params);
            case BURN_IN_CPU -> BurnIn.cpu(params, progress);
            case BURN_IN_MEMORY -> new MemoryBurnIn(sysfs, Path.of("/tmp")).run(params, progress);
            case BURN_IN_DISK -> DiskBurnIn.run(params, storage.usable(), progress);
            case BURN_IN_NETWORK -> NetworkBurnIn.run(params, progress);
            case RAID_CREATE -> raid.create(params, InventoryReader.bootMode(sysfs).equals("uefi"), progress);
            case RAID_DELETE -> raid.delete(progress);
            case REBOOT, POWER_OFF -> Map.of(); // done after the answer was delivered
        };
    }

    /// For the timeline, as long as the server listens.
    private void tell(String message) {
        Console.say(message);
        try {
            server.events(List.of(new AgentEvent("command", "neighbour", message)));
        } catch (IOException | SessionGoneException e) {
            Console.say("could not report that: " + e.getMessage());
        }
    }

    private Map<String, Object> installBoot(Disk disk, String bootMode) throws CommandFailedException, InterruptedException {
        return InstallBoot.run(Path.of(disk.name()), bootMode, bootMode.equals("uefi") ? EspCopies.of(sysfs, disk) : List.of());
    }

    /// Only a disk of this machine, whatever the parameter says.
    private Disk disk(Map<String, Object> params) throws CommandFailedException {
        Object wanted = params.get("device");
        List<Disk> disks = storage.usable().stream().filter(Disk::internal).toList();
        return disks.stream().filter(disk -> disk.name().equals(wanted)).findFirst().orElseThrow(
                () -> new CommandFailedException("device must be one of %s, but is %s".formatted(disks.stream().map(Disk::name).toList(), wanted)));
    }

    private Map<String, Object> configDrive(Path device, ProgressSink progress) throws CommandFailedException, InterruptedException {
        try {
            Path iso = Files.createTempFile("config", ".iso");
            try {
                fetchConfigDrive(iso, progress);
                return ConfigDrive.write(device, iso, progress);
            } finally {
                Files.delete(iso);
            }
        } catch (IOException e) {
            throw new CommandFailedException("the config drive cannot be kept in memory: " + e.getMessage(), e);
        }
    }

    private void fetchConfigDrive(Path iso, ProgressSink progress) throws CommandFailedException, InterruptedException {
        int refused = 0;
        for (int failures = 0;; failures++) {
            try {
                server.configDrive(iso);
                return;
            } catch (SessionGoneException e) {
                throw new CommandFailedException("the config drive cannot be fetched: " + e.getMessage(), e);
            } catch (HttpStatusException e) {
                if (e.permanent() && ++refused == REFUSED_LIMIT) {
                    throw new CommandFailedException("the config drive cannot be fetched: " + e.getMessage(), e);
                }
            } catch (IOException e) {
                progress.at("fetch", 0, 0, "waiting for the server: " + e.getMessage());
            }
            Thread.sleep(FIRST_RETRY.multipliedBy(1L << Math.min(failures, 2)));
        }
    }
}
