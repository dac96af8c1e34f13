package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.demo.MachineRun;
import io.bessemer.cli.demo.PhaseTable;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.images.build.DebianHostImage;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The main job with a real distribution: Debian and its cloud-init. Minutes, and a build of minutes before.
@Tag("root")
@Tag("qemu")
@Tag("slow")
class DebianJobTest {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final int MEMORY_MIB = 1024;

    private static TestRack rack;

    @RegisterExtension
    static final TestRack.Witness WITNESS = new TestRack.Witness(() -> rack);

    @BeforeAll
    static void start() throws Exception {
        rack = TestRack.startWith(DebianHostImage.NAME, "deb", List.of(), MachineSpec.of(1, Firmware.BIOS).withMemoryMib(MEMORY_MIB),
                MachineSpec.of(2, Firmware.UEFI).withMemoryMib(MEMORY_MIB));
    }

    @AfterAll
    static void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    /// The proof is cloud-init's own call home, with the token that only the config drive has.
    @ParameterizedTest
    @ValueSource(strings = {"bios-1", "uefi-2"})
    void a_machine_becomes_a_debian_host(String name) throws Exception {
        var run = new MachineRun(rack.target(name), rack.client(), DebianHostImage.NAME, LIMIT);
        run.run();
        PhaseTable.stages(List.of(run)).print(Terminal.ofProcess());
        assertThat(run.failure()).isEmpty();
        assertThat(rack.console(name)).contains(" login:");
    }
}
