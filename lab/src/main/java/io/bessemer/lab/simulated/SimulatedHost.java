package io.bessemer.lab.simulated;

import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.JoinAnswer;
import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.protocol.key.Keys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A machine that runs what a pool deployed on it, with a compute agent of two threads: one keeps a report at the server until there are
/// other orders, one works and tells news. What the agent must not forget is on the machine's disk; guests are in its memory.
///
/// Reports are written out here as they go over the wire, and not by the protocol's records: a server that takes less than it did is found.
public final class SimulatedHost {
    static final String VERSION = "0.1.0-simulated";

    private static final int CPUS = 2;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(25);
    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(2);

    private final SimulatedMachineSpec machine;
    private final SimulatedDisk disk;
    private final Faults faults;
    private final Consumer<String> console;
    private final Object monitor = new Object();
    private final Map<String, Guest> guests = new LinkedHashMap<>();
    private Life agent;
    private boolean running;
    private boolean news;
    private volatile HostOrders orders;
    private volatile int joins;
    private volatile String refusal = "";

    SimulatedHost(SimulatedMachineSpec machine, SimulatedDisk disk, Faults faults, Consumer<String> console) {
        this.machine = machine;
        this.disk = disk;
        this.faults = faults;
        this.console = console;
    }

    /// @param memoryMib given to it
    public record Guest(UUID uuid, String name, int vcpus, long memoryMib) {}

    /// What the agent keeps on the disk.
    ///
    /// @param certificate PEM; null until it joined: the key is there before it is sent
    record Identity(String token, KeyPair keys, String certificate) {
        @Override
        public String toString() {
            return "Identity[joined=%s]".formatted(certificate != null);
        }
    }

    record Verification(long id, String state, List<Map<String, Object>> checks) {}

    // --- for those who play with it -------------------------------------------------------------------------------------

    /// `virsh start`.
    public Guest startGuest(String name, int vcpus, long memoryMib) {
        var guest = new Guest(UUID.randomUUID(), name, vcpus, memoryMib);
        synchronized (monitor) {
            if (!running) {
                throw new IllegalStateException("%s runs no operating system, and so no guest".formatted(machine.name()));
            }
            guests.put(name, guest);
        }
        ring();
        return guest;
    }

    /// `virsh shutdown`.
    public void shutDownGuest(String name) {
        synchronized (monitor) {
            guests.remove(name);
        }
        ring();
    }

    public List<Guest> guests() {
        synchronized (monitor) {
            return List.copyOf(guests.values());
        }
    }

    /// The last that the agent was given; empty before.
    public Optional<HostOrders> orders() {
        return Optional.ofNullable(orders);
    }

    /// How often an agent of this machine was given a certificate by a join, over all its lives.
    public int joins() {
        return joins;
    }

    /// What the server said when it turned the agent away last; empty when it never did.
    public String refusal() {
        return refusal;
    }

    /// What its config drive has for the agent.
    public Optional<JoinTicket> ticket() {
        return disk.ticket();
    }

    /// Its key and certificate, for those who would misuse them; empty until it joined.
    public Optional<HostWire.Member> member() {
        return disk.identity().filter(one -> one.certificate() != null).map(one -> new HostWire.Member(one.keys(), one.certificate()));
    }

    /// `kill -9` of the agent. Guests run on.
    public void killAgent() {
        synchronized (monitor) {
            if (endAgent()) {
                console.accept("compute agent killed");
            }
        }
    }

    public void startAgent() {
        synchronized (monitor) {
            if (running && agent == null && !faults.agentNeverJoins && disk.ticket().isPresent()) {
                agent = new Life();
                agent.begin();
            }
        }
    }

    // --- the machine ----------------------------------------------------------------------------------------------------

    void boot() {
        synchronized (monitor) {
            running = true;
        }
        startAgent();
    }

    void powerLost() {
        synchronized (monitor) {
            running = false;
            guests.clear(); // none starts by itself
            endAgent();
        }
    }

    private boolean endAgent() {
        if (agent == null) {
            return false;
        }
        agent.threads.forEach(Thread::interrupt);
        agent = null;
        return true;
    }

    // --- the agent ------------------------------------------------------------------------------------------------------

    /// From one start of the agent to its end. What happens at its end happens under the monitor, and what comes back later came to nobody.
    private final class Life {
        private final List<Thread> threads = new ArrayList<>();

