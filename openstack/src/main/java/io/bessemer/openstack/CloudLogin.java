package io.bessemer.openstack;

import java.net.URI;

/// How Bessemer logs in to a cloud.
///
/// @param settings         the keys that all of this was read from, for those who have to mend it: `bessemer.clouds.NAME`
/// @param authUrl          of Keystone, with or without `/v3`
/// @param region           empty for the only one
/// @param catalogInterface `internal`, `public` or `admin`
public record CloudLogin(String settings, URI authUrl, String username, String password, String project, String userDomain, String projectDomain,
        String region, String catalogInterface) {

    /// Without the password.
    @Override
    public String toString() {
        return "CloudLogin[authUrl=%s, username=%s, password=***, project=%s]".formatted(authUrl, username, project);
    }
}
