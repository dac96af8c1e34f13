package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// A machine takes its image from the one beside it: real agents on real disks, over a real network.
@Tag("root")
@Tag("qemu")
class NeighbourJobTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String GIVER = "bios-1";
    private static final String TAKER = "bios-2";

    private static TestRack rack;
    private static Operator operator;

    @RegisterExtension
    static final TestRack.Witness WITNESS = new TestRack.Witness(() -> rack);

    @BeforeAll
    static void start() throws Exception {
        rack = TestRack.start("nbr", List.of("--bessemer.images.peers=true", "--bessemer.pxe.image-machines=1", "--bessemer.conductor.automated-clean=false"),
                MachineSpec.of(1, Firmware.BIOS), MachineSpec.of(2, Firmware.BIOS));
        operator = rack.operator();
    }

    @AfterAll
    static void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    /// Both hold: the first when it has its image, the second before, so that they meet however slow either boots.
    @Test
    void the_second_machine_takes_the_image_from_the_first_and_both_boot_from_it() throws Exception {
        Instant begin = Instant.now();
        for (String name : List.of(GIVER, TAKER)) {
            operator.enrol(rack.target(name), rack.target(name).mac());
            operator.request(name, "manage");
            operator.awaitState(name, "manageable", LIMIT);
            operator.request(name, "provide");
            operator.awaitState(name, "available", LIMIT);
            rack.client().patch("/v1/nodes/" + name, List.of(Map.of("op", "add", "path", "/instance_info", "value", Map.of("image_source", TestRack.IMAGE))));
            operator.request(name, "active", Map.of("configdrive", Map.of("meta_data", Map.of("hostname", name)),
                    "deploy_steps", List.of(Map.of("interface", "power", "step", "hold", "args", Map.of(), "priority", name.equals(GIVER) ? 70 : 90))));
        }
        operator.awaitState(TAKER, "deploy hold", LIMIT);
        operator.awaitState(GIVER, "deploy hold", LIMIT);
        operator.request(TAKER, "unhold");
        JsonNode done = operator.awaitEvent(List.of(TAKER), begin, event -> Operator.is(event, "command", "write_image-done"), "the second to have its image", LIMIT);
        long fromNeighbour = done.at("/details/from_neighbours_bytes").asLong(0);
        long fromServer = done.at("/details/from_server_bytes").asLong(-1);
        assertThat(fromServer).as("the chunk with the partition table, in which the giver's config drive is by now").isBetween(0L, (long) ImageManifest.CHUNK_SIZE);
        assertThat(fromNeighbour).as("all others").isGreaterThan(3 * fromServer).isGreaterThan(16 << 20);
        operator.request(GIVER, "unhold");
        for (String name : List.of(GIVER, TAKER)) {
            operator.awaitEvent(List.of(name), begin, event -> Operator.is(event, "host", "up"), "%s to report".formatted(name), LIMIT);
            assertThat(rack.console(name)).contains("hostname=" + name);
        }
        assertThat(operator.node(GIVER).at("/driver_internal_info/root_device/from_neighbours_bytes").asLong(-1)).isZero();
        assertThat(rack.serverLog()).doesNotContain(" ERROR ");
    }
}
