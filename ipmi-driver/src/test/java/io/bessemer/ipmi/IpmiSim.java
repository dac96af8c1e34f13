package io.bessemer.ipmi;

import io.bessemer.ipmi.command.Bmc;
import io.bessemer.ipmi.command.GetDeviceId;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.IpmiClient;
import io.bessemer.ipmi.session.IpmiException;
import io.bessemer.ipmi.session.IpmiSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// OpenIPMI's `ipmi_sim` with one BMC, on a free port of loopback. Its chassis is a shell script that keeps power in a file.
final class IpmiSim implements AutoCloseable {
    static final String USER = "admin";
    static final String PASSWORD = "secret";

    private final Path directory;
    private final int port;
    private Process process;

    private IpmiSim(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    static IpmiSim start(Path directory) throws IOException, InterruptedException {
        return start(directory, "");
    }

    /// @param sensors lines of its emulation: `sensor_add`, `main_sdr_add`
    static IpmiSim start(Path directory, String sensors) throws IOException, InterruptedException {
        return start(directory, sensors, "");
    }

    /// @param serialPort TCP port on loopback at which the machine's serial line is found
    static IpmiSim withConsole(Path directory, int serialPort) throws IOException, InterruptedException {
        return start(directory, "", "sol \"tcp:127.0.0.1:%d\" 115200".formatted(serialPort));
    }

    private static IpmiSim start(Path directory, String sensors, String console) throws IOException, InterruptedException {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        Files.writeString(directory.resolve("bmc.emu"), """
                mc_setbmc 0x20
                mc_add 0x20 0 has-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
                sel_enable 0x20 1000 0x0a
                %s
                mc_enable 0x20
                """.formatted(sensors));
        Files.writeString(directory.resolve("lan.conf"), """
                name "bmc1"
                set_working_mc 0x20
                  startlan 1
                    addr 127.0.0.1 %d
                    priv_limit admin
                    allowed_auths_callback none md2 md5 straight
                    allowed_auths_user none md2 md5 straight
                    allowed_auths_operator none md2 md5 straight
                    allowed_auths_admin none md2 md5 straight
                    guid a123456789abcdefa123456789abcdef
                  endlan
                  chassis_control "%s/chassis.sh 0x20"
                  user 1 false "" "" user 10 none md2 md5 straight
                  user 2 true "%s" "%s" admin 10 none md2 md5 straight
                  user 3 true "oper" "operpw" operator 10 none md2 md5 straight
                  %s
                """.formatted(port, directory, USER, PASSWORD, console));
        Path chassis = directory.resolve("chassis.sh");
        Files.writeString(chassis, """
                #!/bin/sh
                cd %s
                op=$2; shift 2
                [ "$op" = check ] && exit 0
                while [ $# -gt 0 ]; do
                  case $op,$1 in
                  get,power) echo "power:$(cat power 2>/dev/null || echo 0)" ;;
                  get,boot) echo "boot:$(cat boot 2>/dev/null || echo default)" ;;
                  set,power) echo "$2" > power; echo "power $2" >> events; shift ;;
                  set,boot) echo "$2" > boot; shift ;;
                  set,reset) echo reset >> events; shift ;;
                  set,shutdown) echo 0 > power; echo shutdown >> events; shift ;;
                  set,identify) echo "$*" >> events; exit 0 ;;
                  *) echo "Invalid parameter: $1"; exit 1 ;;
                  esac
                  shift
                done
                """.formatted(directory));
        Files.setPosixFilePermissions(chassis, PosixFilePermissions.fromString("rwxr-xr-x"));
        IpmiSim sim = new IpmiSim(directory, port);
        sim.start();
        return sim;
    }

    /// On the same port as before, after [#close].
    void start() throws IOException, InterruptedException {
        try {
            process = new ProcessBuilder("ipmi_sim", "-n", "-c", directory + "/lan.conf", "-f", directory + "/bmc.emu", "-s", directory + "/state")
                    .directory(directory.toFile()).redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        } catch (IOException e) {
            throw new IllegalStateException("These tests talk to ipmi_sim: install the package openipmi", e);
        }
        awaitAnswer();
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        BmcAccess access = BmcAccess.of(USER, PASSWORD);
        IpmiSettings settings = IpmiSettings.defaults().withCommandTimeout(Duration.ofMillis(100)).withBreaker(1000, Duration.ofSeconds(1));
        try (IpmiClient client = new IpmiClient(settings)) {
            while (true) {
                try {
                    new Bmc(client, address(), access, false).run(new GetDeviceId());
                    return;
                } catch (IpmiException e) {
                    if (!process.isAlive() || System.nanoTime() > deadline) {
                        process.destroyForcibly();
                        throw new IllegalStateException("ipmi_sim does not answer: " + e.getMessage() + "\n" + Files.readString(directory.resolve("log")));
                    }
                }
            }
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    int port() {
        return port;
    }

    /// What the machine was told, a line each.
    String events() throws IOException {
        Path events = directory.resolve("events");
        return Files.exists(events) ? Files.readString(events) : "";
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
