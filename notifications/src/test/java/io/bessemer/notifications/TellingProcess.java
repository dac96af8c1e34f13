package io.bessemer.notifications;

import io.bessemer.core.node.Node;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/// Changes a node for ever, and tells the webhooks that are there: to be killed.
final class TellingProcess {
    private TellingProcess() {}

    public static void main(String[] arguments) {
        Telling telling = new Telling(Path.of(arguments[0]), Clock.systemUTC()).relay(Optional.empty());
        Node node = telling.node(arguments[1]);
        for (int i = 0; true; i++) {
            node = telling.commit(node, node.toBuilder().description("d" + i).build());
        }
    }
}