        void begin() {
            orders = null; // it remembers what is on the disk
            threads.add(Thread.ofVirtual().name("host " + machine.name()).start(this::live));
        }

        private void requireAlive() throws InterruptedException {
            if (agent != this) {
                throw new InterruptedException();
            }
        }

        private void live() {
            try {
                enter();
                synchronized (monitor) {
                    requireAlive();
                    threads.add(Thread.ofVirtual().name("host work " + machine.name()).start(this::work));
                }
                keepReporting();
            } catch (InterruptedException e) {
                // killed, or the power was cut
            }
        }

        /// Joins, unless the disk says that it did: insists until it has.
        private void enter() throws InterruptedException {
            Duration pause = FIRST_RETRY;
            while (true) {
                try {
                    JoinTicket ticket = disk.ticket().orElseThrow(() -> new IOException("the config drive is gone"));
                    Identity mine = disk.identity().filter(kept -> kept.token().equals(ticket.token())).orElse(null);
                    if (mine == null) {
                        mine = new Identity(ticket.token(), Keys.generate(), null);
                        disk.keep(mine);
                    }
                    if (mine.certificate() == null) {
                        JoinAnswer answer = HostWire.anonymous(ticket).join(ticket.node(), ticket.token(), mine.keys(), machine.name());
                        synchronized (monitor) {
                            requireAlive();
                            disk.keep(new Identity(ticket.token(), mine.keys(), answer.certificate()));
                            joins++;
                        }
                        console.accept("joined pool " + ticket.pool());
                    }
                    return;
                } catch (IOException e) {
                    console.accept("cannot join: " + e.getMessage());
                } catch (HostWire.RefusedException e) {
                    refusal = e.getMessage();
                    console.accept("join refused: " + e.getMessage());
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException(e);
                }
                pause = pauseAndDouble(pause);
            }
        }

        private void keepReporting() throws InterruptedException {
            HostWire wire = wire();
            Duration pause = FIRST_RETRY;
            while (true) {
                try {
                    HostOrders known = orders;
                    exchange(wire, known == null ? Duration.ZERO : known.reportEvery().compareTo(LONGEST_WAIT) < 0 ? known.reportEvery() : LONGEST_WAIT);
                    pause = FIRST_RETRY;
                    continue;
                } catch (IOException e) {
                    console.accept("cannot report: " + e.getMessage());
                } catch (HostWire.RefusedException e) {
                    refusal = e.getMessage();
                    console.accept("report refused: " + e.getMessage());
                }
                pause = pauseAndDouble(pause);
            }
        }

        /// Runs the checks that are ordered, and tells what changed.
        private void work() {
            HostWire wire = wire();
            try {
                while (true) {
                    Optional<HostOrders.Verification> due;
                    synchronized (monitor) {
                        while (!news && due().isEmpty()) {
                            monitor.wait();
                        }
                        news = false;
                        due = due();
                    }
                    if (due.isPresent()) {
                        verify(wire, due.get());
                    } else {
                        tell(wire);
                    }
                }
            } catch (InterruptedException e) {
                // the agent ended
            }
        }

        /// The verification that is wanted and was not ended yet.
        private Optional<HostOrders.Verification> due() {
            return orders().filter(now -> now.phase() == HostPhase.VERIFYING).map(HostOrders::verification).filter(wanted -> !wanted.checks().isEmpty()
                    && disk.verification().filter(done -> done.id() == wanted.id() && !done.state().equals("running")).isEmpty());
        }

        private void verify(HostWire wire, HostOrders.Verification wanted) throws InterruptedException {
            List<Map<String, Object>> checks = new ArrayList<>();
            wanted.checks().forEach(check -> checks.add(check(check, "waiting", "", 0)));
            boolean failed = false;
            for (int i = 0; i < checks.size() && !failed; i++) {
                String name = wanted.checks().get(i);
                Duration lasts = faults.checkDurations.getOrDefault(name, faults.checkDuration);
                checks.set(i, check(name, "running", "", 0));
                disk.keep(new Verification(wanted.id(), "running", List.copyOf(checks)));
                tell(wire);
                if (!lastsUndisturbed(lasts, wanted.id())) {
                    return; // it is not wanted any more
                }
                String output = faults.failingChecks.get(name);
                failed = output != null;
                checks.set(i, check(name, failed ? "failed" : "passed", failed ? output : "simulated", lasts.toMillis() / 1000.0));
            }
            disk.keep(new Verification(wanted.id(), failed ? "failed" : "passed", List.copyOf(checks)));
            tell(wire);
        }

