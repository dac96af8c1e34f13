package io.bessemer.agent.command;

/// Takes how far a command is. Cheap: may be called for every block.
@FunctionalInterface
public interface ProgressSink {
    /// @param phase one word: `discard`, `write`
    /// @param total 0 when unknown
    void at(String phase, long done, long total, String message);
}
