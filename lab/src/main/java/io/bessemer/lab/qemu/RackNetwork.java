package io.bessemer.lab.qemu;

import io.bessemer.core.program.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The two namespaces of a rack and the wires between them: one or two for provisioning, one for the BMCs.
///
/// ```
/// bsm-ID-dc    dc-prov 172.22.0.1/24   dc-prov2 172.22.2.1/24   dc-bmc 172.22.1.1/24
///                 |                       |                        |
/// bsm-ID-rack  br-prov + taps          br-prov2 + taps          br-bmc + an address for each machine
/// ```
final class RackNetwork {
    static final String BMC_INTERFACE = "dc-bmc";
    static final String BMC_NETWORK = "172.22.1.";
    private static final int FIRST_BMC = 10;
    private static final Duration END_OF_PROCESSES = Duration.ofSeconds(10);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PATIENCE_WITH_SHELLS = Duration.ofSeconds(3);

    private final String provisioner;
    private final String rack;

    RackNetwork(String rackId) {
        provisioner = "bsm-" + rackId + "-dc";
        rack = "bsm-" + rackId + "-rack";
    }

    static String bmcAddress(int slot) {
        return BMC_NETWORK + (FIRST_BMC + slot);
    }

    String provisionerNamespace() {
        return provisioner;
    }

    String rackNamespace() {
        return rack;
    }

    /// @param machines the network of each
    void create(List<ProvisioningNetwork> machines) throws IOException {
        run(List.of("ip", "netns", "add", provisioner));
        run(List.of("ip", "netns", "add", rack));
        inProvisioner("link set lo up");
        inRack("link set lo up");
        // inherited from the host, and two provisioning networks shall not meet
        run(words("ip netns exec " + provisioner + " sysctl -q -w net.ipv4.ip_forward=0"));
        var provisioning = EnumSet.copyOf(machines);
        for (String wire : Stream.concat(provisioning.stream().map(network -> network.wire), Stream.of("bmc")).toList()) {
            inRack("link add br-%s type bridge stp_state 0 forward_delay 0".formatted(wire));
            // both ends are made where they belong, so that the root namespace never sees them
            run(words("ip link add dc-%s netns %s type veth peer name up-%s netns %s".formatted(wire, provisioner, wire, rack)));
            inRack("link set up-%s master br-%s up".formatted(wire, wire));
            inRack("link set br-%s up".formatted(wire));
            inProvisioner("link set dc-%s up".formatted(wire));
        }
        for (ProvisioningNetwork network : provisioning) {
            inProvisioner("addr add %s/24 dev %s".formatted(network.address(), network.interfaceName()));
        }
        inProvisioner("addr add %s1/24 dev %s".formatted(BMC_NETWORK, BMC_INTERFACE));
        for (int slot = 1; slot <= machines.size(); slot++) {
            inRack("tuntap add tap%d mode tap".formatted(slot));
            inRack("link set tap%d master br-%s up".formatted(slot, machines.get(slot - 1).wire));
            inRack("addr add %s/24 dev br-bmc".formatted(bmcAddress(slot)));
        }
    }

    /// Removes both namespaces with everything that runs in them; also those that a crashed rack of the same id left.
    void remove() throws IOException, InterruptedException {
        for (String namespace : List.of(rack, provisioner)) {
            if (Files.exists(Path.of("/run/netns", namespace))) {
                endProcesses(namespace);
                run(List.of("ip", "netns", "delete", namespace));
            }
        }
    }

    /// Only the rack and what was started by [#command] live there, so all of it is ours to end.
    private static void endProcesses(String namespace) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            List<ProcessHandle> running = run(List.of("ip", "netns", "pids", namespace)).lines()
                    .filter(line -> !line.isBlank())
                    .flatMap(line -> ProcessHandle.of(Long.parseLong(line.strip())).stream())
                    .toList();
            long waited = System.nanoTime() - begin;
            if (running.isEmpty() || waited > END_OF_PROCESSES.toNanos()) {
                return;
            }
            // the shells that wait for QEMU end with it; killed first, they would leave it to nobody
            running.stream()
                    .filter(process -> waited > PATIENCE_WITH_SHELLS.toNanos() || !isShell(process))
                    .forEach(ProcessHandle::destroyForcibly);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean isShell(ProcessHandle process) {
        String program = process.info().command().orElse("");
        return program.endsWith("/dash") || program.endsWith("/sh") || program.endsWith("/bash");
    }

    List<String> command(String namespace, List<String> command) {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(command);
        return List.copyOf(all);
    }

    private void inProvisioner(String arguments) throws IOException {
        run(words("ip -n " + provisioner + " " + arguments));
    }

    private void inRack(String arguments) throws IOException {
        run(words("ip -n " + rack + " " + arguments));
    }

    private static String run(List<String> command) throws IOException {
        return Command.of(command).timeout(COMMAND_TIMEOUT).run();
    }

    private static List<String> words(String line) {
        return List.of(line.split(" "));
    }
}
