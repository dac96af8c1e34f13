package io.bessemer.pxe.net;

import io.bessemer.core.node.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The kernel's word on who is at an address, which it has of everybody on the same network who speaks with us.
public final class NeighbourTable {
    private static final Path TABLE = Path.of("/proc/net/arp");
    private static final int COMPLETE = 2;

    private NeighbourTable() {}

    public static Optional<MacAddress> find(Inet4Address address, String device) {
        try {
            return find(Files.readAllLines(TABLE), address, device);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /// Columns: address, hardware type, flags, hardware address, mask, device.
    static Optional<MacAddress> find(List<String> lines, Inet4Address address, String device) {
        for (String line : lines) {
            String[] columns = line.trim().split("\\s+");
            if (columns.length == 6 && columns[0].equals(address.getHostAddress()) && columns[5].equals(device)
                    && columns[2].startsWith("0x") && (Integer.parseInt(columns[2].substring(2), 16) & COMPLETE) != 0) {
                return MacAddress.parse(columns[3]);
            }
        }
        return Optional.empty();
    }
}
