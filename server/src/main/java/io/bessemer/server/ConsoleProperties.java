package io.bessemer.server;

import io.bessemer.conductor.console.ConsoleSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.InetAddress;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// `bessemer.console.*`: serial consoles of nodes.
///
/// @param record    whether what machines say while they are deployed, cleaned, inspected, rescued or serviced is kept, in `consoles` of the data directory
/// @param logSize   of one file; there are that many for a node, and `log-files` older ones
/// @param logFiles  older files that are kept of a node
/// @param address   where consoles that are turned on are served by TCP; there is no login, so others than loopback need a network that is closed
/// @param firstPort first TCP port for nodes without `driver_info/ipmi_terminal_port`
/// @param lastPort  last of these ports
/// @param most      consoles open at a time, each a session with a BMC; 0 for none
@Validated
@ConfigurationProperties("bessemer.console")
public record ConsoleProperties(
        @DefaultValue("true") boolean record,
        @DefaultValue("4MB") @NotNull DataSize logSize,
        @DefaultValue("1") @Min(0) @Max(100) int logFiles,
        @DefaultValue("127.0.0.1") @NotNull InetAddress address,
        @DefaultValue("10000") @Min(1) @Max(65_535) int firstPort,
        @DefaultValue("10999") @Min(1) @Max(65_535) int lastPort,
        @DefaultValue("256") @Min(0) @Max(10_000) int most) implements CheckedSettings {
    private static final DataSize SMALLEST = DataSize.ofKilobytes(64);

    @Override
    public void check() {
        if (logSize.compareTo(SMALLEST) < 0) {
            throw new IllegalArgumentException("bessemer.console.log-size is '%s'; allowed is 64KB or more".formatted(logSize));
        }
        if (lastPort < firstPort) {
            throw new IllegalArgumentException("bessemer.console.last-port is '%d'; allowed is %d (bessemer.console.first-port) or more".formatted(lastPort, firstPort));
        }
    }

    ConsoleSettings settings(ServerProperties server) {
        return new ConsoleSettings(server.dataDir().resolve("consoles"), record, logSize.toBytes(), logFiles, address, firstPort, lastPort, most);
    }
}
