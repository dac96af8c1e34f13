package io.bessemer.agent.inventory;

import io.bessemer.agent.linux.Program;
import io.bessemer.agent.linux.Sysfs;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The BMC's own address, asked in band.
final class Bmc {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Pattern ADDRESS = Pattern.compile("(?m)^IP Address\\s*:\\s*(\\d+\\.\\d+\\.\\d+\\.\\d+)\\s*$");
    private static final int[] CHANNELS = {1, 2, 3, 8};

    private Bmc() {}

    /// Null when there is no BMC that answers, or nothing to ask it with: Ironic's schema has it so.
    static String address(Sysfs sysfs) throws InterruptedException {
        if (!sysfs.exists("/dev/ipmi0") || !Program.exists("ipmitool")) {
            return null;
        }
        for (int channel : CHANNELS) {
            try {
                Matcher matcher = ADDRESS.matcher(Program.run(TIMEOUT, "", List.of("ipmitool", "lan", "print", Integer.toString(channel))));
                if (matcher.find() && !matcher.group(1).equals("0.0.0.0")) {
                    return matcher.group(1);
                }
            } catch (IOException e) {
                continue; // not every channel is a LAN
            }
        }
        return null;
    }
}
