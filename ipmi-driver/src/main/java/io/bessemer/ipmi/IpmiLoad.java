package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.node.NodeId;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.Bmc;
import io.bessemer.ipmi.command.GetChassisStatus;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.IpmiClient;
import io.bessemer.ipmi.session.IpmiSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Many BMCs asked at once, and what that costs: for `./bessemer bench ipmi`.
public final class IpmiLoad {
    /// machines whose sensors are read at a time
    private static final int SENSORS_AT_ONCE = 1000;
    /// of /proc, on every Linux
    private static final long TICK_NANOS = Duration.ofMillis(10).toNanos();

    private IpmiLoad() {
    }

    /// Whose CPU time it is. What is left of the process's is our own threads' and virtual threads'.
    private enum Part { COMPILER, EVENT_LOOP, MEMORY }

    /// What a phase took of the whole process.
    ///
    /// @param parts of the CPU time, to 10 ms; none where the system does not tell
    private record Cost(Duration wall, Duration cpu, Map<Part, Duration> parts) {
        static final Cost NONE = new Cost(Duration.ZERO, Duration.ZERO, Map.of());

        String line(String name, int count) {
            double micros = count == 0 ? 0 : cpu.toNanos() / 1e3 / count;
            return "%s %.3f s CPU, %.1f us each, %.3f s wall".formatted(name, seconds(cpu), micros, seconds(wall));
        }

        /// The mean of several rounds.
        Cost by(int rounds) {
            return rounds == 0 ? this : new Cost(wall.dividedBy(rounds), cpu.dividedBy(rounds), parts);
        }

        String split(String name) {
            double compiler = seconds(parts.getOrDefault(Part.COMPILER, Duration.ZERO));
            double loop = seconds(parts.getOrDefault(Part.EVENT_LOOP, Duration.ZERO));
            double memory = seconds(parts.getOrDefault(Part.MEMORY, Duration.ZERO));
            return "%s %.2f compiler, %.2f event loops, %.2f garbage collector, %.2f other threads".formatted(name, compiler, loop, memory,
                    Math.max(0, seconds(cpu) - compiler - loop - memory));
        }

        private static double seconds(Duration duration) {
            return duration.toNanos() / 1e9;
        }
    }

    private interface Phase {
        void run() throws InterruptedException;
    }

    private static Cost measured(Phase phase) throws InterruptedException {
        Map<Part, Long> before = threads();
        long cpu = cpuNanos();
        long wall = System.nanoTime();
        phase.run();
        Duration took = Duration.ofNanos(System.nanoTime() - wall);
        Duration used = Duration.ofNanos(cpuNanos() - cpu);
        Map<Part, Duration> parts = new EnumMap<>(Part.class);
        threads().forEach((part, nanos) -> parts.put(part, Duration.ofNanos(nanos - before.getOrDefault(part, 0L))));
        return new Cost(took, used, parts);
    }

    /// Polls each BMC once, which logs in, then `rounds` times more; and once more with another client, which logs in again, with the code compiled by then.
    ///
    /// @return a line for each phase, as scripts want them
    public static String poll(IpmiClient client, List<InetSocketAddress> machines, BmcAccess access, int rounds) throws InterruptedException {
        double start = cpuNanos() / 1e9;
        AtomicInteger failures = new AtomicInteger();
        Cost cold = measured(() -> round(client, machines, access, failures));
        Cost kept = rounds == 0 ? Cost.NONE : measured(() -> {
            for (int i = 0; i < rounds; i++) {
                round(client, machines, access, failures);
            }
        });
        long resident = residentBytes();
        try (IpmiClient second = new IpmiClient(client.settings())) {
            Cost warm = measured(() -> round(second, machines, access, failures));
            return """
                    %d BMCs, %d failures; the start of the process %.2f s CPU; %d MB resident with all sessions open
                    %s
                    %s
                    %s (a round of %d; the mean of %d)
                    %s
                    %s""".formatted(machines.size(), failures.get(), start, resident >> 20, cold.line("cold-login", machines.size()), cold.split("cold-split"),
                    kept.by(rounds).line("kept-poll", machines.size()), machines.size(), rounds, warm.line("warm-login", machines.size()), warm.split("warm-split"));
        }
    }

