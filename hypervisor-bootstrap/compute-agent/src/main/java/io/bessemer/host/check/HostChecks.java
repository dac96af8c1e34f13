package io.bessemer.host.check;

import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.program.Command;
import io.bessemer.host.HostFacts;
import io.bessemer.host.HostFiles;
import io.bessemer.host.kind.Hypervisor;
import io.bessemer.host.layout.Bridge;
import io.bessemer.host.libvirt.Connection;
import io.bessemer.host.libvirt.Layout;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostReport.FirstBoot;
import io.bessemer.host.protocol.HostReport.FirstBootStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// The checks that the orders name, each by its own means.
public final class HostChecks {
    private static final Duration JOURNAL = Duration.ofSeconds(10);
    private static final Duration PROGRAM = Duration.ofSeconds(60);
    private static final int IFF_UP = 1; // net/if.h
    private static final long CLOCK_LIMIT_MILLIS = 5_000;

    private final HostFiles files;
    private final Supplier<Optional<Connection>> libvirt;
    private final Supplier<OptionalLong> clockOffsetMillis;
    private final Supplier<Optional<String>> layoutError;

    /// @param clockOffsetMillis from the server's clock
    /// @param layoutError       what of the orders could not be set up
    public HostChecks(HostFiles files, Supplier<Optional<Connection>> libvirt, Supplier<OptionalLong> clockOffsetMillis, Supplier<Optional<String>> layoutError) {
        this.files = files;
        this.libvirt = libvirt;
        this.clockOffsetMillis = clockOffsetMillis;
        this.layoutError = layoutError;
    }

    /// @param name  as in the orders
    /// @param limit for all of it
    /// @return what was found
    /// @throws IOException what is wrong, and what to do
    public String run(String name, HostOrders orders, Duration limit) throws IOException, InterruptedException {
        HostCheck check = HostCheck.fromWire(name).orElseThrow(
                () -> new IOException("this agent does not know the check '%s'. Take it out of the profile, or install an agent that knows it.".formatted(name)));
        Hypervisor hypervisor = Hypervisor.find(orders.hypervisor()).orElseThrow(
                () -> new IOException("this agent does not know the hypervisor '%s', but %s. Use an image whose agent has it (docs/adding-a-hypervisor.md)."
                        .formatted(orders.hypervisor(), String.join(", ", Hypervisor.names()))));
        return switch (check) {
            case FIRST_BOOT -> firstBoot(limit);
            case CPU -> cpu(hypervisor);
            case KVM_DEVICE -> kvmDevice(hypervisor);
            case VIRT_HOST_VALIDATE -> virtHostValidate(hypervisor);
            case LIBVIRT -> libvirt(hypervisor);
            case TIME -> time();
            case NETWORK -> network(orders);
            case STORAGE -> storage(orders);
            case CANARY -> new CanaryGuest(files).run(connection(), hypervisor, limit.compareTo(hypervisor.canaryLimit()) < 0 ? limit : hypervisor.canaryLimit());
        };
    }

    private String firstBoot(Duration limit) throws IOException, InterruptedException {
        var reader = new FirstBootReader(files);
        long end = System.nanoTime() + limit.toNanos();
        FirstBoot boot = reader.read();
        while (boot.status() == FirstBootStatus.RUNNING && System.nanoTime() < end) {
            Thread.sleep(1000);
            boot = reader.read();
        }
        return switch (boot.status()) {
            case DONE -> "cloud-init is done";
            case ERROR -> throw new IOException("cloud-init reports: %s. See /var/log/cloud-init-output.log".formatted(String.join("; ", boot.errors())));
            case RUNNING -> throw new IOException("cloud-init still runs; so far it reports: %s. See /var/log/cloud-init-output.log"
                    .formatted(boot.errors().isEmpty() ? "nothing" : String.join("; ", boot.errors())));
        };
    }

    private String cpu(Hypervisor hypervisor) throws IOException {
        String extension = HostFacts.virtualization(files);
        if (extension.equals("none") && hypervisor.needsKvm()) {
            throw new IOException("the CPU has neither vmx nor svm. Switch virtualization on in the firmware, or use the hypervisor qemu.");
        }
        return extension.equals("none") ? "no extension; " + hypervisor.name() + " does without" : extension;
    }

    private static String kvmDevice(Hypervisor hypervisor) throws IOException {
        if (!hypervisor.needsKvm()) {
            return hypervisor.name() + " does without";
        }
        KvmDevice kvm = KvmDevice.ask();
        if (kvm.error() != null) {
            throw new IOException(kvm.error());
        }
        return "API version " + kvm.apiVersion();
    }

