package io.bessemer.core.node;

/// Who asked for something, for the records.
///
/// @param user    id of the user, null when nobody had to log in
/// @param project id of the project that the user acted for, null when for none
public record Requester(String user, String project) {
    /// nobody asked: Bessemer did it by itself
    public static final Requester BESSEMER = new Requester(null, null);
}
