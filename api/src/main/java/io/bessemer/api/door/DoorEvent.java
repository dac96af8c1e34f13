package io.bessemer.api.door;

import java.util.Locale;

/// What is counted at doors, beside the statuses of answers that are errors.
public enum DoorEvent {
    /// a connection came
    CONNECTIONS,
    /// one was refused, as its address has as many as it may
    REFUSED_ADDRESS,
    /// nothing came of one: no request, no TLS
    SLOW_START,
    /// a request's head did not come in time
    SLOW_HEAD,
    /// a body came more slowly than it must
    SLOW_BODY,
    /// an answer was read more slowly than it must
    SLOW_READER,
    /// what was sent although nobody wanted it did not end
    UNREAD_BODY,
    /// nothing was asked for too long
    IDLE,
    /// one on which nothing was asked gave its place to others
    MADE_ROOM,
    /// looks at a door all of whose places were taken
    FULL,
    /// one ended, or was no HTTP, before there was a whole head
    BROKEN_OFF,
    /// TLS was not agreed upon
    NO_TLS;

    /// As in `/metrics`.
    String counted() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
