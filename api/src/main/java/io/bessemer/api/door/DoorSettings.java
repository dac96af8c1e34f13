package io.bessemer.api.door;

import io.bessemer.core.network.Network;
import io.bessemer.core.network.VisitorLimit;
import java.time.Duration;
import java.util.List;

/// How patient doors are.
///
/// @param head           from the connection, or the first byte of a further request, to the end of the request's head; TLS is agreed within it too
/// @param idle           that a connection stays open on which nothing is asked
/// @param silence        within a body or an answer, until the next byte moves
/// @param grace          that the client of a body or an answer may keep us waiting for in all, beyond what its bytes took at the least rate
/// @param bytesPerSecond the least rate of a body or an answer
/// @param visitors       connections of one remote address, at each door
public record DoorSettings(Duration head, Duration idle, Duration silence, Duration grace, long bytesPerSecond, VisitorLimit visitors) {
    public static DoorSettings defaults() {
        return new DoorSettings(Duration.ofSeconds(20), Duration.ofMinutes(1), Duration.ofSeconds(20), Duration.ofSeconds(30), 1024,
                new VisitorLimit(256, List.of(new Network("127.0.0.0/8"), new Network("::1/128"))));
    }
}