    private static String virtHostValidate(Hypervisor hypervisor) throws IOException {
        Optional<String> kind = hypervisor.validated();
        if (kind.isEmpty()) {
            return "virt-host-validate does not know " + hypervisor.name();
        }
        // it ends with 1 when it has a FAIL to tell of, on standard output
        List<String> lines = Command.of("sh", "-c", "virt-host-validate \"$1\" 2>&1 || [ $? = 1 ]", "sh", kind.get()).timeout(PROGRAM).run()
                .replaceAll("\u001b\\[[0-9;]*m", "").lines().map(line -> line.strip().replaceAll("\\s+", " ")).toList();
        List<String> failures = lines.stream().filter(line -> line.contains(": FAIL"))
                .filter(line -> hypervisor.expectedFailures().stream().noneMatch(line::contains)).toList();
        if (!failures.isEmpty()) {
            throw new IOException(String.join("\n", failures));
        }
        if (lines.stream().noneMatch(line -> line.contains(": PASS"))) {
            throw new IOException("virt-host-validate found nothing to pass: " + String.join("\n", lines));
        }
        return "no FAIL in %d lines%s".formatted(lines.size(),
                String.join("", lines.stream().filter(line -> line.contains(": WARN")).map(line -> "\n" + line).toList()));
    }

    private String libvirt(Hypervisor hypervisor) throws IOException {
        Connection connection = connection();
        List<String> types = connection.domainTypes();
        String type = hypervisor.domainType();
        if (!types.contains(type)) {
            throw new IOException("libvirt offers the domain types %s, not %s%s".formatted(types, type, !type.equals("kvm") ? ""
                    : ". Switch virtualization on in the firmware, or give the profile the hypervisor qemu, which emulates."));
        }
        if (hypervisor.uri().startsWith("qemu:")) {
            connection.domainCapabilities(type); // throws when no emulator runs it
        }
        return "libvirt %s, hypervisor %s, domain types %s".formatted(connection.libraryVersion(), connection.hypervisorVersion(), String.join(", ", types));
    }

    /// Agreement with the server is what certificates and logs need, so a host without a time source passes as long as it agrees.
    private String time() throws IOException {
        boolean synchronizedByNtp = Command.of("timedatectl", "show", "--property=NTPSynchronized", "--value").timeout(PROGRAM).run().strip().equals("yes");
        long offset = clockOffsetMillis.get().orElseThrow(() -> new IOException("the server's answers have no date to compare with"));
        String distance = "%.1f s from the server's clock".formatted(offset / 1000.0);
        if (Math.abs(offset) > CLOCK_LIMIT_MILLIS) {
            throw new IOException("the clock is %s, more than %d s%s. Give the host a time server (DHCP option 42, or /etc/systemd/timesyncd.conf), and see that the server has one."
                    .formatted(distance, CLOCK_LIMIT_MILLIS / 1000, synchronizedByNtp ? ", although synchronized by NTP" : ""));
        }
        return synchronizedByNtp ? "synchronized by NTP, " + distance : "not synchronized by NTP, but " + distance;
    }

    private String network(HostOrders orders) throws IOException {
        var layout = new Layout(connection());
        var found = new ArrayList<String>();
        for (HostOrders.Network network : orders.networks()) {
            if (!layout.networkActive(network.name())) {
                throw new IOException("libvirt's network %s is not active%s".formatted(network.name(), reason()));
            }
            Optional<String> flags = files.text("/sys/class/net/%s/flags".formatted(network.bridge())); // as in 0x1003
            // not Java's isUp: a bridge without guests has no carrier
            if (flags.isEmpty() || (Integer.decode(flags.get()) & IFF_UP) == 0) {
                throw new IOException("the bridge %s of network %s is %s%s".formatted(network.bridge(), network.name(), flags.isEmpty() ? "missing" : "down", reason()));
            }
            if (network.nic() != null && !new Bridge(files, network).isUp()) {
                throw new IOException("the bridge %s of network %s has no port %s, or no address%s"
                        .formatted(network.bridge(), network.name(), network.nic(), reason()));
            }
            found.add("%s on %s%s".formatted(network.name(), network.bridge(), network.nic() == null ? "" : " with " + network.nic()));
        }
        return found.isEmpty() ? "none is asked for" : String.join(", ", found);
    }

    private String storage(HostOrders orders) throws IOException {
        var layout = new Layout(connection());
        var found = new ArrayList<String>();
        for (HostOrders.StoragePool pool : orders.storagePools()) {
            if (!layout.storagePoolActive(pool.name())) {
                throw new IOException("libvirt's storage pool %s is not active%s".formatted(pool.name(), reason()));
            }
            Path probe = files.path(pool.path()).resolve(".bessemer-check");
            Files.write(probe, new byte[4096]);
            Files.delete(probe);
            found.add("%s at %s, %d GiB free".formatted(pool.name(), pool.path(), Files.getFileStore(files.path(pool.path())).getUsableSpace() >> 30));
        }
        return found.isEmpty() ? "none is asked for" : String.join(", ", found);
    }

    private String reason() {
        return layoutError.get().map(error -> ". What was tried: " + error).orElse(". See journalctl -u bessemer-compute-agent -u libvirtd");
    }

    private Connection connection() throws IOException {
        return libvirt.get().orElseThrow(() -> new IOException("libvirt does not answer%s. See journalctl -u libvirtd".formatted(lastWords())));
    }

    /// What libvirtd complained about last, so that nobody has to log in for it.
    private static String lastWords() {
        try {
            String words = Command.of("journalctl", "--unit", "libvirtd", "--lines", "3", "--priority", "err", "--output", "cat", "--no-pager", "--quiet")
                    .timeout(JOURNAL).run().strip();
            return words.isEmpty() ? "" : "; libvirtd says: " + words.replace('\n', ' ');
        } catch (IOException e) {
            return "";
        }
    }
}
