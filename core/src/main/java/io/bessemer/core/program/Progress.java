package io.bessemer.core.program;

/// Told how far long work has come. Called from any thread, often; must return at once.
@FunctionalInterface
public interface Progress {
    Progress SILENT = (_, _, _) -> {};

    /// @param what  the step, in a few words: `kernel`, `chunks`
    /// @param total 0 when unknown
    void report(String what, long done, long total);
}