    private static void round(IpmiClient client, List<InetSocketAddress> machines, BmcAccess access, AtomicInteger failures) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(machines.size());
        for (InetSocketAddress machine : machines) {
            new Bmc(client, machine, access, true).ask(new GetChassisStatus()).whenComplete((answer, failure) -> {
                if (failure != null || answer instanceof Answer.Refused<?>) {
                    failures.incrementAndGet();
                }
                left.countDown();
            });
        }
        left.await();
    }

    /// Reads the sensors of each machine once, which logs in and reads the records that describe them, then `rounds` times more.
    ///
    /// @return a line for each phase, as scripts want them
    static String sensors(IpmiSettings settings, List<InetSocketAddress> machines, BmcAccess access, int rounds) throws InterruptedException {
        double start = cpuNanos() / 1e9;
        AtomicInteger failures = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        List<DriverNode> nodes = machines.stream().map(machine -> node(machine, access)).toList();
        try (IpmiHardwareType ipmi = new IpmiHardwareType(settings); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Cost first = measured(() -> readings(ipmi, nodes, threads, told, failures));
            int sensors = told.get();
            Cost again = rounds == 0 ? Cost.NONE : measured(() -> {
                for (int i = 0; i < rounds; i++) {
                    readings(ipmi, nodes, threads, told, failures);
                }
            });
            return """
                    %d BMCs, %d failures; the start of the process %.2f s CPU; %d MB resident; %d sensors
                    %s
                    %s
                    %s (a round of %d; the mean of %d)
                    %s""".formatted(machines.size(), failures.get(), start, residentBytes() >> 20, sensors, first.line("first-reading", machines.size()),
                    first.split("first-split"), again.by(rounds).line("known-records", machines.size()), machines.size(), rounds, again.split("known-split"));
        }
    }

    private static DriverNode node(InetSocketAddress machine, BmcAccess access) {
        Map<String, Object> info = Map.of("ipmi_address", machine.getAddress().getHostAddress(), "ipmi_port", machine.getPort(), "ipmi_username", access.username(),
                "ipmi_password", access.password());
        return new DriverNode(NodeId.of(UUID.randomUUID().toString()), machine.getHostString(), info, Map.of(), null, false);
    }

    private static void readings(IpmiHardwareType ipmi, List<DriverNode> nodes, ExecutorService threads, AtomicInteger told, AtomicInteger failures)
            throws InterruptedException {
        Semaphore atOnce = new Semaphore(SENSORS_AT_ONCE);
        CountDownLatch left = new CountDownLatch(nodes.size());
        for (DriverNode node : nodes) {
            atOnce.acquire();
            threads.execute(() -> {
                try {
                    List<Sensor> sensors = ipmi.management().sensors(node);
                    told.addAndGet((int) sensors.stream().filter(sensor -> sensor.reading() != null || sensor.state() != null).count());
                } catch (DriverException e) {
                    failures.incrementAndGet();
                } finally {
                    atOnce.release();
                    left.countDown();
                }
            });
        }
        left.await();
    }

    /// CPU time of this process so far.
    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system ? system.getProcessCpuTime() : 0;
    }

    /// CPU time of the threads that have names of ours or of the Java machine's.
    private static Map<Part, Long> threads() {
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String stat = Files.readString(task.resolve("stat"));
                    String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')).toLowerCase(Locale.ROOT);
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    long nanos = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NANOS;
                    Part part = name.contains("compiler") ? Part.COMPILER : name.startsWith("ipmi-") ? Part.EVENT_LOOP
                            : name.startsWith("vm thread") || name.startsWith("gc ") || name.startsWith("g1 ") ? Part.MEMORY : null;
                    if (part != null) {
                        parts.merge(part, nanos, Long::sum);
                    }
                } catch (IOException ended) {
                    continue;
                }
            }
        } catch (IOException notLinux) {
            return Map.of();
        }
        return parts;
    }

    private static long residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:")).mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10).findFirst().orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
