package io.bessemer.pxe.rack;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A network namespace with a bridge, our server in a JVM inside it, and QEMU machines on taps.
final class QemuRack implements AutoCloseable {
    static final String DONE = "BESSEMER-RAMDISK-UP";

    /// @param bios      SeaBIOS, else OVMF
    /// @param nic       as QEMU's `-device` has it, without netdev and mac
    /// @param arguments more for QEMU
    record Machine(String name, boolean bios, String mac, String nic, List<String> arguments) {}

    /// @param sinceStart from when the machine was powered on
    record Event(Duration sinceStart, String text) {}

    private final String namespace = "bsmr-pxe-" + ProcessHandle.current().pid();
    private final Path work;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<Process> processes = new ArrayList<>();
    private Process server;
    private int taps;

    QemuRack(Path work) throws Exception {
        this.work = work;
        for (String tool : List.of("ip", "qemu-system-x86_64", "cpio", "busybox", "dpkg-deb", "dnsmasq")) {
            if (Stream.of(System.getenv("PATH").split(":")).noneMatch(directory -> Files.isExecutable(Path.of(directory, tool)))) {
                throw new AssertionError("this test needs the program " + tool + "; install its Debian package");
            }
        }
        run("ip", "netns", "add", namespace);
        run("ip", "-n", namespace, "link", "set", "lo", "up");
        run("ip", "-n", namespace, "link", "add", "br-prov", "type", "bridge", "stp_state", "0", "forward_delay", "0");
        run("ip", "-n", namespace, "addr", "add", "172.23.0.1/24", "dev", "br-prov");
        run("ip", "-n", namespace, "link", "set", "br-prov", "up");
        buildBootFiles();
    }

