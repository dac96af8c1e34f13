package io.bessemer.server;

/// Says why the server did not start in words that an operator can act on. Wrong settings were told by [SettingsCheck].
final class StartFailure {
    private StartFailure() {
    }

    static String explain(Throwable failure) {
        Throwable deepest = failure;
        while (!(deepest instanceof InvalidSettings) && deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    }
}
