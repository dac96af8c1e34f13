package io.bessemer.lab.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Configuration of one `ipmi_sim`.
final class BmcSimulator {
    private BmcSimulator() {}

    /// Writes its files.
    ///
    /// @return the command that runs it
    static List<String> prepare(MachineSpec spec, int slot, String address, int port, String user, String password, Path chassis, Path directory)
            throws IOException {
        Path lan = directory.resolve("lan.conf");
        Path emulation = directory.resolve("bmc.emu");
        Path state = Files.createDirectories(directory.resolve("bmc-state"));
        Files.writeString(lan, """
                name "%s"
                set_working_mc 0x20
                startlan 1
                  addr %s %d
                  priv_limit admin
                  allowed_auths_callback none md2 md5 straight
                  allowed_auths_user none md2 md5 straight
                  allowed_auths_operator none md2 md5 straight
                  allowed_auths_admin none md2 md5 straight
                  guid %s
                endlan
                chassis_control "%s"
                user 1 false "" "test" user 10 none md2 md5 straight
                user 2 true "%s" "%s" admin 10 none md2 md5 straight
                sol "tcp:127.0.0.1:%d" 115200
                """.formatted(spec.name(), address, port, spec.uuid().toString().replace("-", ""), chassis, user, password, SerialLine.port(slot)));
        Files.writeString(emulation, """
                mc_setbmc 0x20
                mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
                sel_enable 0x20 1000 0x0a
                mc_enable 0x20
                """);
        return List.of("ipmi_sim", "-n", "-c", lan.toString(), "-f", emulation.toString(), "-s", state.toString());
    }
}
