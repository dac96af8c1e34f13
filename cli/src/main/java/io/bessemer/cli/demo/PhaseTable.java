package io.bessemer.cli.demo;

import io.bessemer.cli.terminal.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

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
        return table(head, runs, run -> {
            var row = new ArrayList<Duration>();
            stages.forEach(stage -> row.add(run.times().get(stage)));
            row.add(run.elapsed());
            return row;
        });
    }

    /// Seconds from the first power-on to each phase of the ramdisk's boot.
    public static Table boots(List<MachineRun> runs) {
        var head = new ArrayList<>(BOOT_PHASES);
        head.addFirst("SINCE POWER ON");
        return table(head, runs, run -> {
            Map<String, Instant> seen = run.firstSeen();
            var row = new ArrayList<Duration>();
            for (String phase : BOOT_PHASES) {
                Instant power = seen.get("power");
                Instant at = seen.get(phase);
                row.add(power == null || at == null ? null : Duration.between(power, at));
            }
            return row;
        });
    }

    /// A row for each machine, or, of more than anybody reads, the fastest, middle and slowest of each column.
    private static Table table(List<String> head, List<MachineRun> runs, Function<MachineRun, List<Duration>> times) {
        var table = new Table(head.toArray(String[]::new));
        if (runs.size() <= ProgressBoard.MOST_LINES) {
            runs.forEach(run -> table.row(row(run.machine().name(), times.apply(run))));
            return table;
        }
        List<List<Duration>> all = runs.stream().map(times).toList();
        List<List<Duration>> columns = IntStream.range(0, head.size() - 1)
                .mapToObj(column -> all.stream().map(row -> row.get(column)).filter(Objects::nonNull).sorted().toList()).toList();
        for (var share : List.of(Map.entry("fastest", 0.0), Map.entry("middle", 0.5), Map.entry("slowest", 1.0))) {
            var row = new ArrayList<Duration>();
            columns.forEach(column -> row.add(column.isEmpty() ? null : column.get((int) Math.round((column.size() - 1) * share.getValue()))));
            table.row(row(share.getKey(), row));
        }
        return table;
    }

    private static Object[] row(String name, List<Duration> times) {
        var row = new ArrayList<Object>();
        row.add(name);
        times.forEach(time -> row.add(seconds(time)));
        return row.toArray();
    }

    private static String seconds(Duration duration) {
        return duration == null ? "-" : "%.1f".formatted(duration.toMillis() / 1000.0);
    }
}
