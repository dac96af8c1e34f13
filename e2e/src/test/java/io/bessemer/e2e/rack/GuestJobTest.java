package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.demo.MachineRun;
import io.bessemer.cli.demo.PhaseTable;
import io.bessemer.cli.demo.PoolTour;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Two machines become hosts of one pool. A guest with a disk is defined and started by the API on one of them, which is then drained: the
/// guest must come to the other while it runs. Many minutes, and a build before.
@Tag("root")
@Tag("qemu")
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuestJobTest {
    private static final String IMAGE = "kvm-host";
    private static final String POOL = "one-kvm";
    private static final String FROM = "bios-1";
    private static final String TO = "uefi-2";
    private static final String GUEST = "traveller";
    private static final int VOICE = 4555;
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Duration GUEST_LIMIT = Duration.ofMinutes(6);
    private static final int MEMORY_MIB = 2048;
    private static final byte[] ON_DISK = Arrays.copyOf("what the guest has on its disk".repeat(40_000).getBytes(StandardCharsets.US_ASCII), 1 << 20);

    /// Says its boot's own random id and its uptime on a port of its host, again and again: another boot has another id. Its disk is a volume
    /// of the host's storage pool.
    private static final String DOMAIN = """
            <domain type='kvm'>
              <memory unit='MiB'>128</memory>
              <vcpu>1</vcpu>
              <os>
                <type arch='x86_64' machine='pc'>hvm</type>
                <kernel>/vmlinuz</kernel>
                <initrd>/usr/lib/bessemer/canary.initrd</initrd>
                <cmdline>console=ttyS0 quiet rdinit=/bin/sh -- -c "mount -t proc p /proc; mount -t devtmpfs d /dev; while sleep 1; do echo up $(cat /proc/sys/kernel/random/boot_id) $(cut -d. -f1 /proc/uptime) &gt; /dev/ttyS1; done"</cmdline>
              </os>
              <features><acpi/></features>
              <devices>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='raw'/>
                  <source file='/var/lib/libvirt/images/traveller.raw'/>
                  <target dev='vda' bus='virtio'/>
                </disk>
                <serial type='pty'/>
                <serial type='tcp'><source mode='bind' host='0.0.0.0' service='%d'/><protocol type='raw'/></serial>
                <memballoon model='none'/>
                <controller type='usb' model='none'/>
              </devices>
            </domain>
            """.formatted(VOICE);

    private static TestRack rack;
    private static PoolTour tour;
    private static String uuid;
    private static Voice before;

    @RegisterExtension
    static final TestRack.Witness WITNESS = new TestRack.Witness(() -> rack);

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws Exception {
        rack = TestRack.startWith(IMAGE, "gst", List.of(), MachineSpec.of(1, Firmware.BIOS).withMemoryMib(MEMORY_MIB),
                MachineSpec.of(2, Firmware.UEFI).withMemoryMib(MEMORY_MIB));
        tour = new PoolTour(rack.client(), rack::inNetwork, Files.createDirectories(directory.resolve("pki")));
    }

    @AfterAll
    static void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    @Test
    @Order(1)
    void two_machines_become_hosts_of_one_pool() throws Exception {
        rack.client().post("/v1/host_profiles", Map.of("name", "kvm", "image", IMAGE, "hypervisor", "kvm"));
        rack.client().post("/v1/availability_zones", Map.of("name", "az1"));
        rack.client().post("/v1/host_pools", Map.of("name", POOL, "zone", "az1", "profile", "kvm", "size", 2,
                "limits", Map.of("max_changing", 2, "canary", false)));
        List<String> names = List.of(FROM, TO);
        List<MachineRun> runs = IntStream.range(0, 2).mapToObj(i -> new MachineRun(rack.target(names.get(i)), rack.client(), PoolTour.goal(i), LIMIT)).toList();
        List<Thread> threads = runs.stream().map(run -> Thread.ofVirtual().start(() -> quietly(run))).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        PhaseTable.stages(runs).print(Terminal.ofProcess());
        assertThat(runs).extracting(MachineRun::failure).containsOnly("");
        assertThat(host(FROM).path("pool").asString("")).isEqualTo(POOL);
        assertThat(host(TO).path("pool").asString("")).isEqualTo(POOL);
    }

    @Test
    @Order(2)
    void a_guest_is_defined_and_started_by_the_api_and_its_console_is_shown() throws Exception {
        Path content = Files.write(directory.resolve("traveller.raw"), ON_DISK);
        String uri = tour.uri(host(FROM));
        tour.virsh(uri, "vol-create-as", "default", "traveller.raw", ON_DISK.length + "b", "--format", "raw");
        tour.virsh(uri, "vol-upload", "traveller.raw", content.toString(), "--pool", "default");
        JsonNode defined = rack.client().post(guests(FROM), Map.of("name", GUEST, "xml", DOMAIN, "target_state", "running"));
        uuid = defined.path("uuid").asString("");
        JsonNode running = await("the guest to run on " + FROM, GUEST_LIMIT, FROM, guest -> guest.path("state").asString("").equals("running"));
        assertThat(running.path("name").asString("")).isEqualTo(GUEST);
        assertThat(running.at("/consoles/0").asString("")).startsWith("pty:/dev/pts/");
        before = listen(FROM);
        System.out.printf("The guest runs on %s: console %s, boot %s, up for %d s%n", FROM, running.at("/consoles/0").asString(""), before.boot, before.uptime);
    }

    @Test
    @Order(3)
    void the_host_is_drained_and_the_same_running_guest_is_on_the_other() throws Exception {
        long begin = System.nanoTime();
        rack.client().put("/v1/hypervisors/" + FROM + "/states", Map.of("target", "drain"));
        rack.client().patch("/v1/host_pools/" + POOL, List.of(Map.of("op", "replace", "path", "/size", "value", 1)));
        JsonNode moved = await("the guest to run on " + TO, GUEST_LIMIT, TO,
                guest -> guest.path("state").asString("").equals("running") && guest.path("target_state").asString("").equals("running") && guest.path("migration").isNull());
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        assertThat(moved.path("uuid").asString("")).isEqualTo(uuid);
        Voice after = listen(TO);
        System.out.printf("%d s after the drain was asked for it runs on %s: boot %s, up for %d s%n", seconds, TO, after.boot, after.uptime);
        assertThat(after.boot).as("it was not started anew").isEqualTo(before.boot);
        assertThat(after.uptime).as("its own clock went on").isGreaterThan(before.uptime);
        assertThat(after.uptime - before.uptime).as("and had not stood for long").isGreaterThan(seconds / 4);
        Path copy = directory.resolve("copy.raw");
        tour.virsh(tour.uri(host(TO)), "vol-download", "/var/lib/libvirt/images/traveller.raw", copy.toString());
        assertThat(Arrays.copyOf(Files.readAllBytes(copy), ON_DISK.length)).as("its disk came along").isEqualTo(ON_DISK);
        assertThat(rack.client().timeline(FROM, "").stream().map(event -> event.path("message").asString(""))).contains("Guest traveller moved to " + TO);
    }

    @Test
    @Order(4)
    void the_drained_host_leaves_and_the_guest_stays_where_it_is() throws Exception {
        Operator.await(FROM + " to leave its pool", LIMIT, () -> {
            String node = rack.client().node(FROM).path("provision_state").asString("");
            int members = rack.client().get("/v1/hypervisors?pool=" + POOL).path("hypervisors").size();
            return new Operator.Look(node.equals("available") && members == 1, "its node is '%s', the pool has %d members".formatted(node, members));
        });
        assertThat(host(TO).path("state").asString("")).isEqualTo("enabled");
        assertThat(listen(TO).boot).isEqualTo(before.boot);
        rack.client().delete(guests(TO) + "/" + GUEST);
        Operator.await("the guest to be removed", GUEST_LIMIT, () -> {
            int left = rack.client().get(guests(TO)).path("guests").size();
            return new Operator.Look(left == 0, "the host has %d guests".formatted(left));
        });
    }

    /// What the guest says of itself.
    ///
    /// @param boot   random, made by its kernel when it booted
    /// @param uptime in seconds, by its own clock
    private record Voice(String boot, long uptime) {}

    private static Voice listen(String host) throws Exception {
        String address = host(host).path("address").asString("");
        Process process = new ProcessBuilder(rack.inNetwork(List.of("timeout", "120", "bash", "-c",
                "exec 3<>/dev/tcp/%s/%d; head -n 3 <&3".formatted(address, VOICE)))).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        String[] words = text.lines().filter(line -> line.strip().matches("up [0-9a-f-]{36} [0-9]+")).reduce((_, last) -> last)
                .orElseThrow(() -> new AssertionError("the guest on %s says: %s".formatted(host, text))).strip().split(" ");
        return new Voice(words[1], Long.parseLong(words[2]));
    }

    private interface Wanted {
        boolean is(JsonNode guest);
    }

    private static JsonNode await(String what, Duration limit, String host, Wanted wanted) throws Exception {
        var found = new JsonNode[1];
        Operator.await(what, limit, () -> {
            String seen = "";
            for (String one : List.of(FROM, TO)) {
                for (JsonNode guest : rack.client().list(guests(one) + "?detail=true", "guests")) {
                    seen += " %s has it '%s', error %s, migration %s;".formatted(one, guest.path("state").asString(""), guest.path("error"), guest.path("migration"));
                    if (one.equals(host) && guest.path("uuid").asString("").equals(uuid) && wanted.is(guest)) {
                        found[0] = guest;
                    }
                }
            }
            return new Operator.Look(found[0] != null, "%s the host is '%s': %s".formatted(seen, host(FROM).path("state").asString(""), host(FROM).path("reason").asString("")));
        });
        return found[0];
    }

    private static String guests(String host) {
        return "/v1/hypervisors/" + host + "/guests";
    }

    private static JsonNode host(String node) throws Exception {
        return rack.client().get("/v1/hypervisors/" + node);
    }

    private static void quietly(MachineRun run) {
        try {
            run.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
