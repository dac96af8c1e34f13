package io.bessemer.conductor.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleTextTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_view_has_no_colours_no_cursor_movements_and_no_empty_lines() {
        assertThat(ConsoleText.lines(bytes("\u001b[2J\u001b[1;1H\u001b[1mSeaBIOS\u001b[0m (1.16)\r\n\r\n   \r\nloading\u0007...\u001b]0;title\u0007 done\r\n\u001b=\u001b(Bü\u0000 end")))
                .containsExactly("SeaBIOS (1.16)", "loading... done", "ü end");
        assertThat(ConsoleText.lines(bytes("left\u001b[12;40Hright"))).as("they stood at different places").containsExactly("left", "right");
    }

    @Test
    void of_a_line_that_is_drawn_over_the_last_state_is_shown() {
        assertThat(ConsoleText.lines(bytes("10 %\r20 %\r100 %\r\nnext\r\r\n"))).containsExactly("100 %", "next");
    }

    @Test
    void bytes_that_are_no_text_do_no_harm() {
        byte[] any = new byte[4096];
        new java.util.Random(7).nextBytes(any);
        assertThat(ConsoleText.lines(any)).noneMatch(line -> line.chars().anyMatch(each -> Character.isISOControl(each) && each != '\t'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "quiet bessemer.token=abc123 rootfstype=ramfs | quiet bessemer.token=*** rootfstype=ramfs",
        "IPA_TOKEN=x                                  | IPA_TOKEN=***",
        "root password=hunter2, secret=a b            | root password=*** secret=*** b",
        "the token is no secret                       | the token is no secret",
    })
    void secrets_are_masked(String said, String passed) {
        assertThat(new String(new SecretMask().pass(bytes(said)), StandardCharsets.UTF_8)).isEqualTo(passed);
    }

    @ParameterizedTest(name = "in pieces of {0}")
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 100})
    void a_secret_in_pieces_is_masked_as_well_and_nothing_is_held_back(int size) {
        SecretMask mask = new SecretMask();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] said = bytes("Command line: bessemer.token=Zm9vYmFy-_x quiet\r\nto");
        for (int at = 0; at < said.length; at += size) {
            out.writeBytes(mask.pass(java.util.Arrays.copyOfRange(said, at, Math.min(said.length, at + size))));
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("Command line: bessemer.token=*** quiet\r\nto");
    }
}
