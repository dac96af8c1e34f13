package io.bessemer.e2e.trouble;

import io.bessemer.lab.simulated.SimulatedRack;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A machine that only repeats what is typed at its serial line, with `ipmi_sim` as its BMC: the simulated ones have no line.
final class EchoingMachine implements AutoCloseable {
    static final String NAME = "echo";

    private final ServerSocket line;
    private final int port;
    private final Process bmc;

    /// @param directory an empty one
    EchoingMachine(Path directory) throws IOException {
        line = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::repeat);
        try (var free = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            port = free.getLocalPort();
        }
        Files.writeString(directory.resolve("lan.conf"), """
                name "%s"
                set_working_mc 0x20
                startlan 1
                  addr 127.0.0.1 %d
                  priv_limit admin
                  allowed_auths_admin none md2 md5 straight
                  guid a123456789abcdefa123456789abcdef
                endlan
                chassis_control "%s"
                user 2 true "%s" "%s" admin 10 none md2 md5 straight
                sol "tcp:127.0.0.1:%d" 115200
                """.formatted(NAME, port, Files.writeString(directory.resolve("chassis"), "#!/bin/sh\necho power:1\n"), SimulatedRack.BMC_USER,
                SimulatedRack.BMC_PASSWORD, line.getLocalPort()));
        Files.setPosixFilePermissions(directory.resolve("chassis"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(directory.resolve("bmc.emu"), """
                mc_setbmc 0x20
                mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
                sel_enable 0x20 1000 0x0a
                mc_enable 0x20
                """);
        bmc = new ProcessBuilder("ipmi_sim", "-n", "-c", directory.resolve("lan.conf").toString(), "-f", directory.resolve("bmc.emu").toString(),
                "-s", Files.createDirectory(directory.resolve("state")).toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("ipmi_sim.log").toFile()).start();
    }

    private void repeat() {
        while (!line.isClosed()) {
            try (Socket plugged = line.accept()) {
                plugged.getInputStream().transferTo(plugged.getOutputStream());
            } catch (IOException gone) {
                // the BMC comes again, or all is over
            }
        }
    }

    /// What a client writes to enrol it.
    Map<String, Object> node() {
        var info = new LinkedHashMap<String, Object>(Map.of("ipmi_address", "127.0.0.1", "ipmi_port", port, "ipmi_username", SimulatedRack.BMC_USER,
                "ipmi_password", SimulatedRack.BMC_PASSWORD));
        return Map.of("name", NAME, "driver", "ipmi", "driver_info", info);
    }

    @Override
    public void close() throws IOException {
        line.close();
        bmc.destroyForcibly();
        try {
            bmc.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
