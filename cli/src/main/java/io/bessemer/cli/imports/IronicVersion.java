package io.bessemer.cli.imports;

import io.bessemer.cli.CommandFailure;
import tools.jackson.databind.JsonNode;

/// Which microversion an Ironic and this command both know.
final class IronicVersion {
    /// the newest whose fields are known here
    static final int NEWEST = 115;
    /// traits: what is older knows too little to be taken over
    static final int OLDEST = 37;

    private IronicVersion() {
    }

    /// @param root answer to `GET /`
    static String common(JsonNode root) {
        String offered = root.path("versions").path(0).path("version").asString(root.path("default_version").path("version").asString(""));
        if (!offered.matches("1\\.\\d{1,6}")) {
            throw new CommandFailure("That is not Ironic's API: its root names no version 1.N. Give --url with the address before /v1.");
        }
        int newest = Integer.parseInt(offered.substring("1.".length()));
        if (newest < OLDEST) {
            throw new CommandFailure("This Ironic offers the API up to %s, at least 1.%d (2018) is needed. Upgrade it first.".formatted(offered, OLDEST));
        }
        return "1." + Math.min(newest, NEWEST);
    }
}
