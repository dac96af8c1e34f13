package io.bessemer.agent.inventory;

import java.util.Optional;

/// Reads memory sizes from the SMBIOS table (DSP0134 §7.18), as `/sys/firmware/dmi/tables/DMI` holds it. Firmware writes what
/// it likes there: a structure that does not fit ends the reading.
final class Smbios {
    private static final int MEMORY_DEVICE = 17;
    private static final int END = 127;
    private static final int SIZE = 0x0c;
    private static final int EXTENDED_SIZE = 0x1c;

    private Smbios() {}

    /// MiB of all memory devices together; empty when the table says nothing.
    static Optional<Long> memoryMib(byte[] table) {
        long total = 0;
        for (int at = 0; at + 4 <= table.length;) {
            int type = table[at] & 0xff;
            int length = table[at + 1] & 0xff;
            if (type == END || length < 4 || at + length > table.length) {
                break;
            }
            if (type == MEMORY_DEVICE && length >= SIZE + 2) {
                total += deviceMib(table, at, length);
            }
            at = afterStrings(table, at + length);
        }
        return total == 0 ? Optional.empty() : Optional.of(total);
    }

    private static long deviceMib(byte[] table, int at, int length) {
        int size = word(table, at + SIZE);
        if (size == 0 || size == 0xffff) {
            return 0; // empty slot, or unknown
        }
        if (size == 0x7fff && length >= EXTENDED_SIZE + 4) {
            return (word(table, at + EXTENDED_SIZE) | (long) word(table, at + EXTENDED_SIZE + 2) << 16) & 0x7fff_ffffL;
        }
        return (size & 0x8000) == 0 ? size : (size & 0x7fff) / 1024;
    }

    /// A structure is followed by its texts and two zero bytes.
    private static int afterStrings(byte[] table, int at) {
        int next = at;
        while (next + 1 < table.length && (table[next] != 0 || table[next + 1] != 0)) {
            next++;
        }
        return next + 2;
    }

    private static int word(byte[] table, int at) {
        return table[at] & 0xff | (table[at + 1] & 0xff) << 8;
    }
}
