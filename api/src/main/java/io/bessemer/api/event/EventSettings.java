package io.bessemer.api.event;

import java.time.Duration;

/// How events are streamed.
///
/// @param streams   open at a time; each holds a connection
/// @param heartbeat a stream on which nothing happens says so, so that what is between keeps it open
/// @param longest   a stream is ended after so long, and its client comes again: whoever lost a role does not listen for ever
/// @param slowest   a client that takes longer for a batch is cut
public record EventSettings(int streams, Duration heartbeat, Duration longest, Duration slowest) {
    public static EventSettings of(int streams, Duration heartbeat) {
        return new EventSettings(streams, heartbeat, Duration.ofHours(1), Duration.ofSeconds(30));
    }
}
