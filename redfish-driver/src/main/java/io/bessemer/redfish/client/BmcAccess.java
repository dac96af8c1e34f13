package io.bessemer.redfish.client;

import java.net.URI;
import java.util.Objects;

/// Where a BMC is and how it is logged in to.
///
/// @param origin   scheme, host and port, nothing behind them
/// @param root     path of its service root, without a slash at its end: `/redfish/v1`
/// @param username empty to ask without logging in
public record BmcAccess(URI origin, String root, String username, String password, Authentication authentication, Trust trust) {
    public BmcAccess {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(trust, "trust");
    }

    /// Ironic's `redfish_auth_type`.
    public enum Authentication {
        BASIC,
        SESSION,
        /// a session, or HTTP basic where the BMC has none to give
        AUTO
    }

    @Override
    public String toString() {
        return "BmcAccess[%s%s user=%s password=***]".formatted(origin, root, username);
    }
}
