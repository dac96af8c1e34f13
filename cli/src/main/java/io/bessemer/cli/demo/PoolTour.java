package io.bessemer.cli.demo;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/// What a demo of pools shows: two availability zones with a pool each, and a guest that is started on one of their hosts, by libvirt over TLS.
public final class PoolTour {
    /// One for each rack, in turn.
    static final List<String> ZONES = List.of("az1", "az2");
    static final String GUEST = "first-guest";
    /// a pool's own default
    static final int CHANGING = 4;

    private static final String PROFILE = "kvm";
    private static final Duration VIRSH = Duration.ofMinutes(5);
    private static final Duration GUEST_SEEN = Duration.ofMinutes(2);

    private final BessemerClient client;
    private final UnaryOperator<List<String>> inNetwork;
    private final Path pki;

    /// @param inNetwork makes of a command the one that runs where hosts can be reached
    /// @param pki       a folder for the client's key and certificates; made anew
    public PoolTour(BessemerClient client, UnaryOperator<List<String>> inNetwork, Path pki) {
        this.client = client;
        this.inNetwork = inNetwork;
        this.pki = pki;
    }

    /// The goal of the machine with this index: a member of the pool of its rack.
    public static Goal.Member goal(int index) {
        return new Goal.Member(rack(index % ZONES.size()));
    }

    /// With a pool's own limits.
    public void definePools(String image, int machines) throws ApiException, InterruptedException {
        definePools(image, machines, CHANGING);
    }

    /// Defines zones, profile and pools; machines of the racks become members as soon as they are available.
    ///
    /// @param image    for the hosts
    /// @param machines that there will be
    /// @param changing that may be on their way at a time, in each pool
    public void definePools(String image, int machines, int changing) throws ApiException, InterruptedException {
        client.post("/v1/host_profiles", Map.of("name", PROFILE, "image", image, "hypervisor", "kvm"));
        for (int i = 0; i < Math.min(ZONES.size(), machines); i++) {
            int size = (machines - i + ZONES.size() - 1) / ZONES.size();
            client.post("/v1/availability_zones", Map.of("name", ZONES.get(i)));
            client.post("/v1/host_pools", Map.of("name", pool(i), "zone", ZONES.get(i), "profile", PROFILE, "size", size,
                    "selector", Map.of("racks", List.of(rack(i))), "limits", Map.of("max_changing", changing)));
        }
    }

    /// Starts a guest on a host, from the network of the hosts, and waits until Bessemer knows of it too.
    ///
    /// @param host a member's name
    /// @return what `virsh list` says
    public String startGuest(String host) throws ApiException, InterruptedException, IOException {
        JsonNode hypervisor = client.get("/v1/hypervisors/" + BessemerClient.segment(host));
        String uri = uri(hypervisor);
        Path domain = Files.writeString(pki.resolve(GUEST + ".xml"), DOMAIN.formatted(GUEST));
        virsh(uri, "create", domain.toString());
        awaitGuest(host);
        return virsh(uri, "list");
    }

    /// Gets a key and certificate for an operator, once.
    ///
    /// @return libvirt's URI of the host, for those who have them
    public String uri(JsonNode hypervisor) throws ApiException, InterruptedException, IOException {
        if (!Files.exists(pki.resolve("clientkey.pem"))) {
            JsonNode issued = client.post("/v1/client_certificates", Map.of("name", "demo"));
            Files.createDirectories(pki);
            Files.setPosixFilePermissions(pki, PosixFilePermissions.fromString("rwx------"));
            Files.writeString(pki.resolve("cacert.pem"), issued.path("ca").asString(""));
            Files.writeString(pki.resolve("clientcert.pem"), issued.path("certificate").asString(""));
            Files.writeString(pki.resolve("clientkey.pem"), issued.path("key").asString(""));
        }
        return "qemu+tls://%s/system?pkipath=%s".formatted(hypervisor.path("address").asString(""), pki.toAbsolutePath());
    }

    /// Runs `virsh` from the network of the hosts.
    public String virsh(String uri, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("virsh", "--connect", uri, "--quiet"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("virsh", ".out");
        try {
            Process process = new ProcessBuilder(inNetwork.apply(command)).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(VIRSH.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new CommandFailure("virsh %s did not end within %d s".formatted(arguments[0], VIRSH.toSeconds()));
            }
            String text = Files.readString(output).strip();
            if (process.exitValue() != 0) {
                throw new CommandFailure("virsh %s at %s failed: %s".formatted(arguments[0], uri, text));
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    /// Until Bessemer knows of the guest.
    void awaitGuest(String host) throws ApiException, InterruptedException {
        Instant end = Instant.now().plus(GUEST_SEEN);
        while (Instant.now().isBefore(end)) {
            for (JsonNode guest : client.get("/v1/hypervisors/" + BessemerClient.segment(host)).path("guests")) {
                if (guest.path("name").asString("").equals(GUEST) && guest.path("state").asString("").equals("running")) {
                    return;
                }
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
        throw new CommandFailure("%s runs the guest, but its agent did not report it within %d s".formatted(host, GUEST_SEEN.toSeconds()));
    }

    private static String rack(int index) {
        return "r" + (index + 1);
    }

    private static String pool(int index) {
        return ZONES.get(index) + "-kvm";
    }

    /// Boots the host's own kernel with the initramfs that the host verifies itself with, and stays: a shell at its console, `virsh console`.
    private static final String DOMAIN = """
            <domain type='kvm'>
              <name>%s</name>
              <memory unit='MiB'>256</memory>
              <vcpu>1</vcpu>
              <os>
                <type arch='x86_64' machine='pc'>hvm</type>
                <kernel>/vmlinuz</kernel>
                <initrd>/usr/lib/bessemer/canary.initrd</initrd>
                <cmdline>console=ttyS0 quiet rdinit=/bin/sh -- -c "while sleep 1; do sh -i; done"</cmdline>
              </os>
              <features><acpi/></features>
              <devices>
                <serial type='pty'/>
              </devices>
            </domain>
            """;
}
