package io.bessemer.api.wire;

import java.util.Set;

/// Who asks, and for whom: a user acts for the whole system, for one project, or (with a token without scope) for nobody.
///
/// @param user    id of the user; null while nobody has to log in
/// @param name    of the user, for logs; null while nobody has to log in
/// @param project id of the project it acts for; null when there is none
/// @param system  whether it acts for the whole system
public record Caller(String user, String name, String project, boolean system, Set<Role> roles) {
    /// A request that nobody has looked at yet: may do nothing.
    public static final Caller NOBODY = new Caller(null, null, null, false, Set.of());

    public Caller {
        if (system && project != null) {
            throw new IllegalArgumentException("a caller acts for the system or for a project, not for both");
        }
        roles = Set.copyOf(roles);
    }

    /// Where nobody has to log in, whoever asks is an administrator of everything.
    public static Caller anybody() {
        return new Caller(null, null, null, true, Set.of(Role.ADMIN));
    }

    public static Caller systemAdministrator(String user) {
        return new Caller(user, user, null, true, Set.of(Role.ADMIN));
    }

    /// @param least null for "no role is enough"
    public boolean holds(Role least) {
        return least != null && roles.stream().anyMatch(role -> role.includes(least));
    }

    /// A scope of the caller, for logs and messages.
    public String scope() {
        return system ? "system" : project == null ? "none" : "project " + project;
    }
}