    /// @param mode `server`, or `proxy` beside a DHCP server that runs already
    void startServer(String mode, String... machines) throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", "-cp", classPath, RackServer.class.getName(), "br-prov", work.resolve("boot").toString(), mode));
        command.addAll(Arrays.asList(machines));
        server = new ProcessBuilder(command).redirectError(work.resolve("server.log").toFile()).start();
        processes.add(server);
        Process started = server;
        Thread.ofVirtual().start(() -> {
            try (BufferedReader reader = started.inputReader(StandardCharsets.UTF_8)) {
                reader.lines().forEach(lines::add);
            } catch (IOException ended) {
                lines.add("ENDED");
            }
        });
        String first = lines.poll(30, TimeUnit.SECONDS);
        if (!"READY".equals(first)) {
            throw new AssertionError("the server did not start: " + first + "\n" + Files.readString(work.resolve("server.log")));
        }
    }

    /// dnsmasq as the site's own DHCP server, at 172.23.0.2, with nothing to boot.
    void startSitesServer() throws Exception {
        run("ip", "-n", namespace, "link", "add", "site0", "type", "veth", "peer", "name", "site1");
        run("ip", "-n", namespace, "link", "set", "site1", "master", "br-prov", "up");
        run("ip", "netns", "add", site());
        run("ip", "-n", namespace, "link", "set", "site0", "netns", site());
        run("ip", "-n", site(), "addr", "add", "172.23.0.2/24", "dev", "site0");
        run("ip", "-n", site(), "link", "set", "site0", "up");
        run("ip", "-n", site(), "link", "set", "lo", "up");
        processes.add(inNamespace(site(), "dnsmasq.log", "dnsmasq", "--keep-in-foreground", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--interface=site0", "--bind-interfaces",
                "--no-ping", "--dhcp-authoritative", "--dhcp-range=172.23.0.50,172.23.0.60,10m", "--dhcp-leasefile=" + work.resolve("site.leases"), "--user=root", "--log-dhcp"));
    }

    /// A router with dnsmasq as DHCP relay: machines on `far0` of its namespace, 10.9.0.0/24, ask our server.
    void startRelay() throws Exception {
        run("ip", "-n", namespace, "link", "add", "site0", "type", "veth", "peer", "name", "site1");
        run("ip", "-n", namespace, "link", "set", "site1", "master", "br-prov", "up");
        run("ip", "netns", "add", site());
        run("ip", "-n", namespace, "link", "set", "site0", "netns", site());
        run("ip", "-n", site(), "addr", "add", "172.23.0.3/24", "dev", "site0");
        run("ip", "-n", site(), "link", "set", "site0", "up");
        run("ip", "-n", site(), "link", "set", "lo", "up");
        run("ip", "-n", site(), "link", "add", "far0", "type", "bridge", "stp_state", "0", "forward_delay", "0");
        run("ip", "-n", site(), "addr", "add", "10.9.0.1/24", "dev", "far0");
        run("ip", "-n", site(), "link", "set", "far0", "up");
        run("ip", "netns", "exec", site(), "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
        run("ip", "-n", namespace, "route", "add", "10.9.0.0/24", "via", "172.23.0.3");
        processes.add(inNamespace(site(), "relay.log", "dnsmasq", "--keep-in-foreground", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--dhcp-relay=10.9.0.1,172.23.0.1",
                "--user=root", "--log-dhcp"));
    }

    /// An address of our range that somebody took by hand.
    void occupy(String address) throws Exception {
        run("ip", "-n", namespace, "link", "add", "squat0", "type", "veth", "peer", "name", "squat1");
        run("ip", "-n", namespace, "link", "set", "squat1", "master", "br-prov", "up");
        run("ip", "netns", "add", site());
        run("ip", "-n", namespace, "link", "set", "squat0", "netns", site());
        run("ip", "-n", site(), "addr", "add", address + "/24", "dev", "squat0");
        run("ip", "-n", site(), "link", "set", "squat0", "up");
    }

    /// What a DHCP client of busybox has on a new port of the network behind [#startRelay], or of ours: its log.
    String udhcpc(boolean far, String mac, String... arguments) throws Exception {
        String client = namespace + "-c";
        run("ip", "netns", "add", client);
        try {
            String within = far ? site() : namespace;
            run("ip", "-n", within, "link", "add", "c0", "type", "veth", "peer", "name", "c1");
            run("ip", "-n", within, "link", "set", "c1", "master", far ? "far0" : "br-prov", "up");
            run("ip", "-n", within, "link", "set", "c0", "netns", client);
            run("ip", "-n", client, "link", "set", "c0", "address", mac, "up");
            var command = new ArrayList<>(List.of("ip", "netns", "exec", client, "busybox", "udhcpc", "-f", "-n", "-q", "-i", "c0", "-t", "5", "-T", "1", "-s", "/bin/true"));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            processes.add(process);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output;
        } finally {
            run("ip", "netns", "del", client);
        }
    }

    private String site() {
        return namespace + "-s";
    }

    private Process inNamespace(String where, String log, String... command) throws IOException {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", where));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(work.resolve(log).toFile()).start();
    }

    /// What the server said so far that has this in it, waited for.
    String awaitLine(String part, Duration patience) throws Exception {
        long until = System.nanoTime() + patience.toNanos();
        for (String line; System.nanoTime() < until; ) {
            line = lines.poll(100, TimeUnit.MILLISECONDS);
            if (line != null && line.contains(part)) {
                return line;
            }
        }
        throw new AssertionError("not said in " + patience + ": " + part + "\nServer log:\n" + Files.readString(work.resolve("server.log")));
    }

    /// Powers a machine on and gathers what the server sees until the ramdisk's word is on the serial console.
    List<Event> boot(Machine machine, Duration patience) throws Exception {
        long start = System.currentTimeMillis();
        Process qemu = powerOn(machine);
        Path serial = work.resolve(machine.name() + ".serial");
        var events = new ArrayList<Event>();
        try {
            while (true) {
                String line = lines.poll(100, TimeUnit.MILLISECONDS);
                if (line != null && line.startsWith("EVENT ") && line.contains(machine.mac())) {
                    String[] words = line.split(" ", 4);
                    events.add(new Event(Duration.ofMillis(Long.parseLong(words[1]) - start), words[3]));
                }
                Duration age = Duration.ofMillis(System.currentTimeMillis() - start);
                if (line == null && Files.exists(serial) && Files.readString(serial, StandardCharsets.ISO_8859_1).contains(DONE)) {
                    events.add(new Event(age, "serial " + DONE));
                    return events;
                }
                if (age.compareTo(patience) > 0 || !qemu.isAlive()) {
                    throw new AssertionError("%s did not reach its ramdisk in %s (alive: %s). Events: %s%nSerial console:%n%s%nServer log:%n%s".formatted(machine.name(), patience, qemu.isAlive(), events,
                            Files.exists(serial) ? Files.readString(serial, StandardCharsets.ISO_8859_1) : "none", Files.readString(work.resolve("server.log"))));
                }
            }
        } finally {
            qemu.destroyForcibly().waitFor();
        }
    }

    private Process powerOn(Machine machine) throws Exception {
        String tap = "tap" + taps++;
        run("ip", "-n", namespace, "tuntap", "add", tap, "mode", "tap");
        run("ip", "-n", namespace, "link", "set", tap, "master", "br-prov", "up");
        var command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, "qemu-system-x86_64", "-machine", machine.bios() ? "pc" : "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1",
                "-m", "512", "-boot", "strict=on", "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none", "-no-reboot",
                "-netdev", "tap,id=n0,ifname=" + tap + ",script=no,downscript=no", "-device", machine.nic() + ",netdev=n0,bootindex=1,mac=" + machine.mac(), "-device", "virtio-rng-pci",
                "-chardev", "file,id=s0,path=" + work.resolve(machine.name() + ".serial"), "-serial", "chardev:s0"));
        if (!machine.bios()) {
            Path variables = Files.copy(Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd"), work.resolve(machine.name() + ".vars"), StandardCopyOption.REPLACE_EXISTING);
            command.addAll(List.of("-drive", "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd", "-drive", "if=pflash,unit=1,format=raw,file=" + variables,
                    "-global", "ICH9-LPC.disable_s3=1"));
        }
        command.addAll(machine.arguments());
        Process qemu = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(work.resolve(machine.name() + ".qemu").toFile()).start();
        processes.add(qemu);
        return qemu;
    }

    /// Debian's cloud kernel, and an initramfs that says one word.
    private void buildBootFiles() throws Exception {
        Path boot = Files.createDirectories(work.resolve("boot"));
        Path cache = Files.createDirectories(Path.of("target", "qemu-kernel").toAbsolutePath());
        Path kernel = cache.resolve("vmlinuz");
        if (!Files.exists(kernel)) {
            runIn(cache, "sh", "-ec", "k=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends:/{print $2; exit}'); rm -f *.deb; apt-get download -q $k; "
                    + "dpkg-deb --fsys-tarfile ${k}_*.deb | tar -x ./boot; mv boot/vmlinuz-* vmlinuz; rm -rf boot *.deb");
        }
        Files.copy(kernel, boot.resolve("vmlinuz"));
        Path root = Files.createDirectories(work.resolve("root/bin")).getParent();
        Files.createDirectories(root.resolve("dev"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(root.resolve("init"), """
                #!/bin/busybox sh
                /bin/busybox mount -t devtmpfs dev /dev
                echo %s > /dev/ttyS0
                while :; do /bin/busybox sleep 60; done
                """.formatted(DONE));
        root.resolve("init").toFile().setExecutable(true);
        runIn(root, "sh", "-ec", "find . | cpio -o -H newc --quiet | gzip -1 > " + boot.resolve("initramfs"));
    }

    private static void run(String... command) throws Exception {
        runIn(Path.of("."), command);
    }

    private static void runIn(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed (this test needs root): " + output);
        }
    }

    /// What the server counted.
    String stopServer() throws Exception {
        server.getOutputStream().close();
        if (!server.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end");
        }
        return lines.stream().filter(line -> line.startsWith("COUNTERS ")).findFirst().orElse("");
    }

    @Override
    public void close() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        if (Files.exists(Path.of("/run/netns", site()))) {
            run("ip", "netns", "del", site());
        }
        run("ip", "netns", "del", namespace);
    }
}
