package io.bessemer.api.node;

import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import java.util.regex.Pattern;

/// Rules for traits: what nodes have, allocations ask for, and deploy templates and runbooks are named by.
public final class TraitName {
    private static final int LONGEST = 255;
    /// the prefixes of OpenStack's standard traits, and that of one's own
    private static final Pattern FORM = Pattern.compile("(CUSTOM|HW|COMPUTE|MISC|OWNER|STORAGE)_[A-Z0-9_]+");

    private TraitName() {}

    /// @param field for messages
    public static String check(Object value, String field) {
        String trait = Values.text(value, field);
        if (trait.length() > LONGEST || !FORM.matcher(trait).matches()) {
            throw new Failure.Invalid(field, "'%s' is neither a standard trait nor CUSTOM_ with capital letters, digits and '_' (at most %d characters)."
                    .formatted(trait.length() > LONGEST ? trait.substring(0, 32) + "..." : trait, LONGEST));
        }
        return trait;
    }
}
