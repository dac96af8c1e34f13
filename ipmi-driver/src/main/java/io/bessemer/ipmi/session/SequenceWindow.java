package io.bessemer.ipmi.session;

/// Which sequence numbers of a session were seen, IPMI 2.0 §6.12.13: a number is good once, and not when it is far behind.
final class SequenceWindow {
    private static final int SIZE = 32;

    private boolean started;
    private int highest;
    /// bit n: `highest - n` was seen
    private int seen;

    /// Takes the number, unless it was taken before or is too old. To be asked only of packets that are verified.
    boolean accept(int sequence) {
        if (!started) {
            started = true;
            highest = sequence;
            seen = 1;
            return true;
        }
        int ahead = sequence - highest;
        if (ahead > 0) {
            seen = ahead >= SIZE ? 1 : seen << ahead | 1;
            highest = sequence;
            return true;
        }
        int behind = -ahead;
        if (behind >= SIZE || behind < 0 || (seen & 1 << behind) != 0) {
            return false;
        }
        seen |= 1 << behind;
        return true;
    }
}
