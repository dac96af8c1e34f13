package io.bessemer.api.wire;

import java.util.List;

/// A resource whose things have a table of fields. The description of the API is made from it.
public interface Shaped {
    Shape<?> shape();

    /// @param collection its path: `/v1/ports`
    /// @param draft      one with nothing set, of which the types of the fields are seen
    /// @param filters    arguments of its lists, beside those that all lists have
    record Shape<T>(String collection, Fields<T> fields, T draft, List<String> filters) {
        public Shape {
            filters = List.copyOf(filters);
        }

        /// Of its lists, and last part of the path: `ports`.
        public String key() {
            return collection.substring(collection.lastIndexOf('/') + 1);
        }
    }
}
