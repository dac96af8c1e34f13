package io.bessemer.cli.imports;

import io.bessemer.cli.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// Secrets of nodes by their UUIDs or names, each with fields of `driver_info`.
final class Credentials {
    static final Credentials NONE = new Credentials(Map.of());

    private static final long LARGEST_BYTES = 64L << 20;

    private final Map<String, Map<String, String>> byNode;
    private final Set<String> used = new LinkedHashSet<>();

    private Credentials(Map<String, Map<String, String>> byNode) {
        this.byNode = byNode;
    }

    static Credentials read(Path file) {
        String text = text(file.toString());
        String name = file.getFileName().toString();
        return new Credentials(name.endsWith(".csv") ? csv(text, name) : yaml(text, name));
    }

    /// Of a file, or of standard input for `-`.
    static String text(String file) {
        try {
            if (file.equals("-")) {
                return new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            if (Files.size(Path.of(file)) > LARGEST_BYTES) {
                throw new CommandFailure("'%s' has more than %d bytes, which no file of secrets has.".formatted(file, LARGEST_BYTES));
            }
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new CommandFailure("'%s' cannot be read (%s).".formatted(file, e.getClass().getSimpleName().replace("Exception", "")), e);
        }
    }

    /// @return the node's secrets, empty when there are none
    Map<String, String> of(String uuid, String name) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String ident : name.isEmpty() ? List.of(uuid) : List.of(name, uuid)) {
            if (byNode.containsKey(ident)) {
                used.add(ident);
                found.putAll(byNode.get(ident));
            }
        }
        return found;
    }

    /// Nodes that nobody asked for: a mistyped name would be found nowhere else.
    List<String> unused() {
        return byNode.keySet().stream().filter(node -> !used.contains(node)).toList();
    }

    /// The first column names the node, the others are fields of `driver_info`; an empty cell says nothing.
    static Map<String, Map<String, String>> csv(String text, String file) {
        List<List<String>> rows = rows(text, file);
        List<String> header = rows.getFirst();
        if (header.size() < 2 || !header.getFirst().equals("node")) {
            throw new CommandFailure("%s: the first line must name the columns: node, and fields of driver_info such as ipmi_password.".formatted(file));
        }
        Map<String, Map<String, String>> byNode = new LinkedHashMap<>();
        for (int line = 1; line < rows.size(); line++) {
            List<String> row = rows.get(line);
            if (row.size() != header.size()) {
                throw new CommandFailure("%s: row %d has %d columns, the first has %d. Put a value that holds a comma into double quotes.".formatted(file, line + 1, row.size(), header.size()));
            }
            Map<String, String> secrets = new LinkedHashMap<>();
            for (int column = 1; column < header.size(); column++) {
                if (!row.get(column).isEmpty()) {
                    secrets.put(header.get(column), row.get(column));
                }
            }
            if (byNode.put(row.getFirst(), secrets) != null) {
                throw new CommandFailure("%s: row %d is the second one of node '%s'.".formatted(file, line + 1, row.getFirst()));
            }
        }
        return byNode;
    }

    /// RFC 4180.
    private static List<List<String>> rows(String text, String file) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '\n';
            if (quoted && i == text.length()) {
                throw new CommandFailure("%s: a double quote in row %d is never closed.".formatted(file, rows.size() + 1));
            }
            if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                cell.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == '\n')) {
                row.add(cell.toString().strip());
                cell.setLength(0);
                if (c == '\n') {
                    if (row.size() > 1 || !row.getFirst().isEmpty()) {
                        rows.add(List.copyOf(row));
                    }
                    row.clear();
                }
            } else if (c != '\r' || quoted) {
                cell.append(c);
            }
        }
        if (rows.isEmpty()) {
            throw new CommandFailure("%s is empty.".formatted(file));
        }
        return rows;
    }

    static Map<String, Map<String, String>> yaml(String text, String file) {
        Object document;
        try {
            document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        } catch (YAMLException malformed) {
            // its message would quote the line, and with it a secret
            throw new CommandFailure("%s is not YAML. It should look like NODE: {ipmi_password: SECRET}, or be a file named .csv.".formatted(file));
        }
        if (!(document instanceof Map<?, ?> nodes)) {
            throw new CommandFailure("%s: expected nodes by their names or UUIDs, as in NODE: {ipmi_password: SECRET}.".formatted(file));
        }
        Map<String, Map<String, String>> byNode = new LinkedHashMap<>();
        nodes.forEach((node, fields) -> {
            if (!(fields instanceof Map<?, ?> map)) {
                throw new CommandFailure("%s: %s: expected fields of driver_info, as in {ipmi_password: SECRET}.".formatted(file, node));
            }
            Map<String, String> secrets = new LinkedHashMap<>();
            map.forEach((field, value) -> {
                if (!(value instanceof String secret)) {
                    throw new CommandFailure("%s: %s/%s is not a string. Put it into quotes: YAML takes 0123 for a number.".formatted(file, node, field));
                }
                secrets.put(String.valueOf(field), secret);
            });
            byNode.put(String.valueOf(node), secrets);
        });
        return byNode;
    }

    @Override
    public String toString() {
        return "Credentials of %d nodes".formatted(byNode.size());
    }
}
