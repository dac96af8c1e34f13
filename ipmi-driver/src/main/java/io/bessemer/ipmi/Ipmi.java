package io.bessemer.ipmi;

import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.Bmc;
import io.bessemer.ipmi.command.ChassisControl;
import io.bessemer.ipmi.command.GetBootFlags;
import io.bessemer.ipmi.command.GetChassisStatus;
import io.bessemer.ipmi.command.GetDeviceId;
import io.bessemer.ipmi.command.RawCommand;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.IpmiClient;
import io.bessemer.ipmi.session.IpmiException;
import io.bessemer.ipmi.session.IpmiSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// One BMC by hand, and many for measuring: `Ipmi ADDRESS[:PORT] USER COMMAND`, the password in `IPMI_PASSWORD`.
///
/// Needs no server and no database.
public final class Ipmi {
    private static final String USAGE = """
            usage: Ipmi ADDRESS[:PORT] USER status|id|bootdev|on|off|cycle|reset|soft|nmi
                   Ipmi ADDRESS[:PORT] USER raw 0x06 0x01 [...]
                   Ipmi ADDRESS[:PORT] USER poll MACHINES ROUNDS     (ADDRESS and those after it)
            The password is taken from the environment variable IPMI_PASSWORD.""";

    private Ipmi() {
    }

    /// What a phase took of the whole process.
    public record Cost(Duration wall, Duration cpu) {
        private static final Cost NONE = new Cost(Duration.ZERO, Duration.ZERO);

        double microsEach(int count) {
            return count == 0 ? 0 : cpu.toNanos() / 1e3 / count;
        }
    }

    /// What polling cost.
    ///
    /// @param startCpu  CPU time of the Java machine before the first packet
    /// @param coldLogin a login with a first poll of every BMC, in a process that has just begun, most of which is compilation
    /// @param kept      the polls in kept sessions after it
    /// @param warmLogin as `coldLogin`, by a client of its own, once the code is compiled
    /// @param residentBytes the most that the process had in memory until then, with all sessions open; 0 where the system does not tell
    public record PollFigures(int machines, int polls, int failures, Duration startCpu, Cost coldLogin, Cost kept, Cost warmLogin,
            long residentBytes) {
        /// The figures of one line each, as scripts want them.
        @Override
        public String toString() {
            return """
                    %d BMCs, %d failures; the start of the process %.2f s CPU; %d MB resident with all sessions open
                    cold-login %.3f s CPU, %.1f us each, %.3f s wall
                    kept-poll %.3f s CPU, %.1f us each, %.3f s wall (a round of %d; the mean of %d)
                    warm-login %.3f s CPU, %.1f us each, %.3f s wall""".formatted(machines, failures, seconds(startCpu), residentBytes >> 20,
                    seconds(coldLogin.cpu), coldLogin.microsEach(machines), seconds(coldLogin.wall),
                    kept.microsEach(polls) * machines / 1e6, kept.microsEach(polls), seconds(kept.wall) * machines / Math.max(1, polls), machines, polls / machines,
                    seconds(warmLogin.cpu), warmLogin.microsEach(machines), seconds(warmLogin.wall));
        }

        private static double seconds(Duration duration) {
            return duration.toNanos() / 1e9;
        }
    }

    /// Polls each BMC once, which logs in, then `rounds` times more, with at most `atOnce` polls under way; and once more with another client, which logs in again.
    public static PollFigures poll(IpmiClient client, List<InetSocketAddress> machines, BmcAccess access, int rounds, int atOnce) throws InterruptedException {
        Duration start = Duration.ofNanos(cpuNanos());
        AtomicInteger failures = new AtomicInteger();
        Cost cold = measured(() -> round(client, machines, access, atOnce, failures));
        Cost kept = rounds == 0 ? Cost.NONE : measured(() -> {
            for (int i = 0; i < rounds; i++) {
                round(client, machines, access, atOnce, failures);
            }
        });
        long resident = residentBytes();
        try (IpmiClient second = new IpmiClient(client.settings())) {
            Cost warm = measured(() -> round(second, machines, access, atOnce, failures));
            return new PollFigures(machines.size(), machines.size() * rounds, failures.get(), start, cold, kept, warm, resident);
        }
    }

    private interface Phase {
        void run() throws InterruptedException;
    }

    private static Cost measured(Phase phase) throws InterruptedException {
        long cpu = cpuNanos();
        long wall = System.nanoTime();
        phase.run();
        return new Cost(Duration.ofNanos(System.nanoTime() - wall), Duration.ofNanos(cpuNanos() - cpu));
    }