        /// @return whether the verification is still wanted then
        private boolean lastsUndisturbed(Duration time, long verification) throws InterruptedException {
            long end = System.nanoTime() + time.toNanos();
            synchronized (monitor) {
                while (due().filter(wanted -> wanted.id() == verification).isPresent()) {
                    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    if (left <= 0) {
                        return true;
                    }
                    monitor.wait(left);
                }
                return false;
            }
        }

        /// A report that does not wait. One that fails is told by the other thread's next one.
        private void tell(HostWire wire) throws InterruptedException {
            try {
                exchange(wire, Duration.ZERO);
            } catch (IOException | HostWire.RefusedException e) {
                synchronized (monitor) {
                    requireAlive();
                }
            }
        }

        private void exchange(HostWire wire, Duration wait) throws IOException, HostWire.RefusedException, InterruptedException {
            JoinTicket ticket = disk.ticket().orElseThrow(() -> new IOException("the config drive is gone"));
            Map<String, Object> report;
            synchronized (monitor) {
                requireAlive();
                report = report();
            }
            HostOrders answer = wire.report(ticket.node(), report, wait);
            synchronized (monitor) {
                requireAlive();
                boolean other = orders == null || !orders.id().equals(answer.id());
                orders = answer;
                if (answer.phase() == HostPhase.DRAINING && answer.shutDownGuests()) {
                    guests.clear();
                }
                if (other) {
                    console.accept("orders: " + answer.phase().wire());
                    news = true; // that they are followed
                    monitor.notifyAll();
                }
            }
        }
    }

    private static Map<String, Object> check(String name, String status, String detail, double seconds) {
        return new LinkedHashMap<>(Map.of("check", name, "status", status, "detail", detail, "seconds", seconds));
    }

    private HostWire wire() {
        JoinTicket ticket = disk.ticket().orElseThrow();
        return HostWire.of(ticket, member().orElseThrow());
    }

    private Map<String, Object> report() {
        List<Guest> all = guests();
        var report = new LinkedHashMap<String, Object>();
        report.put("version", VERSION);
        report.put("hostname", machine.name());
        report.put("time", Instant.now().toString());
        HostOrders known = orders;
        report.put("orders", known == null ? "" : known.id());
        report.put("first_boot", Map.of("status", faults.firstBootErrors.isEmpty() ? "done" : "error", "errors", faults.firstBootErrors));
        report.put("facts", facts());
        report.put("capacity", Map.of("vcpus", CPUS, "memory_mib", machine.memoryMib(), "disk_gib", disk.bytes() >> 30, "guests", all.size(),
                "vcpus_used", all.stream().mapToInt(Guest::vcpus).sum(), "memory_mib_used", all.stream().mapToLong(Guest::memoryMib).sum(), "disk_gib_used", 0));
        report.put("verification", disk.verification().map(done -> Map.of("id", done.id(), "state", done.state(), "checks", done.checks())).orElse(null));
        report.put("guests", all.stream().map(guest -> Map.of("uuid", guest.uuid().toString(), "name", guest.name(), "state", "running",
                "vcpus", guest.vcpus(), "memory_mib", guest.memoryMib())).toList());
        return report;
    }

    private Map<String, Object> facts() {
        return Map.of("os", "Simulated", "kernel", "simulated", "libvirt", "none", "qemu", "none", "uri", "qemu:///system",
                "cpu", Map.of("model", "Simulated", "threads", CPUS, "sockets", 1, "numa_nodes", 1, "virtualization", "vmx", "flags", List.of("lm", "vmx")),
                "memory_mib", machine.memoryMib(), "domain_types", List.of("kvm", "qemu"),
                "interfaces", List.of(Map.of("name", "eth0", "mac", machine.mac(), "addresses", List.of(), "up", true)));
    }

    private void ring() {
        synchronized (monitor) {
            news = true;
            monitor.notifyAll();
        }
    }

    private static Duration pauseAndDouble(Duration pause) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        Duration next = pause.multipliedBy(2);
        return next.compareTo(LONGEST_RETRY) < 0 ? next : LONGEST_RETRY;
    }
}
