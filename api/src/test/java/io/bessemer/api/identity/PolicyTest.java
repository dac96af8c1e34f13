package io.bessemer.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.Mappings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The table of who may do what covers every resource; the page of it is written from it.
class PolicyTest {
    private static final Path PAGE = Path.of("../docs/reference/permissions.md");

    @Test
    void every_request_that_a_resource_answers_has_a_row() throws Exception {
        List<String> mappings = Mappings.all();
        assertThat(mappings).hasSizeGreaterThan(60).contains("GET /v1/nodes/{ident}/states", "PATCH /v1/ports/{ident}");
        Set<String> unknown = new TreeSet<>();
        for (String mapping : mappings) {
            String[] words = mapping.split(" ");
            if (!Policy.knows(words[0], words[1])) {
                unknown.add(mapping);
            }
        }
        assertThat(unknown).as("requests without a row in Policy.ROWS").isEmpty();
    }

    @Test
    void an_unknown_request_is_for_administrators_of_the_system() {
        assertThat(Policy.of("POST", "/v1/nowhere/{thing}").row().who()).isEqualTo(Who.SYSTEM_ADMIN);
    }

    /// Run with -Dbessemer.docs.write=true to write the page after a change of the table.
    @Test
    void the_committed_page_is_the_table() throws Exception {
        if (Boolean.getBoolean("bessemer.docs.write")) {
            Files.writeString(PAGE, page());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page());
    }

    private static String page() {
        StringBuilder text = new StringBuilder("""
                # Who may do what

                Written from `Policy.ROWS`. "Member of the owner's project" is who acts for the project in the node's `owner` with the role `member` or more
                (`reader`, `member`, `manager`, `admin`, each with those before it). Who may not see a thing is answered 404, who sees it and may not do that 403.
                Lists hold what one may see. With `noauth` and `http-basic` everybody who is let in is administrator of the system.

                The names are Ironic's where Ironic has the action. A request without a row is for administrators of the system. Some rows are of requests that are not
                built yet; [api.md](api.md) has those that are.

                | Action | Who | Requests |
                | --- | --- | --- |
                """);
        Policy.ROWS.forEach(row -> text.append("| `%s` | %s | %s |\n".formatted(row.action(), row.who().sentence(),
                row.endpoints().isEmpty() ? "a part of others" : "`" + String.join("`, `", row.endpoints()) + "`")));
        return text.toString();
    }
}
