package io.bessemer.server;

/// Settings with rules that no annotation says: see [SettingsCheck].
interface CheckedSettings {
    /// Called when what annotations say holds.
    ///
    /// @throws IllegalArgumentException that names each wrong key, what was found and what is allowed
    void check();
}
