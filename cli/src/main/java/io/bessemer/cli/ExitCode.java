package io.bessemer.cli;

/// What the process ends with.
public final class ExitCode {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    /// a needed program is missing and could not be installed
    public static final int MISSING = 69;
    /// 128 + SIGINT, as a shell would say
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
