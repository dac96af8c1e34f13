package io.bessemer.conductor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Why a node is where it is, for the person on call.
///
/// @param summary   one sentence: "web-3 waits for its agent: the kernel was fetched 12 s ago"
/// @param state     provision state
/// @param phase     of the boot, empty when no boot is under way
/// @param since     when the phase began
/// @param usual     how long this phase usually takes, from earlier boots or the built-in figure
/// @param lastSeen  the newest timeline event in words
/// @param deadline  when the wait ends by itself
/// @param retries   how often the boot was tried again
/// @param advice    what to try, most likely first
/// @param console   what the serial console said last, since the flow began; empty when nothing was recorded, or all is well
/// @param noConsole why there is nothing of the console, empty when there is, or none is known
/// @param progress  of the command that the agent carries out, empty when it carries out none or has not told yet
public record Explanation(String summary, String state, Optional<String> phase, Optional<Instant> since, Optional<Duration> usual,
        Optional<String> lastSeen, Optional<Instant> lastSeenAt, Optional<Instant> deadline, int retries, List<String> advice,
        Optional<Progress> progress, List<String> console, Optional<String> noConsole) {

    /// How far a command is, as the agent last told.
    ///
    /// @param step  the flow's name for it: "write image"
    /// @param phase of the command: "discard", "write"
    /// @param done  of `total`, mostly bytes
    /// @param total 0 when unknown
    public record Progress(String step, String phase, long done, long total, String message) {}
}
