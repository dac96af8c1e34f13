package io.bessemer.lab.simulated;

import io.bessemer.core.node.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/// One machine. Power is a thread: on starts it, off interrupts it.
public final class SimulatedMachine implements AutoCloseable {
    private static final int VALID = 0x80;
    private static final int PERSISTENT = 0x40;
    private static final int SELECTOR_PXE = 1;
    private static final int LONGEST_CONSOLE = 200;
    private static final Map<String, String> FORM = Map.of("Content-Type", "application/x-www-form-urlencoded");
    private static final int NETWORK_TRIES = 5;
    private static final Duration BETWEEN_NETWORK_TRIES = Duration.ofSeconds(2);
    private static final int MOST_CALLS_HOME = 20;
    private static final Duration BETWEEN_CALLS_HOME = Duration.ofSeconds(1);

    private final SimulatedMachineSpec spec;
    private final BootNetwork servers;
    private final SimulatedDisk disk;
    private final Faults faults = new Faults();
    private final ConcurrentLinkedDeque<String> console = new ConcurrentLinkedDeque<>();
    private final SimulatedHost host;
    private final SimulatedBmc bmc;
    private final Switches switches = new Switches();
    private byte[] bootFlags = new byte[5];
    private Thread running;
    private volatile boolean hostUp;

    SimulatedMachine(SimulatedMachineSpec spec, Path directory, BootNetwork servers, String user, String password)
            throws IOException {
        this.spec = spec;
        this.servers = servers;
        this.disk = new SimulatedDisk(Files.createDirectories(directory), spec.diskBytes(), faults);
        this.host = new SimulatedHost(spec, disk, faults, this::say);
        this.bmc = new SimulatedBmc(new InetSocketAddress(InetAddress.getByName(spec.bmcAddress()), spec.bmcPort()), user, password,
                switches, faults);
    }

    public SimulatedMachineSpec spec() {
        return spec;
    }

    public Faults faults() {
        return faults;
    }

    public synchronized boolean poweredOn() {
        return running != null;
    }

    /// It booted from its disk, and that disk had the image.
    public boolean hostUp() {
        return hostUp;
    }

    /// What it is to a pool, once it runs what was deployed for one.
    public SimulatedHost host() {
        return host;
    }

    /// As by the button on its front: on.
    public void pressPower() {
        switches.powerOn();
    }

    /// As by pulling the cable, not noticed by anybody.
    public void losePower() {
        switches.powerOff();
    }

    public List<String> console() {
        return List.copyOf(console);
    }

    private final class Switches implements Chassis {
        @Override
        public boolean poweredOn() {
            return SimulatedMachine.this.poweredOn();
        }

        @Override
        public void powerOn() {
            synchronized (SimulatedMachine.this) {
                if (running == null) {
                    say("power on");
                    running = Thread.ofVirtual().name(spec.name()).start(SimulatedMachine.this::live);
                }
            }
        }

        @Override
        public void powerOff() {
            synchronized (SimulatedMachine.this) {
                if (running != null) {
                    say("power off");
                    hostUp = false;
                    running.interrupt();
                    running = null;
                    host.powerLost();
                }
            }
        }

        @Override
        public void reset() {
            if (poweredOn()) {
                powerOff();
                powerOn();
            }
        }

        @Override
        public void softOff() {
            powerOff();
        }

        @Override
        public void bootFlags(byte[] flags) {
            synchronized (SimulatedMachine.this) {
                bootFlags = flags.clone();
            }
        }

        @Override
        public byte[] bootFlags() {
            synchronized (SimulatedMachine.this) {
                return bootFlags.clone();
            }
        }
    }

    private void live() {
        try {
            while (boot()) {
                say("reboot");
            }
            synchronized (this) {
                if (running == Thread.currentThread()) {
                    say("powers itself off");
                    running = null;
                }
            }
        } catch (InterruptedException e) {
            // the power was cut
        }
    }

    /// @return whether to boot again; else the machine powers off
    private boolean boot() throws InterruptedException {
        hostUp = false;
        pause(faults.firmwareDelay);
        if (takeNetworkOverride()) {
            if (faults.silentOnNetwork) {
                TimeUnit.DAYS.sleep(1);
            }
            Optional<Map<String, String>> kernel = bootNetwork();
            if (kernel.isPresent()) {
                return ramdisk(kernel.get());
            }
        }
        return bootDisk();
    }

    /// Again when that broke off, as firmware of servers does.
    ///
    /// @return the kernel's arguments; empty when there is nothing to boot
    private Optional<Map<String, String>> bootNetwork() throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                say("network boot");
                Optional<Map<String, String>> kernel = new NetworkBoot(MacAddress.parse(spec.mac()).orElseThrow(), spec.uefi(), servers, this::say).run();
                if (kernel.isEmpty()) {
                    say("no network boot");
                }
                return kernel;
            } catch (IOException e) {
                say("network boot failed: " + e.getMessage());
            }
            if (tries == NETWORK_TRIES) {
                return Optional.empty();
            }
            pause(BETWEEN_NETWORK_TRIES);
        }
    }

    private synchronized boolean takeNetworkOverride() {
        boolean network = (bootFlags[0] & VALID) != 0 && (bootFlags[1] >> 2 & 0x0f) == SELECTOR_PXE;
        if ((bootFlags[0] & PERSISTENT) == 0) {
            bootFlags = new byte[5];
        }
        return network;
    }

    private boolean ramdisk(Map<String, String> kernel) throws InterruptedException {
        pause(faults.kernelDelay);
        if (faults.agentNeverStarts) {
            say("kernel panic");
            TimeUnit.DAYS.sleep(1);
        }
        say("agent");
        try (var http = new PlainHttp(null)) {
            return new SimulatedAgent(spec, disk, faults, http, kernel).run() == SimulatedAgent.End.REBOOT;
        }
    }

    private boolean bootDisk() throws InterruptedException {
        try {
            if (!disk.bootable()) {
                say("nothing to boot");
                TimeUnit.DAYS.sleep(1);
            }
            say("boots from disk");
            pause(faults.hostDelay);
            Optional<String> report = disk.reportUrl();
            if (report.isPresent() && !faults.hostNeverReports) {
                phoneHome(URI.create(report.get()));
            }
            hostUp = true;
            if (!faults.hostNeverReports) {
                up();
            }
        } catch (IOException e) {
            say("disk boot: " + e.getMessage());
        }
        TimeUnit.DAYS.sleep(1);
        return false;
    }

    /// As cloud-init does: again, when the server is away.
    private void phoneHome(URI report) throws InterruptedException {
        byte[] body = ("hostname=" + spec.name()).getBytes(StandardCharsets.UTF_8);
        try (var http = new PlainHttp(null)) {
            for (int tries = 0; tries < MOST_CALLS_HOME; tries++) {
                try {
                    say("reported: " + http.send("POST", report, FORM, body).status());
                    return;
                } catch (IOException away) {
                    pause(BETWEEN_CALLS_HOME);
                }
            }
        }
        say("the server is away");
    }

    /// Unless the power went meanwhile.
    private synchronized void up() {
        if (running == Thread.currentThread()) {
            host.boot();
        }
    }

    private void say(String text) {
        console.add(text);
        while (console.size() > LONGEST_CONSOLE) {
            console.poll();
        }
    }

    private static void pause(Duration duration) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(duration.toMillis());
    }

    @Override
    public void close() {
        bmc.close();
        synchronized (this) {
            if (running != null) {
                running.interrupt();
                running = null;
                host.powerLost();
            }
        }
    }
}
