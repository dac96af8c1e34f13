package io.bessemer.api.door;

import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;

/// One connection at a door: whom we wait for, and since when.
final class Visit {
    /// Of the connection whose request is served on this thread.
    static final ScopedValue<Visit> CURRENT = ScopedValue.newInstance();

    private enum Stage {
        /// nothing of a request has come yet; TLS may be agreed upon
        OPENED,
        /// a part of a request's head has come
        HEAD,
        /// it is our turn, or a body or an answer is on its way
        SERVED,
        /// a request was answered; the next may come
        IDLE,
        /// it is no HTTP any more, or waits without a thread
        FREE,
        /// it waited for too long, and is to be closed
        ENDED
    }

    private Stage stage = Stage.OPENED;
    private long since;
    private Stage before = Stage.OPENED;
    private boolean answered;
    private boolean toBeTold;

    /// @param now by [System#nanoTime], as all times here
    Visit(long now) {
        this.since = now;
    }

    /// Something came.
    ///
    /// @return false when the connection was ended meanwhile
    synchronized boolean begin() {
        if (stage == Stage.ENDED) {
            return false;
        }
        before = stage;
        stage = Stage.SERVED;
        answered = false;
        return true;
    }

    /// A whole head came.
    synchronized void asked() {
        answered = true;
    }

    /// What came was dealt with.
    ///
    /// @param waits whether a request is still on our side, without a thread
    /// @return what to count, null when it goes on or ended as it should
    synchronized DoorEvent end(SocketState state, boolean waits, long now) {
        switch (state) {
            case OPEN -> { // empty lines before a request are none
                stage = answered ? Stage.IDLE : before;
                since = answered ? now : since;
            }
            case LONG -> {
                if (waits || before == Stage.FREE && !answered) {
                    stage = Stage.FREE;
                } else {
                    since = answered || before == Stage.IDLE ? now : since;
                    stage = Stage.HEAD;
                }
            }
            case CLOSED -> stage = Stage.ENDED;
            case ASYNC_END, SENDFILE, UPGRADING, UPGRADED, ASYNC_IO, SUSPENDED -> stage = Stage.FREE;
        }
        return state == SocketState.CLOSED && !answered && (before == Stage.HEAD || before == Stage.OPENED) ? DoorEvent.BROKEN_OFF : null;
    }

    /// Ends it when it is overdue.
    ///
    /// @param full whether others wait for a place: a connection without a request gives it up at once
    /// @return what to count, null when it may stay
    synchronized DoorEvent endIfOverdue(long now, DoorSettings settings, boolean full) {
        long waited = now - since;
        DoorEvent overdue = switch (stage) {
            case OPENED -> waited > settings.head().toNanos() ? DoorEvent.SLOW_START : null;
            case HEAD -> waited > settings.head().toNanos() ? DoorEvent.SLOW_HEAD : null;
            case IDLE -> full ? DoorEvent.MADE_ROOM : waited > settings.idle().toNanos() ? DoorEvent.IDLE : null;
            case SERVED, FREE, ENDED -> null;
        };
        if (overdue != null) {
            toBeTold = stage == Stage.HEAD;
            stage = Stage.ENDED;
        }
        return overdue;
    }

    /// Tomcat itself has waited for the next byte for long enough.
    ///
    /// @return what to count; null when it was ended before, or did not wait for a request
    synchronized DoorEvent endInSilence() {
        DoorEvent silent = switch (stage) {
            case OPENED -> DoorEvent.SLOW_START;
            case HEAD -> DoorEvent.SLOW_HEAD;
            case IDLE -> DoorEvent.IDLE;
            case SERVED, FREE, ENDED -> null;
        };
        if (silent != null) {
            toBeTold = stage == Stage.HEAD;
            stage = Stage.ENDED;
        }
        return silent;
    }

    synchronized boolean ended() {
        return stage == Stage.ENDED;
    }

    /// Whether half a request came, whose client is told why it is ended. True once.
    synchronized boolean takeToBeTold() {
        boolean told = toBeTold;
        toBeTold = false;
        return told;
    }
}
