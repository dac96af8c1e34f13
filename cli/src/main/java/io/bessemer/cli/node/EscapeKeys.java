package io.bessemer.cli.node;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// What is typed at a console, and what is meant for us: after Enter, `~` and a letter, as in ssh and ipmitool.
final class EscapeKeys {
    static final String HELP = "\r\n  ~.  leave the console\r\n  ~B  send a break (Linux: then a SysRq key)\r\n  ~~  type a ~\r\n  ~?  this\r\n";
    private static final char ESCAPE = '~';

    private boolean afterEnter = true;
    private boolean escaped;

    sealed interface Action {
        record Type(byte[] text) implements Action {}

        record Leave() implements Action {}

        record Break() implements Action {}

        record Help() implements Action {}
    }

    /// @param typed as it came; an escape may lie in two pieces
    List<Action> feed(byte[] typed) {
        List<Action> actions = new ArrayList<>();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (byte key : typed) {
            if (escaped) {
                escaped = false;
                Action meant = switch (key) {
                    case '.' -> new Action.Leave();
                    case 'B' -> new Action.Break();
                    case '?' -> new Action.Help();
                    default -> null;
                };
                if (meant != null) {
                    flush(text, actions);
                    actions.add(meant);
                    afterEnter = true;
                    continue;
                }
                text.write(ESCAPE);
                if (key != ESCAPE) {
                    text.write(key);
                }
            } else if (afterEnter && key == ESCAPE) {
                escaped = true;
                continue;
            } else {
                text.write(key);
            }
            afterEnter = key == '\r' || key == '\n';
        }
        flush(text, actions);
        return actions;
    }

    private static void flush(ByteArrayOutputStream text, List<Action> actions) {
        if (text.size() > 0) {
            actions.add(new Action.Type(text.toByteArray()));
            text.reset();
        }
    }
}
