package io.bessemer.cli.node;

import io.bessemer.cli.terminal.FactLines;
import tools.jackson.databind.JsonNode;

/// Objects of the API as facts, named by their paths.
final class Facts {
    private Facts() {}

    /// Null and empty values are left out.
    static void add(FactLines facts, String path, JsonNode value) {
        if (value.isObject()) {
            value.properties().forEach(inner -> add(facts, path + " " + inner.getKey(), inner.getValue()));
        } else if (value.isArray()) {
            value.forEach(inner -> add(facts, path, inner));
        } else {
            facts.add(path.replace('_', ' '), NodeText.of(value));
        }
    }
}
