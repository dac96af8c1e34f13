package io.bessemer.images;

import io.bessemer.images.SourceSettings.Glance;
import io.bessemer.openstack.Deadline;
import io.bessemer.openstack.Http;
import io.bessemer.openstack.Http.Answer;
import io.bessemer.openstack.Keystone;
import io.bessemer.openstack.OpenStackException;
import io.bessemer.openstack.ServiceClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The image service of OpenStack, by its API v2: what is known of an image, and where its bytes are.
final class GlanceImages implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final int CALLS = 4;

    private final Glance settings;
    private final Clock clock;
    private final Http http;
    private final Keystone keystone;

    GlanceImages(Glance settings, Path caFile, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.http = new Http(caFile, CONNECT_LIMIT);
        this.keystone = settings.login() == null ? null : new Keystone(settings.login(), http);
    }

    @Override
    public void close() {
        http.close();
    }

    /// An image's record, in the words of Glance.
    record Described(String id, JsonNode json) {
        String property(String name) {
            return json.path(name).asString("");
        }

        /// Whether it is the root file system alone, which boots by a kernel and an initramfs that are images of their own.
        boolean partition() {
            return !property("kernel_id").isEmpty() || !property("ramdisk_id").isEmpty();
        }
    }

    /// @throws ImageImportException when it is not there, or not in a state to be fetched
    Described describe(String id) throws ImageImportException {
        var deadline = deadline();
        try {
            Answer answer = call("/v2/images/" + id, deadline);
            if (answer.status() == 404) {
                throw new ImageImportException("image_source glance://%s: Glance has no such image, or user '%s' may not see it.".formatted(id, user()), false);
            }
            var image = new Described(id, answer.body());
            String status = image.property("status");
            switch (status) {
                case "active" -> {}
                case "queued", "saving", "uploading", "importing" -> throw new ImageImportException(
                        "image_source glance://%s is '%s' in Glance: its data is not there yet. It is tried again.".formatted(id, status), true);
                default -> throw new ImageImportException("image_source glance://%s is '%s' in Glance; only an 'active' image is fetched.".formatted(id, status), false);
            }
            return image;
        } catch (OpenStackException e) {
            throw new ImageImportException("image_source glance://%s: %s".formatted(id, e.getMessage()), e.status() == 0 || e.status() >= 500 || e.status() == 429, e);
        }
    }

    /// @param checksums of the client's
    Located located(Described image, List<Checksum> checksums, Reach reach) throws IOException {
        String name = "glance://" + image.id();
        var all = new ArrayList<>(checksums);
        published(image).ifPresent(all::add);
        String version = all.isEmpty() ? image.property("updated_at") : all.getLast().algorithm() + ":" + all.getLast().value();
        URI url;
        Map<String, String> headers;
        try {
            if (settings.swift() != null) {
                url = SwiftTempUrl.of(settings.swift(), image.id(), clock.instant());
                headers = Map.of();
            } else {
                var deadline = deadline();
                url = URI.create(endpoint(deadline) + "/v2/images/" + image.id() + "/file");
                headers = keystone == null ? Map.of() : Map.of("X-Auth-Token", keystone.session(null, deadline).token());
            }
        } catch (OpenStackException e) {
            throw new ImageImportException("image_source %s: %s".formatted(name, e.getMessage()), true, e);
        }
        // an image's data never changes once it is active; its own hosts are those of the settings and of the catalog
        return new Located(name, url, headers, version, true, all, image.json().path("size").asLong(-1), diskFormat(image), reach.with(Reach.hostAndPort(url)));
    }

    /// `os_hash_value` came with Glance's API 2.7; before, there is an MD5.
    private static Optional<Checksum> published(Described image) throws ImageImportException {
        String algorithm = image.property("os_hash_algo");
        if (Checksum.knows(algorithm) && !image.property("os_hash_value").isEmpty()) {
            return Optional.of(Checksum.of(algorithm, image.property("os_hash_value")));
        }
        return image.property("checksum").isEmpty() ? Optional.empty() : Optional.of(Checksum.of("md5", image.property("checksum")));
    }

    /// What is no disk (`aki`, `ari`, `iso`) is looked at when it is here.
    private static String diskFormat(Described image) {
        String format = image.property("disk_format");
        return format.isEmpty() || List.of("iso", "aki", "ari", "ami").contains(format) ? null : format;
    }

    private Answer call(String path, Deadline deadline) throws OpenStackException {
        if (keystone != null) {
            return new ServiceClient(http, keystone, deadline, "image", settings.endpoint(), null).call("GET", path, null, 404);
        }
        URI uri = URI.create(endpoint(deadline) + path);
        Answer answer = http.call("GET", uri, Map.of(), null, deadline.nextCall());
        if (answer.status() != 200 && answer.status() != 404) {
            throw new OpenStackException(answer.status(), "GET %s: %d %s Without bessemer.images.glance.auth-url no token is sent.".formatted(uri, answer.status(), answer.explanation()), null);
        }
        return answer;
    }

    private String endpoint(Deadline deadline) throws OpenStackException {
        URI endpoint = keystone == null ? settings.endpoint() : keystone.endpoint(keystone.session(null, deadline), "image", settings.endpoint());
        return endpoint.toString().replaceAll("/+$", "").replaceAll("/v2$", "");
    }

    private Deadline deadline() {
        return new Deadline(settings.callTimeout().multipliedBy(CALLS), settings.callTimeout());
    }

    private String user() {
        return settings.login() == null ? "nobody" : settings.login().username();
    }
}
