package io.bessemer.redfish.client;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A resource as it was read.
///
/// @param path on the BMC
/// @param etag empty when the BMC gave none
public record Resource(String path, JsonNode body, String etag) {
    /// @param pointer RFC 6901: `/Boot/BootSourceOverrideMode`
    public Optional<String> text(String pointer) {
        JsonNode found = body.at(pointer);
        return found.isString() && !found.asString().isBlank() ? Optional.of(found.asString().strip()) : Optional.empty();
    }

    public Optional<Boolean> flag(String pointer) {
        JsonNode found = body.at(pointer);
        return found.isBoolean() ? Optional.of(found.asBoolean()) : Optional.empty();
    }

    /// Where a reference leads: `{"@odata.id": "/redfish/v1/Systems/1/Bios"}`.
    public Optional<String> link(String pointer) {
        return text(pointer + "/@odata.id");
    }

    /// Where a list of references leads.
    public List<String> links(String pointer) {
        return body.at(pointer).valueStream().map(one -> one.path("@odata.id").asString("")).filter(path -> !path.isEmpty()).toList();
    }

    /// Texts of a list; empty when there is none.
    public List<String> texts(String pointer) {
        return body.at(pointer).valueStream().map(one -> one.asString("")).filter(text -> !text.isEmpty()).toList();
    }

    public boolean has(String pointer) {
        JsonNode found = body.at(pointer);
        return !found.isMissingNode() && !found.isNull();
    }

    /// Where an action is sent: `#ComputerSystem.Reset`.
    public Optional<String> action(String name) {
        return text("/Actions/" + name + "/target");
    }
}
