package io.bessemer.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogQuotaTest {
    @Test
    void so_many_lines_are_written_in_a_span_and_the_next_one_says_how_many_were_not() {
        AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
        LogQuota quota = new LogQuota(2, Duration.ofSeconds(1), time::get);
        assertThat(quota.next()).hasValue(0);
        assertThat(quota.next()).hasValue(0);
        assertThat(quota.next()).isEmpty();
        assertThat(quota.next()).isEmpty();
        time.addAndGet(999_999_999);
        assertThat(quota.next()).isEmpty();
        time.incrementAndGet();
        assertThat(quota.next()).hasValue(3);
        assertThat(quota.next()).hasValue(0);
        assertThat(quota.next()).isEmpty();
    }
}
