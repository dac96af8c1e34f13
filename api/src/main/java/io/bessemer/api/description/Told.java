package io.bessemer.api.description;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A line of `operations.txt`: what cannot be seen of a request.
///
/// @param body JSON, empty when there is none
record Told(int status, List<String> arguments, String summary, String body) {
    private static final String FILE = "operations.txt";

    /// By method and path; `*` for any method.
    static Map<String, Told> all() {
        try (InputStream in = Told.class.getResourceAsStream(FILE)) {
            Map<String, Told> all = new LinkedHashMap<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] parts = line.split("\\s*\\|\\s*", 5);
                Told told = new Told(Integer.parseInt(parts[1]), Arrays.stream(parts[2].split(",\\s*")).filter(name -> !name.isEmpty()).toList(), parts[3],
                        parts.length > 4 ? parts[4] : "");
                if (all.put(parts[0], told) != null) {
                    throw new IllegalStateException("two lines for " + parts[0]);
                }
            });
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Optional<Told> of(Map<String, Told> all, String method, String path) {
        return Optional.ofNullable(all.get(method + " " + path)).or(() -> Optional.ofNullable(all.get("* " + path)));
    }
}
