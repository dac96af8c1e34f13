package io.bessemer.images;

import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.images.SourceSettings.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Finds the disk image behind an `oci://` URL, as Ironic does: a manifest with one layer that is an artifact and no container, or of an index the manifest for
/// the machine's architecture whose `disktype` is the one we read best. Distribution specification 1.1, image specification 1.1.
final class OciRegistries {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String ACCEPTED = INDEX + ", application/vnd.oci.image.manifest.v1+json, " + DOCKER_LIST + ", application/vnd.docker.distribution.manifest.v2+json";
    /// the specification asks registries to take manifests of at least this
    private static final int LARGEST_MANIFEST_BYTES = 4 << 20;
    private static final int MOST_MANIFESTS = 100;
    /// in the order in which we like them: the smaller first, as the server converts it; `applehv` is a raw disk
    private static final List<String> DISK_TYPES = List.of("qcow2", "qemu", "raw", "applehv");
    private static final List<String> CONTAINER_CONFIGS = List.of("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json");

    private static final Pattern DIGEST = Pattern.compile("[a-z0-9]{1,20}:[0-9a-f]{32,128}");

    private final SourceSettings settings;
    private final Web web;

    OciRegistries(SourceSettings settings, Web web) {
        this.settings = settings;
        this.web = web;
    }

    /// @param checksums of the client's
    Located locate(ImageSource source, List<Checksum> checksums, Reach reach) throws IOException {
        OciReference reference = OciReference.parse(source.source());
        Registry registry = settings.registries().stream().filter(one -> one.host().equalsIgnoreCase(reference.host())).findFirst()
                .orElse(new Registry(reference.host(), "", "", false));
        RegistryLogin login = RegistryLogin.of(registry, source.pullSecret());
        var asking = new Asking(web, reach, login, source.source(), URI.create("%s://%s/v2/%s/".formatted(registry.plainHttp() ? "http" : "https", host(reference), reference.repository())));
        JsonNode manifest = asking.manifest(reference.manifest());
        if (manifest.path("manifests").isArray()) {
            manifest = asking.manifest(chosen(manifest, source));
        }
        JsonNode layer = layer(manifest, source.source());
        String digest = layer.path("digest").asString("");
        String[] parts = digest.split(":", 2);
        var all = new ArrayList<>(checksums);
        all.add(Checksum.of(parts[0], parts[1]));
        return new Located(source.source(), asking.base.resolve("blobs/" + digest), asking.headers(), digest, true, all, layer.path("size").asLong(-1), null, reach);
    }

    /// Docker's registry is not where its name says.
    private static String host(OciReference reference) {
        return reference.host().equals("docker.io") ? "registry-1.docker.io" : reference.host();
    }

    /// @return the digest of a manifest
    static String chosen(JsonNode index, ImageSource source) throws ImageImportException {
        List<String> architectures = architectures(source.architecture());
        record Candidate(int rank, String digest) {}
        var fitting = new ArrayList<Candidate>();
        var seen = new ArrayList<String>();
        int count = 0;
        for (JsonNode one : index.path("manifests")) {
            if (++count > MOST_MANIFESTS) {
                throw new ImageImportException("image_source %s is an index of more than %d manifests. Name one by its @sha256 digest.".formatted(source.source(), MOST_MANIFESTS), false);
            }
            String architecture = one.path("platform").path("architecture").asString("");
            String type = one.path("annotations").path("disktype").asString("");
            seen.add("%s %s".formatted(architecture.isEmpty() ? "any" : architecture, type.isEmpty() ? "(no disktype)" : type));
            boolean fits = architecture.isEmpty() || architectures.contains(architecture.toLowerCase(Locale.ROOT));
            int rank = type.isEmpty() ? DISK_TYPES.size() : DISK_TYPES.indexOf(type.toLowerCase(Locale.ROOT));
            if (fits && rank >= 0) {
                fitting.add(new Candidate(rank, one.path("digest").asString("")));
            }
        }
        String digest = fitting.stream().min(Comparator.comparingInt(Candidate::rank)).map(Candidate::digest).orElseThrow(() -> new ImageImportException(
                "image_source %s has no disk image for %s. It has: %s; disktypes that are read: %s.".formatted(source.source(), architectures.getFirst(), seen, DISK_TYPES), false));
        requireDigest(digest, source.source(), "a manifest in its index");
        return digest;
    }

    /// Of what becomes a part of the next address.
    private static void requireDigest(String digest, String name, String what) throws ImageImportException {
        if (!DIGEST.matcher(digest).matches()) {
            throw new ImageImportException("image_source %s: %s has the digest '%s'; expected is ALGORITHM:HEX"
                    .formatted(name, what, digest.length() > 160 ? digest.substring(0, 160) + "..." : digest), false);
        }
    }

