package io.bessemer.pxe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What it sends, whole and in ranges, is seen in [ContentServerTest], over the wire.
class FileSendingTest {
    @Test
    void a_file_must_be_read_at_1024_bytes_a_second_once_a_minute_has_passed() {
        assertThat(FileSending.tooSlow(TimeUnit.SECONDS.toNanos(60), 0)).isFalse();
        assertThat(FileSending.tooSlow(TimeUnit.SECONDS.toNanos(62), 1024)).isTrue();
        assertThat(FileSending.tooSlow(TimeUnit.HOURS.toNanos(1), 3600 * 1024)).isFalse();
        assertThat(FileSending.tooSlow(TimeUnit.HOURS.toNanos(1), 3500 * 1024)).isTrue();
    }
}
