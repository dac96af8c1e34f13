package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.MacAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StormGuardTest {
    @Test
    void one_machine_in_a_loop_is_held_back_and_others_are_not() {
        var time = new AtomicLong(-5_000_000_000L);
        var guard = new StormGuard(time::get);
        var storming = new MacAddress("52:54:00:00:00:01");
        int admitted = 0;
        for (int i = 0; i < 10_000; i++) {
            admitted += guard.admits(storming) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(StormGuard.LIMIT);
        assertThat(guard.admits(new MacAddress("52:54:00:00:00:02"))).isTrue();
        time.addAndGet(1_000_000_000);
        assertThat(guard.admits(storming)).as("in the next second").isTrue();
    }
}
