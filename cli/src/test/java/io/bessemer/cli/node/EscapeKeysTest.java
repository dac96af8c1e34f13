package io.bessemer.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapeKeysTest {
    private static String told(List<EscapeKeys.Action> actions) {
        return actions.stream().map(action -> switch (action) {
            case EscapeKeys.Action.Type(byte[] text) -> new String(text, StandardCharsets.US_ASCII).replace('\r', '/');
            case EscapeKeys.Action.Leave() -> "(leave)";
            case EscapeKeys.Action.Break() -> "(break)";
            case EscapeKeys.Action.Help() -> "(help)";
        }).collect(Collectors.joining());
    }

    /// `/` stands for Enter.
    @ParameterizedTest
    @CsvSource({
        "~., (leave)", "ls/~., ls/(leave)", "a~., a~.", "/~B, /(break)", "~?, (help)", "/~~., /~.", "/~x, /~x", "~?~., (help)(leave)", "cd ~/, cd ~/", "/~/~., /~/(leave)",
    })
    void an_escape_counts_after_enter_alone_and_in_whatever_pieces_it_comes(String typed, String expected) {
        byte[] keys = typed.replace('/', '\r').getBytes(StandardCharsets.US_ASCII);
        assertThat(told(new EscapeKeys().feed(keys))).isEqualTo(expected);
        EscapeKeys pieces = new EscapeKeys();
        StringBuilder all = new StringBuilder();
        for (byte key : keys) {
            all.append(told(pieces.feed(new byte[] {key})));
        }
        assertThat(all.toString()).isEqualTo(expected);
    }
}
