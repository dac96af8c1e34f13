package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import io.bessemer.lab.qemu.QemuMachine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Two disks become one, hold a system that boots from them, and become two again: a mirror of whole disks by BIOS, and by UEFI a mirror of partitions with
/// stripes beside it.
@Tag("root")
@Tag("qemu")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RaidJobTest {
    private static final String BIOS = "bios-1";
    private static final String UEFI = "uefi-2";
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int COMPARED_BYTES = 24 << 20;

    private static TestRack rack;
    private static Operator operator;

    @RegisterExtension
    static final TestRack.Witness WITNESS = new TestRack.Witness(() -> rack);

    @BeforeAll
    static void start() throws Exception {
        rack = TestRack.start("raid", List.of(), MachineSpec.of(1, Firmware.BIOS).withDisks(2).withDiskBytes(2L << 30),
                MachineSpec.of(2, Firmware.UEFI).withDisks(2).withDiskBytes(4L << 30));
        operator = rack.operator();
        for (String name : List.of(BIOS, UEFI)) {
            operator.enrol(rack.target(name), rack.machine(name).spec().mac());
            rack.client().patch("/v1/nodes/" + name, List.of(Map.of("op", "add", "path", "/raid_interface", "value", "agent"),
                    Map.of("op", "add", "path", "/driver_info/agent_burnin_vm_vm-bytes", "value", "16M"))); // emulated memory is slow
            operator.request(name, "manage");
            operator.awaitState(name, "manageable", LIMIT);
        }
    }

    @AfterAll
    static void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    @Test
    @Order(1)
    void a_mirror_is_made_of_two_disks_and_told() throws Exception {
        make(BIOS, Map.of("raid_level", "1", "size_gb", "MAX"));
        JsonNode node = operator.node(BIOS);
        JsonNode disk = node.at("/raid_config/logical_disks/0");
        assertThat(disk.path("raid_level").asString("")).isEqualTo("1");
        assertThat(disk.path("controller").asString("")).isEqualTo("software");
        assertThat(disk.path("size_gb").asInt(0)).isEqualTo(1); // and almost another
        assertThat(disk.path("members").toString()).isEqualTo("[\"/dev/vda\",\"/dev/vdb\"]");
        assertThat(node.at("/raid_config/last_updated").asString("")).isNotEmpty();
        assertThat(node.at("/properties/root_device/serial").asString("")).isEqualTo(disk.path("uuid").asString("-"));
    }

    @Test
    @Order(2)
    void a_system_is_written_to_the_mirror_and_boots_from_it_by_bios() throws Exception {
        deploy(BIOS);
        assertThat(operator.node(BIOS).at("/driver_internal_info/root_device/device").asString("")).isEqualTo("/dev/md0");
        assertThat(rack.console(BIOS)).contains("BOOTED-FROM-DISK fw=bios root=/dev/md");
        QemuMachine machine = rack.machine(BIOS);
        byte[] first = head(machine, 1);
        assertThat(Arrays.equals(first, head(machine, 2))).as("each disk has the system").isTrue();
        assertThat(Arrays.equals(first, new byte[first.length])).isFalse();
    }

    @Test
    @Order(3)
    void the_mirror_outlives_its_user_and_goes_when_it_is_told_to() throws Exception {
        operator.request(BIOS, "deleted");
        operator.awaitState(BIOS, "available", LIMIT);
        assertThat(operator.node(BIOS).at("/raid_config/logical_disks").size()).as("cleaning wipes what is on it").isEqualTo(1);
        operator.request(BIOS, "manage");
        operator.awaitState(BIOS, "manageable", LIMIT);
        operator.request(BIOS, "clean", Map.of("clean_steps", List.of(Map.of("interface", "raid", "step", "delete_configuration"),
                Map.of("interface", "deploy", "step", "burnin_memory", "args", Map.of("seconds", 1)))));
        operator.awaitState(BIOS, "manageable", LIMIT);
        JsonNode node = operator.node(BIOS);
        assertThat(node.path("raid_config").isEmpty()).isTrue();
        assertThat(node.at("/properties/root_device").isObject()).isFalse();
        assertThat(node.at("/driver_internal_info/burnin_results/burnin_memory/bytes").asLong(0)).isEqualTo(16L << 20);
        assertThat(rack.client().explanation(BIOS).path("summary").asString("")).contains("It passed burnin_memory: ");
        for (int number = 1; number <= 2; number++) {
            byte[] head = head(rack.machine(BIOS), number);
            assertThat(Arrays.equals(head, 0, 512, new byte[512], 0, 512)).as("no partition table is left").isTrue();
        }
    }

    @Test
    @Order(4)
    void by_uefi_a_mirror_boots_that_shares_its_disks_with_stripes() throws Exception {
        make(UEFI, Map.of("raid_level", "1", "size_gb", 1, "is_root_volume", true, "volume_name", "system"), Map.of("raid_level", "0", "size_gb", "MAX"));
        JsonNode config = operator.node(UEFI).path("raid_config").path("logical_disks");
        assertThat(config.at("/0/members").toString()).isEqualTo("[\"/dev/vda2\",\"/dev/vdb2\"]");
        assertThat(config.at("/1/members").toString()).isEqualTo("[\"/dev/vda3\",\"/dev/vdb3\"]");
        assertThat(config.at("/1/size_gb").asInt(0)).isGreaterThanOrEqualTo(4);
        deploy(UEFI);
        assertThat(rack.console(UEFI)).contains("BOOTED-FROM-DISK fw=uefi root=/dev/md");
    }

    @SafeVarargs
    private static void make(String name, Map<String, Object>... logicalDisks) throws Exception {
        rack.client().put("/v1/nodes/" + name + "/states/raid", Map.of("logical_disks", List.of(logicalDisks)));
        operator.request(name, "clean", Map.of("clean_steps", List.of(Map.of("interface", "raid", "step", "create_configuration"))));
        operator.awaitState(name, "manageable", LIMIT);
    }

    private static void deploy(String name) throws Exception {
        operator.request(name, "provide");
        operator.awaitState(name, "available", LIMIT);
        operator.requestDeploy(name);
        operator.awaitState(name, "active", LIMIT);
        Operator.await("its own system to report", LIMIT, () -> {
            boolean up = operator.timeline(name).stream().anyMatch(event -> Operator.is(event, "host", "up"));
            return new Operator.Look(up, "its console ends with: " + rack.machine(name).serialTail(3));
        });
    }

    private static byte[] head(QemuMachine machine, int number) throws IOException {
        try (var file = new RandomAccessFile(machine.disk(number).toFile(), "r")) {
            byte[] bytes = new byte[COMPARED_BYTES];
            file.readFully(bytes);
            return bytes;
        }
    }
}
