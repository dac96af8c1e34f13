package io.bessemer.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.node.NodeResetBmc.Return;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NodeResetBmcTest {
    private static final Instant BEGUN = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    void a_BMC_that_still_answers_is_not_back_and_one_that_was_silent_is() {
        Return back = new Return(BEGUN);
        assertThat(back.answered(BEGUN.plusSeconds(3))).isFalse();
        back.silent();
        assertThat(back.answered(BEGUN.plusSeconds(9))).isTrue();
    }

    @Test
    void a_BMC_that_is_never_silent_is_taken_for_back_after_a_while() {
        Return back = new Return(BEGUN);
        assertThat(back.answered(BEGUN.plus(Return.STEADY).minusSeconds(1))).isFalse();
        assertThat(back.answered(BEGUN.plus(Return.STEADY))).isTrue();
    }
}
