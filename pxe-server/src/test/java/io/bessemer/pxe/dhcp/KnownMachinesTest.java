package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.RecordingDirectory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KnownMachinesTest {
    private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");

    private final RecordingDirectory directory = new RecordingDirectory();
    private final AtomicLong time = new AtomicLong();

    @Test
    void a_machine_that_was_just_enrolled_is_known_at_once() {
        var machines = new KnownMachines(directory, false, time::get);
        assertThat(machines.among(List.of(MAC))).isEmpty();
        directory.ramdiskFor(MAC.value());
        assertThat(machines.among(List.of(MAC))).containsExactly(MAC);
    }

    @Test
    void one_that_was_deleted_is_forgotten_within_seconds() {
        directory.ramdiskFor(MAC.value());
        var machines = new KnownMachines(directory, false, time::get);
        assertThat(machines.among(List.of(MAC))).containsExactly(MAC);
        directory.answers.clear();
        assertThat(machines.among(List.of(MAC))).as("not asked again yet").containsExactly(MAC);
        time.addAndGet(2_000_000_000);
        assertThat(machines.among(List.of(MAC))).isEmpty();
    }
}
