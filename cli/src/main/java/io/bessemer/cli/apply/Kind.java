package io.bessemer.cli.apply;

import java.util.List;

/// What a file may describe, in the order in which it is brought about.
enum Kind {
    ZONE("zone", "availability_zones", List.of("name", "description"), List.of("name")),
    PROFILE("host profile", "host_profiles", List.of("name", "description", "image", "hypervisor", "bootstrap", "packages", "package_mirror", "networks",
            "storage_pools", "checks", "cloud", "deadlines"), List.of("name", "image")),
    NODE("node", "nodes", List.of("name", "driver", "driver_info", "properties", "resource_class", "conductor_group", "owner", "description", "extra",
            "traits", "ports", "state"), List.of("name", "driver")),
    POOL("host pool", "host_pools", List.of("name", "description", "zone", "profile", "size", "selector", "limits"), List.of("name", "zone", "profile"));

    private final String title;
    private final String key;
    private final List<String> fields;
    private final List<String> required;

    Kind(String title, String key, List<String> fields, List<String> required) {
        this.title = title;
        this.key = key;
        this.fields = fields;
        this.required = required;
    }

    /// For people.
    String title() {
        return title;
    }

    /// In the file, and in the API.
    String key() {
        return key;
    }

    List<String> fields() {
        return fields;
    }

    List<String> required() {
        return required;
    }
}
