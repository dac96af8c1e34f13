package io.bessemer.cli.demo;

import io.bessemer.cli.terminal.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where the time went.
public final class PhaseTable {
    private static final List<String> BOOT_PHASES = List.of("dhcp", "loader", "script", "kernel", "agent");

    private PhaseTable() {}

    /// Seconds a machine spent in each stage.
    ///
    /// @param runs to the same kind of goal, at least one
    public static Table stages(List<MachineRun> runs) {
        List<MachineRun.Stage> stages = runs.getFirst().goal().stages();
        var head = new ArrayList<String>();
        head.add("SECONDS");
        for (MachineRun.Stage stage : stages) {
            head.add(stage.title());
        }
        head.add("total");
        var table = new Table(head.toArray(String[]::new));
        for (MachineRun run : runs) {
            var row = new ArrayList<Object>();
            row.add(run.machine().name());
            for (MachineRun.Stage stage : stages) {
                row.add(seconds(run.times().get(stage)));
            }
            row.add(seconds(run.elapsed()));
            table.row(row.toArray());
        }
        return table;
    }

    /// Seconds from the first power-on to each phase of the ramdisk's boot.
    public static Table boots(List<MachineRun> runs) {
        var head = new ArrayList<>(BOOT_PHASES);
        head.addFirst("SINCE POWER ON");
        var table = new Table(head.toArray(String[]::new));
        for (MachineRun run : runs) {
            Map<String, Instant> seen = run.firstSeen();
            var row = new ArrayList<Object>();
            row.add(run.machine().name());
            for (String phase : BOOT_PHASES) {
                Instant power = seen.get("power");
                Instant at = seen.get(phase);
                row.add(power == null || at == null ? "-" : seconds(Duration.between(power, at)));
            }
            table.row(row.toArray());
        }
        return table;
    }

    private static String seconds(Duration duration) {
        return duration == null ? "-" : "%.1f".formatted(duration.toMillis() / 1000.0);
    }
}
