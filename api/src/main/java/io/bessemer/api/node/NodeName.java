package io.bessemer.api.node;

import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.util.Set;
import java.util.regex.Pattern;

/// Rules for names of nodes and allocations: RFC 3986's unreserved characters (Ironic API 1.10), not a UUID, not a word of the API's own paths.
public final class NodeName {
    private static final int LONGEST = 255;
    private static final Pattern UNRESERVED = Pattern.compile("[A-Za-z0-9._~-]{1," + LONGEST + "}");
    private static final Set<String> RESERVED = Set.of("detail", "maintenance", "management", "states", "validate", "vendor_passthru", "ports",
            "portgroups", "traits", "vifs", "bios", "volume", "allocation", "history", "inventory", "firmware", "children", "vmedia", ".", "..");

    private NodeName() {
    }

    public static boolean valid(String text) {
        return UNRESERVED.matcher(text).matches();
    }

    public static String check(Object value, String field) {
        String name = Values.text(value, field, LONGEST);
        if (!valid(name) || RESERVED.contains(name) || NodeId.parse(name).isPresent()) {
            throw new Failure.Invalid(field, "Cannot use invalid name '%s'. Names consist of letters, digits and '-._~', and are neither UUIDs nor words of the API."
                    .formatted(name));
        }
        return name;
    }
}
