package io.bessemer.cli.node;

import io.bessemer.cli.terminal.Terminal;
import tools.jackson.databind.JsonNode;

/// Objects of the API as lines of `path  value`.
final class Facts {
    private Facts() {}

    /// Null and empty values are left out.
    static void print(Terminal terminal, String path, JsonNode value) {
        if (value.isObject()) {
            value.properties().forEach(inner -> print(terminal, path + " " + inner.getKey(), inner.getValue()));
            return;
        }
        if (value.isArray()) {
            value.forEach(inner -> print(terminal, path, inner));
            return;
        }
        String text = NodeText.of(value);
        if (!text.isEmpty()) {
            terminal.line("%s", Terminal.cut("  %-28s %s".formatted(path.replace('_', ' '), text), terminal.width()));
        }
    }
}