    private static void round(IpmiClient client, List<InetSocketAddress> machines, BmcAccess access, int atOnce, AtomicInteger failures)
            throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        CountDownLatch left = new CountDownLatch(machines.size());
        for (int i = 0; i < Math.min(atOnce, machines.size()); i++) {
            pollNext(client, machines, access, next, left, failures);
        }
        left.await();
    }

    private static void pollNext(IpmiClient client, List<InetSocketAddress> machines, BmcAccess access, AtomicInteger next, CountDownLatch left,
            AtomicInteger failures) {
        int index = next.getAndIncrement();
        if (index >= machines.size()) {
            return;
        }
        new Bmc(client, machines.get(index), access, true).ask(new GetChassisStatus()).whenComplete((answer, failure) -> {
            if (failure != null || answer instanceof Answer.Refused<?>) {
                failures.incrementAndGet();
            }
            left.countDown();
            pollNext(client, machines, access, next, left, failures);
        });
    }

    /// CPU time of this process so far.
    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system ? system.getProcessCpuTime() : 0;
    }

    private static long residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:")).mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10).findFirst().orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.exit(run(arguments, System.getenv(), System.out, System.err));
    }

    static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) throws InterruptedException {
        if (arguments.length < 3) {
            err.println(USAGE);
            return 2;
        }
        try (IpmiClient client = new IpmiClient(IpmiSettings.defaults())) {
            InetSocketAddress address = address(arguments[0]);
            BmcAccess access = BmcAccess.of(arguments[1], environment.getOrDefault("IPMI_PASSWORD", ""));
            Bmc bmc = new Bmc(client, address, access, false);
            Answer<?> answer = switch (arguments[2]) {
                case "status" -> bmc.run(new GetChassisStatus());
                case "id" -> bmc.run(new GetDeviceId());
                case "bootdev" -> bmc.run(new GetBootFlags());
                case "on" -> bmc.run(new ChassisControl(ChassisControl.Action.ON));
                case "off" -> bmc.run(new ChassisControl(ChassisControl.Action.OFF));
                case "cycle" -> bmc.run(new ChassisControl(ChassisControl.Action.CYCLE));
                case "reset" -> bmc.run(new ChassisControl(ChassisControl.Action.RESET));
                case "soft" -> bmc.run(new ChassisControl(ChassisControl.Action.SOFT_OFF));
                case "nmi" -> bmc.run(new ChassisControl(ChassisControl.Action.DIAGNOSTIC_INTERRUPT));
                case "raw" -> bmc.run(RawCommand.parse(String.join(" ", Arrays.copyOfRange(arguments, 3, arguments.length))));
                case "poll" -> new Answer.Done<>(poll(client, after(address, Integer.parseInt(arguments[3])), access, Integer.parseInt(arguments[4]), Integer.MAX_VALUE));
                default -> throw new IllegalArgumentException("'%s' is not a command\n%s".formatted(arguments[2], USAGE));
            };
            return switch (answer) {
                case Answer.Done<?>(byte[] data) -> {
                    out.println(HexFormat.ofDelimiter(" ").formatHex(data));
                    yield 0;
                }
                case Answer.Done<?> done -> {
                    out.println(done.value() == null ? "done" : done.value());
                    yield 0;
                }
                case Answer.Refused<?> refused -> {
                    err.println("The BMC refused: completion code " + refused.code());
                    yield 1;
                }
            };
        } catch (IpmiException e) {
            err.println("BMC %s: %s (%s)".formatted(arguments[0], e.getMessage(), e.reason()));
            return 1;
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException | UnknownHostException e) {
            err.println(e.getMessage());
            return 2;
        }
    }

    private static InetSocketAddress address(String text) throws UnknownHostException {
        int colon = text.indexOf(':') == text.lastIndexOf(':') ? text.lastIndexOf(':') : -1;
        int port = colon < 0 ? IpmiDriverInfo.DEFAULT_PORT : Integer.parseInt(text.substring(colon + 1));
        return new InetSocketAddress(InetAddress.getByName(colon < 0 ? text : text.substring(0, colon)), port);
    }

    private static List<InetSocketAddress> after(InetSocketAddress first, int count) throws UnknownHostException {
        byte[] bytes = first.getAddress().getAddress();
        List<InetSocketAddress> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new InetSocketAddress(InetAddress.getByAddress(bytes), first.getPort()));
            for (int at = bytes.length - 1; at >= 0 && ++bytes[at] == 0; at--) {
                continue;
            }
        }
        return all;
    }
}
