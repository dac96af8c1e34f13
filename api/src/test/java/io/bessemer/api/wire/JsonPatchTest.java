package io.bessemer.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonPatchTest {
    private final Map<String, Object> document = document();

    private static Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", null);
        document.put("extra", new LinkedHashMap<>(Map.of("rack", "r1", "a/b", 1, "m~n", 2, "list", List.of("x", "y"))));
        return document;
    }

    private static Map<String, Object> op(String op, String path) {
        return Map.of("op", op, "path", path);
    }

    private static Map<String, Object> op(String op, String path, Object value) {
        return Map.of("op", op, "path", path, "value", value);
    }

    @SafeVarargs
    private Map<String, Object> apply(Map<String, Object>... operations) {
        return JsonPatch.parse(List.of((Object[]) operations)).apply(document);
    }

    private Map<?, ?> extra(Map<String, Object> patched) {
        return (Map<?, ?>) patched.get("extra");
    }

    @Test
    void adds_replaces_and_removes_nested_members_and_leaves_the_document_alone() {
        Map<String, Object> patched = apply(op("add", "/extra/row", 7), op("replace", "/extra/rack", "r2"), op("remove", "/extra/list"));
        assertThat(extra(patched).get("row")).isEqualTo(7);
        assertThat(extra(patched).get("rack")).isEqualTo("r2");
        assertThat(extra(patched).containsKey("list")).isFalse();
        assertThat(document).isEqualTo(document());
    }

    @Test
    void a_field_that_is_null_can_be_replaced_and_a_removed_field_becomes_null() {
        assertThat(apply(op("replace", "/name", "web-1"))).containsEntry("name", "web-1");
        assertThat(apply(op("remove", "/extra"))).containsEntry("extra", null);
    }

    @Test
    void tilde_escapes_name_keys_with_slashes_and_tildes() {
        Map<String, Object> patched = apply(op("replace", "/extra/a~1b", 10), op("replace", "/extra/m~0n", 20));
        assertThat(extra(patched).get("a/b")).isEqualTo(10);
        assertThat(extra(patched).get("m~n")).isEqualTo(20);
    }

    @Test
    void arrays_take_an_index_or_a_dash() {
        assertThat(extra(apply(op("add", "/extra/list/-", "z"))).get("list")).isEqualTo(List.of("x", "y", "z"));
        assertThat(extra(apply(op("add", "/extra/list/0", "w"))).get("list")).isEqualTo(List.of("w", "x", "y"));
        assertThat(extra(apply(op("remove", "/extra/list/1"))).get("list")).isEqualTo(List.of("x"));
        assertThatThrownBy(() -> apply(op("replace", "/extra/list/2", "z"))).hasMessageContaining("'2' is not an index");
        assertThatThrownBy(() -> apply(op("replace", "/extra/list/01", "z"))).hasMessageContaining("'01' is not an index");
    }

    @Test
    void a_test_that_does_not_hold_refuses_the_whole_patch() {
        assertThat(extra(apply(op("test", "/extra/rack", "r1"), op("remove", "/extra/rack"))).containsKey("rack")).isFalse();
        assertThatThrownBy(() -> apply(op("test", "/extra/rack", "r9"))).isInstanceOf(Failure.Invalid.class).hasMessageContaining("/extra/rack");
    }

    @Test
    void what_is_absent_can_neither_be_replaced_nor_removed_nor_entered() {
        assertThatThrownBy(() -> apply(op("remove", "/extra/none"))).hasMessageContaining("/extra/none").hasMessageContaining("non-existent object 'none'");
        assertThatThrownBy(() -> apply(op("replace", "/extra/none", 1))).hasMessageContaining("non-existent object 'none'");
        assertThatThrownBy(() -> apply(op("add", "/extra/none/deeper", 1))).hasMessageContaining("'none' does not exist");
        assertThatThrownBy(() -> apply(op("add", "/extra/rack/deeper", 1))).hasMessageContaining("neither an object nor an array");
    }

    @Test
    void each_malformed_operation_is_named() {
        assertRefused(List.of("x"), "patch[0]: 'x' is not a JSON object.");
        assertRefused(List.of(Map.of("op", "add", "path", "/a", "value", 1), Map.of("path", "/a")), "patch[1]/op: null is not a string.");
        assertRefused(List.of(op("move", "/a")), "patch[0]/op: 'move' is not one of add, remove, replace, test.");
        assertRefused(List.of(op("add", "/a")), "patch[0]/value is missing. 'add' of /a needs one.");
        assertRefused(List.of(op("remove", "a")), "patch[0]/path: 'a' does not name a field. It must look like /extra/rack.");
        assertRefused(List.of(op("remove", "/")), "patch[0]/path: '/' does not name a field. It must look like /extra/rack.");
        assertRefused(List.of(Map.of("op", "remove", "path", "/a", "from", "/b")), "patch[0]/from: is not a member of a JSON-Patch operation.");
    }

    private static void assertRefused(List<Object> body, String message) {
        assertThatThrownBy(() -> JsonPatch.parse(new ArrayList<>(body))).isInstanceOf(Failure.class).hasMessage(message);
    }

    @Test
    void knows_a_patch_that_only_frees_the_instance() {
        assertThat(JsonPatch.parse(List.of(op("remove", "/instance_uuid"))).onlyRemoves("instance_uuid")).isTrue();
        assertThat(JsonPatch.parse(List.of(op("remove", "/instance_uuid"), op("remove", "/name"))).onlyRemoves("instance_uuid")).isFalse();
        assertThat(JsonPatch.parse(List.of()).onlyRemoves("instance_uuid")).isFalse();
    }
}
