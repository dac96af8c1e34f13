package io.bessemer.cli.apply;

import io.bessemer.core.node.Secrets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What has to be done for one thing.
///
/// @param id     of the thing in the API's paths; null when it is not there yet
/// @param fields that differ; of a new thing all that are given
record Change(Described what, String id, List<FieldChange> fields) {
    enum Action {
        CREATE, CHANGE, UNCHANGED
    }

    Change {
        fields = List.copyOf(fields);
    }

    Action action() {
        return id == null ? Action.CREATE : fields.isEmpty() ? Action.UNCHANGED : Action.CHANGE;
    }

    /// @param path   `driver_info/ipmi_address`
    /// @param before null when it is not set
    /// @param after  null when it shall not be set
    record FieldChange(String path, Object before, Object after) {
        /// Safe to be shown.
        FieldChange masked() {
            return new FieldChange(path, mask(before), mask(after));
        }

        private Object mask(Object value) {
            boolean secret = Arrays.stream(path.split("/")).anyMatch(Secrets::isSecret);
            if (value == null) {
                return null;
            }
            return secret ? Secrets.MASK : Secrets.mask(Map.of("value", value)).get("value");
        }
    }
}
