package io.bessemer.cli.demo;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.WorkProgress;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import io.bessemer.lab.qemu.RackSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The demo's world made of QEMU.
final class QemuDemo implements DemoWorld {
    private final Terminal terminal;
    private final DataDirectory data;
    private final String rackId;
    private final int machines;
    private final List<Firmware> firmware;
    private final int memoryMib;
    private final String image;
    private final int apiPort;
    private final boolean keep;
    private ServedRack served;

    /// @param firmware kinds, in turn
    QemuDemo(Terminal terminal, DataDirectory data, String rackId, int machines, List<Firmware> firmware, int memoryMib, String image, int apiPort,
            boolean keep) {
        this.terminal = terminal;
        this.data = data;
        this.rackId = rackId;
        this.machines = machines;
        this.firmware = firmware;
        this.memoryMib = memoryMib;
        this.image = image;
        this.apiPort = apiPort;
        this.keep = keep;
    }

    @Override
    public void prepare() throws IOException {
        ServedRack.prepare(terminal, data, image);
    }

    @Override
    public List<DemoMachine> start(Cleanup cleanup) throws Exception {
        var progress = new WorkProgress(terminal, "Rack   ");
        progress.report("starting %d machines' BMCs".formatted(machines), 0, 0);
        served = ServedRack.start(RackSpec.inTurn(rackId, data.racks().resolve(rackId), machines, firmware, memoryMib), data, apiPort, List.of(), keep, cleanup);
        progress.done("%d machines, powered off".formatted(machines));
        return served.machines();
    }

    @Override
    public DemoServer server() {
        return served.server();
    }

    @Override
    public List<String> inNetwork(List<String> command) {
        return served.rack().inProvisionerNamespace(command);
    }

    @Override
    public String caveat() {
        return "";
    }

    @Override
    public int changing() {
        return PoolTour.CHANGING;
    }

    @Override
    public List<String> startGuest(PoolTour tour, String host) throws Exception {
        var lines = new ArrayList<>(List.of("Guest on %s, by virsh over TLS:".formatted(host)));
        lines.addAll(tour.startGuest(host).lines().toList());
        return lines;
    }

    @Override
    public String image() {
        return image;
    }

    @Override
    public Path serverLog() throws IOException {
        return data.logs().resolve("server-" + rackId + ".log");
    }
}
