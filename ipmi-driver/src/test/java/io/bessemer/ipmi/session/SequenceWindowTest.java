package io.bessemer.ipmi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SequenceWindowTest {
    @Test
    void a_number_is_good_once() {
        SequenceWindow window = new SequenceWindow();
        assertThat(window.accept(5)).isTrue();
        assertThat(window.accept(5)).isFalse();
        assertThat(window.accept(8)).isTrue();
        assertThat(window.accept(7)).as("late, but not seen").isTrue();
        assertThat(window.accept(7)).isFalse();
        assertThat(window.accept(5)).isFalse();
        assertThat(window.accept(100)).isTrue();
        assertThat(window.accept(100 - 32)).as("too far behind").isFalse();
        assertThat(window.accept(100 - 31)).isTrue();
    }

    @Test
    void numbers_wrap_around() {
        SequenceWindow window = new SequenceWindow();
        assertThat(window.accept(-1)).isTrue();
        assertThat(window.accept(1)).isTrue();
        assertThat(window.accept(-1)).isFalse();
        assertThat(window.accept(-2)).isTrue();
    }

    @Test
    void the_breaker_opens_after_its_limit_and_stays_longer_each_time() {
        CircuitBreaker breaker = new CircuitBreaker(2, Duration.ofSeconds(10));
        assertThat(breaker.failed(0)).isFalse();
        assertThat(breaker.remaining(0)).isZero();
        assertThat(breaker.failed(0)).isTrue();
        assertThat(breaker.remaining(0)).isEqualTo(Duration.ofSeconds(10));
        long later = Duration.ofSeconds(10).toNanos();
        assertThat(breaker.remaining(later)).isZero();
        assertThat(breaker.failed(later)).isTrue();
        assertThat(breaker.remaining(later)).isEqualTo(Duration.ofSeconds(20));
        breaker.answered();
        assertThat(breaker.remaining(later)).isZero();
        assertThat(breaker.failed(later)).isFalse();
    }
}
