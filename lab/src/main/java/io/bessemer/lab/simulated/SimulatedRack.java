package io.bessemer.lab.simulated;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Machines of one kind and the other in turn, all off.
public final class SimulatedRack implements AutoCloseable {
    public static final String BMC_USER = "admin";
    public static final String BMC_PASSWORD = "secret";

    private final List<SimulatedMachine> machines = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();

    private SimulatedRack() {}

    /// @param dhcpPort of a server on 127.0.0.1 that answers to the source
    public static SimulatedRack start(Path directory, int count, int dhcpPort) throws IOException {
        return start(directory, 1, count, dhcpPort, SimulatedMachineSpec.DISK_BYTES);
    }

    /// @param firstSlot so that racks of one machine do not meet: a slot is a MAC address and a BMC's address
    /// @param diskBytes of each machine
    public static SimulatedRack start(Path directory, int firstSlot, int count, int dhcpPort, long diskBytes) throws IOException {
        var rack = new SimulatedRack();
        var dhcpServer = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), dhcpPort);
        try {
            for (int slot = firstSlot; slot < firstSlot + count; slot++) {
                SimulatedMachineSpec spec = SimulatedMachineSpec.of(slot, slot % 2 == 0).withDisk(diskBytes);
                rack.machines.add(new SimulatedMachine(spec, directory.resolve(spec.name()), dhcpServer, rack.http, BMC_USER, BMC_PASSWORD));
            }
        } catch (IOException e) {
            rack.close();
            throw e;
        }
        return rack;
    }

    public List<SimulatedMachine> machines() {
        return List.copyOf(machines);
    }

    @Override
    public void close() {
        machines.forEach(SimulatedMachine::close);
        http.shutdownNow();
    }
}
