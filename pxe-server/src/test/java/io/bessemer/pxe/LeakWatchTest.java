package io.bessemer.pxe;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

class LeakWatchTest {
    @Test
    void a_buffer_that_was_lost_is_told_of() {
        lose();
        assertThatThrownBy(LeakWatch::requireNone).isInstanceOf(AssertionError.class).hasMessageContaining("1 buffers were not released")
                .hasMessageContaining("LeakWatchTest.lose");
        LeakWatch.requireNone();
    }

    private static void lose() {
        ByteBufAllocator.DEFAULT.buffer(64).writeLong(1);
    }
}
