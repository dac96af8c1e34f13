package io.bessemer.conductor.pool;

import io.bessemer.core.pool.HostPackages;
import io.bessemer.core.pool.HostProfile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// What cloud-init does on a host whose image has nothing but cloud-init: it lays down a program that installs packages and the compute agent, and
/// says at once what failed. It holds no secret: program and agent read theirs from the meta data of the config drive.
///
/// The program is a script of each boot, so that a first boot that lost its power goes on in the next one; a host that is done has no work for it.
/// cloud-init's own `packages` and `apt` are not used: of what they fail at only the exit code would be known, when all else is over.
final class FirstBoot {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PROGRAM = "first-boot";
    private static final String PROGRAM_FILE = "/var/lib/cloud/scripts/per-boot/bessemer-first-boot";
    private static final String SETTINGS_FILE = "/etc/bessemer/first-boot.json";

    private FirstBoot() {}

    /// JSON is YAML, and needs no escaping of our own (https://cloudinit.readthedocs.io, "cloud-config").
    static String userData(HostProfile profile, AgentArchives.Archive archive) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("write_files", List.of(file(SETTINGS_FILE, "0600", JSON.writeValueAsString(settings(profile, archive)) + "\n"), file(PROGRAM_FILE, "0700", program())));
        return "#cloud-config\n" + JSON.writeValueAsString(config) + "\n";
    }

    static String noArchive(HostProfile profile, AgentArchives agents) {
        return "profile %s has bootstrap 'first-boot', but there is no archive of the compute agent for its hosts. %s".formatted(profile.name(), agents.cure());
    }

    /// What the program reads.
    static Map<String, Object> settings(HostProfile profile, AgentArchives.Archive archive) {
        boolean usual = profile.packages().isEmpty();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("hypervisor", profile.hypervisor().wire());
        settings.put("mirror", profile.packageMirror() == null ? "" : profile.packageMirror());
        settings.put("packages", usual ? HostPackages.of(profile.hypervisor()) : profile.packages());
        settings.put("time_daemon", usual);
        settings.put("archive", archive.url().toString());
        settings.put("sha256", archive.sha256());
        settings.put("seconds", profile.deadlines().bootstrap().toSeconds());
        return settings;
    }

    private static Map<String, Object> file(String path, String mode, String content) {
        return Map.of("path", path, "permissions", mode, "content", content);
    }

    static String program() {
        try (InputStream in = FirstBoot.class.getResourceAsStream(PROGRAM)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The program of first boots is not in the jar", e);
        }
    }
}
