package io.bessemer.conductor.simulation;

import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.InspectInterface;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.core.driver.RaidInterface;
import io.bessemer.core.driver.SoftwareRaid;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.PowerState;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// Drives the machines of a [World], and loses calls as its faults say: some before their effect, some after.
final class FakeHardware implements HardwareType {
    private final World world;

    FakeHardware(World world) {
        this.world = world;
    }

    private interface Effect {
        void happen();
    }

    private void call(DriverNode node, Effect effect) throws DriverException {
        if (node.background()) {
            world.backgroundCalls++;
        } else {
            world.clientCalls++;
        }
        Machine machine = world.machines.get(node.id());
        boolean lost = world.chance(world.faults.bmcLost());
        if (world.chance(world.faults.bmcDies())) {
            machine.bmcDeadUntil = world.now().plus(world.between(10_000, 600_000));
        }
        if (world.now().isBefore(machine.bmcDeadUntil) || lost && world.random.nextBoolean()) {
            throw unreachable(node);
        }
        effect.happen();
        if (lost) {
            throw unreachable(node);
        }
    }

    private static DriverException unreachable(DriverNode node) {
        return new DriverException(DriverException.Kind.UNREACHABLE, "BMC of node %s did not answer.".formatted(node.name()));
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Map<String, List<String>> interfaces() {
        return Map.of("power", List.of("fake"), "management", List.of("fake"), "boot", List.of("ipxe", "redfish-virtual-media", "redfish-https", "http-ipxe"),
                "deploy", List.of("direct", "ramdisk", "custom-agent"),
                "rescue", List.of("agent", "no-rescue"), "raid", List.of("no-raid", "agent"),
                "firmware", List.of("fake-bmc", "no-firmware"), "inspect", List.of("agent", "bmc"));
    }

    @Override
    public Map<String, String> properties() {
        return Map.of("address", "of the BMC");
    }

    @Override
    public Optional<RaidInterface> raid() {
        return Optional.of(new SoftwareRaid());
    }

    @Override
    public void validate(DriverNode node) throws DriverException {
        if (!node.driverInfo().containsKey("address")) {
            throw new DriverException(DriverException.Kind.CONFIGURATION, "driver_info/address is missing.");
        }
    }

    @Override
    public PowerInterface power() {
        return new PowerInterface() {
            @Override
            public PowerState state(DriverNode node) throws DriverException {
                call(node, () -> {
                });
                return world.machines.get(node.id()).power();
            }

            @Override
            public void apply(DriverNode node, PowerAction action) throws DriverException {
                call(node, () -> world.machines.get(node.id()).apply(action));
            }
        };
    }

    @Override
    public Optional<BmcInterface> bmc() {
        return Optional.ofNullable(world.bmc);
    }

    /// Takes settings, and has them from the next boot.
    @Override
    public Optional<BiosInterface> bios() {
        return Optional.of(new BiosInterface() {
            @Override
            public List<Setting> settings(DriverNode node) throws DriverException {
                call(node, () -> {
                });
                return world.machines.get(node.id()).bios.entrySet().stream().map(entry -> new Setting(entry.getKey(), entry.getValue(), Registry.UNKNOWN, world.now())).toList();
            }

            @Override
            public void apply(DriverNode node, Map<String, String> settings) throws DriverException {
                call(node, () -> world.machines.get(node.id()).pendingBios.putAll(settings));
            }

            @Override
            public void factoryReset(DriverNode node) throws DriverException {
                call(node, () -> world.machines.get(node.id()).bios.clear());
            }
        });
    }

    @Override
    public Optional<FirmwareInterface> firmware() {
        return Optional.of(new FirmwareInterface() {
            @Override
            public List<Component> components(DriverNode node) throws DriverException {
                call(node, () -> {
                });
                return of(node).versions.entrySet().stream()
                        .map(entry -> new Component(entry.getKey(), entry.getValue(), entry.getValue(), null, null, null, null, world.now())).toList();
            }

            @Override
            public Set<String> jobs(DriverNode node) throws DriverException {
                call(node, () -> {
                });
                return of(node).jobs();
            }

            @Override
            public Optional<String> update(DriverNode node, Update update, Set<String> before) throws DriverException {
                if (of(node).busy()) {
                    throw new DriverException(DriverException.Kind.BUSY, "BMC of node %s is at another update.".formatted(node.name()));
                }
                AtomicReference<Optional<String>> job = new AtomicReference<>(Optional.empty());
                call(node, () -> job.set(of(node).update(update, before)));
                return job.get();
            }

            @Override
            public Job job(DriverNode node, String job) throws DriverException {
                call(node, () -> {
                });
                return of(node).look(job);
            }

            private SimulatedFirmware of(DriverNode node) {
                return world.machines.get(node.id()).firmware;
            }
        });
    }

    @Override
    public Optional<InspectInterface> inspection() {
        return Optional.of(node -> {
            call(node, () -> {
            });
            return new InspectInterface.Found(world.seenByBmc, Map.of());
        });
    }

    @Override
    public Optional<VirtualMediaInterface> virtualMedia() {
        return !world.virtualDrives ? Optional.empty() : Optional.of(new VirtualMediaInterface() {
            @Override
            public List<Drive> drives(DriverNode node) {
                return List.of();
            }

            @Override
            public void attach(DriverNode node, Device device, String image) throws DriverException {
                call(node, () -> world.tell("media: %s has %s".formatted(device.wire(), image)));
            }

            @Override
            public void detach(DriverNode node, Set<Device> devices) throws DriverException {
                call(node, () -> world.tell("media: %s emptied".formatted(devices)));
            }
        });
    }

    @Override
    public ManagementInterface management() {
        return new ManagementInterface() {
            @Override
            public Set<BootDevice> supportedBootDevices(DriverNode node) {
                return EnumSet.of(BootDevice.PXE, BootDevice.DISK);
            }

            @Override
            public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) throws DriverException {
                call(node, () -> world.machines.get(node.id()).setBootDevice(device, persistent));
            }

            @Override
            public void setHttpBoot(DriverNode node, String url) throws DriverException {
                call(node, () -> {
                    world.tell("media: boots " + url);
                    world.machines.get(node.id()).setBootDevice(BootDevice.UEFIHTTP, false);
                });
            }

            @Override
            public BootDeviceSetting bootDevice(DriverNode node) {
                return new BootDeviceSetting(Optional.empty(), Optional.empty());
            }

            @Override
            public void injectNmi(DriverNode node) {
            }

            @Override
            public void identify(DriverNode node, int seconds) {
            }

            @Override
            public BmcIdentity identity(DriverNode node) throws DriverException {
                call(node, () -> {
                });
                return BmcIdentity.ipmi(1, 2, "3.4", "2.0");
            }
        };
    }
}