    /// The field's two names of one architecture: registries say `amd64`, machines `x86_64`.
    private static List<String> architectures(String wanted) {
        String name = wanted == null ? "x86_64" : wanted.toLowerCase(Locale.ROOT);
        return switch (name) {
            case "x86_64", "amd64" -> List.of("x86_64", "amd64");
            case "aarch64", "arm64" -> List.of("aarch64", "arm64");
            default -> List.of(name);
        };
    }

    static JsonNode layer(JsonNode manifest, String name) throws ImageImportException {
        String config = manifest.path("config").path("mediaType").asString("");
        if (manifest.path("artifactType").asString("").isEmpty() && CONTAINER_CONFIGS.contains(config)) {
            throw new ImageImportException(("image_source %s is a container image (its config is %s), which is not written to a disk. Push the disk image itself as an artifact: "
                    + "oras push REGISTRY/REPOSITORY:TAG disk.qcow2").formatted(name, config), false);
        }
        JsonNode layers = manifest.path("layers");
        var disks = new ArrayList<JsonNode>();
        var seen = new ArrayList<String>();
        for (JsonNode layer : layers) {
            String title = layer.path("annotations").path("org.opencontainers.image.title").asString("");
            seen.add("%s %s".formatted(layer.path("mediaType").asString("?"), title).strip());
            if (layers.size() == 1 || isDisk(layer.path("mediaType").asString(""), title)) {
                disks.add(layer);
            }
            if (seen.size() > MOST_MANIFESTS) {
                break;
            }
        }
        if (disks.size() != 1) {
            throw new ImageImportException("image_source %s: its manifest has %d layers that are disk images, expected is one. Its layers: %s."
                    .formatted(name, disks.size(), seen), false);
        }
        requireDigest(disks.getFirst().path("digest").asString(""), name, "its layer");
        return disks.getFirst();
    }

    /// By what it says of itself; its bytes are looked at when they are here.
    private static boolean isDisk(String mediaType, String title) {
        return mediaType.contains("qemu-disk") || mediaType.contains("qcow2") || mediaType.contains("raw-disk") || mediaType.contains("disk-image")
                || title.matches("(?i).*\\.(qcow2|img|raw)(\\.(gz|xz|zst))?");
    }

    /// The requests to one repository, and the token that the first of them was told to get.
    private static final class Asking {
        private final Web web;
        private final Reach reach;
        private final RegistryLogin login;
        private final String name;
        private final URI base;
        private String authorization = "";

        Asking(Web web, Reach reach, RegistryLogin login, String name, URI base) {
            this.web = web;
            this.reach = reach;
            this.login = login;
            this.name = name;
            this.base = base;
        }

        Map<String, String> headers() {
            return authorization.isEmpty() ? Map.of() : Map.of("Authorization", authorization);
        }

        /// @param which a tag, or a digest, which is verified
        JsonNode manifest(String which) throws IOException {
            byte[] bytes = body("manifests/" + which);
            if (which.contains(":")) {
                Checksum expected = Checksum.of(which.substring(0, which.indexOf(':')), which.substring(which.indexOf(':') + 1));
                String found = HexFormat.of().formatHex(Checksum.digest(expected.algorithm()).digest(bytes));
                if (!found.equals(expected.value())) {
                    throw new ImageImportException("image_source %s: the registry sent a manifest with %s %s where %s was asked for. Do not trust it."
                            .formatted(name, expected.algorithm(), found, expected.value()), false);
                }
            }
            try {
                JsonNode manifest = JSON.readTree(bytes);
                if (manifest != null && manifest.isObject()) {
                    return manifest;
                }
            } catch (JacksonException e) {
                // told below
            }
            throw new ImageImportException("image_source %s: %s answers with something that is no manifest. Is it a registry?".formatted(name, base.getHost()), false);
        }

        private byte[] body(String path) throws IOException {
            HttpResponse<InputStream> response = web.get(base.resolve(path), headers(), Map.of("Accept", ACCEPTED), reach, name);
            if (response.statusCode() == 401 && authorization.isEmpty()) {
                response.body().close();
                authorization = login.authorization(web, reach, name, response.headers().firstValue("WWW-Authenticate").orElse(""), base);
                response = web.get(base.resolve(path), headers(), Map.of("Accept", ACCEPTED), reach, name);
            }
            if (response.statusCode() != 200) {
                response.body().close();
                throw refused(response.statusCode());
            }
            return web.all(response, LARGEST_MANIFEST_BYTES, "image_source " + name);
        }

        private ImageImportException refused(int status) {
            String cure = switch (status) {
                case 401, 403 -> login.anonymous() ? "It wants a login: set bessemer.images.registries or instance_info/image_pull_secret."
                        : "The login for it is not taken, or may not read this repository.";
                case 404 -> "There is no such repository, tag or digest.";
                default -> status >= 500 || status == 429 ? "It is tried again." : "Check the reference.";
            };
            return new ImageImportException("image_source %s: the registry answered with status %d. %s".formatted(name, status, cure), status >= 500 || status == 429);
        }
    }
}
