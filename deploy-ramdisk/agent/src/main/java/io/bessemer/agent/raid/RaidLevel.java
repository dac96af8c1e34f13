package io.bessemer.agent.raid;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// What md can do of Ironic's `raid_level`.
enum RaidLevel {
    STRIPES("0", "0", 2), MIRROR("1", "1", 2), PARITY("5", "5", 3), DOUBLE_PARITY("6", "6", 4), STRIPED_MIRRORS("1+0", "10", 4);

    private final String wire;
    private final String mdadm;
    private final int fewest;

    RaidLevel(String wire, String mdadm, int fewest) {
        this.wire = wire;
        this.mdadm = mdadm;
        this.fewest = fewest;
    }

    String wire() {
        return wire;
    }

    /// as `mdadm --level` takes it
    String mdadm() {
        return mdadm;
    }

    int fewestDisks() {
        return fewest;
    }

    /// How many members' worth of data an array of so many holds.
    int dataMembers(int members) {
        return switch (this) {
            case STRIPES -> members;
            case MIRROR -> 1;
            case PARITY -> members - 1;
            case DOUBLE_PARITY -> members - 2;
            case STRIPED_MIRRORS -> members / 2;
        };
    }

    static Optional<RaidLevel> fromWire(Object text) {
        return Arrays.stream(values()).filter(level -> level.wire.equals(text)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(RaidLevel::wire).collect(Collectors.joining(", "));
    }
}
