package io.bessemer.pxe.tftp;

import static io.bessemer.pxe.tftp.TftpTurns.Turn.KNOWN;
import static io.bessemer.pxe.tftp.TftpTurns.Turn.LATER;
import static io.bessemer.pxe.tftp.TftpTurns.Turn.NEVER;
import static io.bessemer.pxe.tftp.TftpTurns.Turn.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TftpTurnsTest {
    private final TftpTurns<String> turns = new TftpTurns<>(2, 3);

    @Test
    void requests_are_served_in_the_order_in_which_they_came_and_repeats_are_the_same_request() {
        assertThat(turns.ask("a", 0)).isEqualTo(NOW);
        assertThat(turns.ask("a", 0)).isEqualTo(KNOWN);
        assertThat(turns.ask("b", 0)).isEqualTo(NOW);
        assertThat(turns.ask("c", 0)).isEqualTo(LATER);
        assertThat(turns.ask("d", 0)).isEqualTo(LATER);
        assertThat(turns.ask("c", 0)).isEqualTo(KNOWN);
        assertThat(turns.ask("e", 0)).isEqualTo(LATER);
        assertThat(turns.ask("f", 0)).isEqualTo(NEVER);
        assertThat(turns.end("b", 0)).contains("c");
        assertThat(turns.ask("b", 0)).as("a second boot").isEqualTo(LATER);
        assertThat(turns.end("a", 0)).contains("d");
        assertThat(turns.end("c", 0)).contains("e");
        assertThat(turns.end("d", 0)).contains("b");
        assertThat(turns.end("e", 0)).isEmpty();
        assertThat(turns.end("b", 0)).isEmpty();
        assertThat(turns.ask("g", 0)).isEqualTo(NOW);
        assertThat(turns.ask("h", 0)).isEqualTo(NOW);
        assertThat(turns.ask("i", 0)).isEqualTo(LATER);
    }

    @Test
    void a_client_that_did_not_ask_again_for_long_has_given_up() {
        long later = TimeUnit.SECONDS.toNanos(16);
        turns.ask("a", 0);
        turns.ask("b", 0);
        turns.ask("gone", 0);
        turns.ask("patient", 0);
        turns.ask("patient", later);
        assertThat(turns.end("a", later)).contains("patient");
        assertThat(turns.ask("gone", later)).as("as if it had never been here").isEqualTo(LATER);
    }
}
