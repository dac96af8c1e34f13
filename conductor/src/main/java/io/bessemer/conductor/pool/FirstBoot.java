package io.bessemer.conductor.pool;

import io.bessemer.core.pool.HostProfile;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// What cloud-init does on a host whose image has nothing but cloud-init: packages, and the compute agent. It holds no secret: the join
/// token is in the meta data, which the agent reads itself.
final class FirstBoot {
    private static final JsonMapper JSON = new JsonMapper();

    private FirstBoot() {}

    /// JSON is YAML, and needs no escaping of our own (https://cloudinit.readthedocs.io, "cloud-config").
    static String userData(HostProfile profile, Optional<URI> agentArchive) {
        Map<String, Object> config = new LinkedHashMap<>();
        if (profile.packageMirror() != null) {
            config.put("apt", Map.of("preserve_sources_list", false, "sources_list", profile.packageMirror() + "\n"));
        }
        config.put("package_update", !profile.packages().isEmpty());
        config.put("packages", profile.packages());
        List<Object> commands = new ArrayList<>();
        agentArchive.ifPresent(archive -> {
            commands.add(List.of("mkdir", "-p", "/opt/bessemer"));
            commands.add(List.of("sh", "-c", "curl --fail --silent --show-error --retry 10 --retry-all-errors \"$0\" | tar -xz -C /opt/bessemer", archive.toString()));
            commands.add(List.of("sh", "/opt/bessemer/install"));
        });
        config.put("runcmd", commands);
        return "#cloud-config\n" + JSON.writeValueAsString(config) + "\n";
    }
}
