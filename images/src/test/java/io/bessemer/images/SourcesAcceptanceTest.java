package io.bessemer.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.network.Network;
import io.bessemer.core.program.Command;
import io.bessemer.images.SourceSettings.Glance;
import io.bessemer.images.SourceSettings.Registry;
import io.bessemer.openstack.CloudLogin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real Keystone, Glance and registry, which `acceptance/sources.sh` sets up and names in the environment.
@Tag("sources")
class SourcesAcceptanceTest {
    private static final int MIB = 1 << 20;
    private static final byte[] DISK = Imports.disk(8 * MIB, 11);
    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";
    private static final String PASSWORD = System.getenv("BESSEMER_SOURCES_PASSWORD");
    private static final String KEYSTONE = System.getenv("BESSEMER_SOURCES_KEYSTONE");
    private static final String GLANCE = System.getenv("BESSEMER_SOURCES_GLANCE");
    private static final String REGISTRY = System.getenv("BESSEMER_SOURCES_REGISTRY");

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private ImageDirectory images;

    @BeforeEach
    void open() {
        var login = new CloudLogin("bessemer.images.glance", URI.create(KEYSTONE), "admin", PASSWORD, "admin", "Default", "Default", "", "public");
        var sources = new SourceSettings(List.of(), List.of(new Registry(REGISTRY, "puller", PASSWORD, true)),
                new Glance(login, URI.create(GLANCE), Duration.ofSeconds(30), null), null, List.of(new Network("127.0.0.0/8")));
        images = new ImageDirectory(new ImageSettings(directory.resolve("images"), 64 * MIB, List.of()).with(sources));
    }

    @AfterEach
    void close() {
        images.close();
        client.close();
    }

    private HttpResponse<String> call(String method, String uri, BodyPublisher body, Map<String, String> headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(uri)).method(method, body);
        headers.forEach(request::header);
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as("%s %s: %s", method, uri, response.body()).isBetween(200, 299);
        return response;
    }

    private static BodyPublisher json(String text) {
        return BodyPublishers.ofString(text);
    }

    private String token() throws Exception {
        return call("POST", KEYSTONE + "/auth/tokens", json("""
                {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "admin", "domain": {"id": "default"}, "password": "%s"}}},
                 "scope": {"project": {"name": "admin", "domain": {"id": "default"}}}}}
                """.formatted(PASSWORD)), Map.of("Content-Type", "application/json")).headers().firstValue("X-Subject-Token").orElseThrow();
    }

    /// @return its id
    private String uploaded(String format, byte[] data, String more) throws Exception {
        String token = token();
        JsonNode image = JsonMapper.shared().readTree(call("POST", GLANCE + "/v2/images", json("""
                {"name": "debian", "disk_format": "%s", "container_format": "bare"%s}
                """.formatted(format, more)), Map.of("X-Auth-Token", token, "Content-Type", "application/json")).body());
        String id = image.path("id").asString();
        if (data.length > 0) {
            call("PUT", GLANCE + "/v2/images/" + id + "/file", BodyPublishers.ofByteArray(data), Map.of("X-Auth-Token", token, "Content-Type", "application/octet-stream"));
        }
        return id;
    }

    @Test
    void an_image_of_a_real_glance_is_imported_by_its_uuid() throws Exception {
        Path raw = Files.write(directory.resolve("disk.raw"), DISK);
        Path qcow2 = directory.resolve("disk.qcow2");
        Command.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2.toString()).run();
        var image = Imports.ready(images, new ImageSource(uploaded("qcow2", Files.readAllBytes(qcow2), ""), null, null, null));
        assertThat(image.sourceFormat()).isEqualTo("qcow2");
        assertThat(image.virtualBytes()).isEqualTo(DISK.length);
        assertThat(image.sourceSha256()).isEqualTo(Imports.sha256(Files.readAllBytes(qcow2)));
    }

    @Test
    void a_real_glance_goes_on_with_a_download_where_it_stopped() throws Exception {
        String id = uploaded("raw", DISK, "");
        String source = "glance://" + id;
        Path folder = Files.createDirectories(directory.resolve("images/.work").resolve(Imports.sha256(source.getBytes(StandardCharsets.UTF_8)).substring(0, 24)));
        Files.write(folder.resolve("source"), Arrays.copyOf(DISK, 5 * MIB));
        Files.writeString(folder.resolve("source.version"), "sha512:" + Imports.hash("SHA-512", DISK));
        assertThat(Imports.ready(images, new ImageSource(source, null, null, "raw")).sourceSha256()).isEqualTo(Imports.sha256(DISK));
    }

    @Test
    void a_real_glance_says_that_data_is_missing_and_that_an_image_is_unknown() throws Exception {
        assertThat(Imports.failed(images, new ImageSource("glance://" + uploaded("raw", new byte[0], ""), null, null, null)).reason()).contains("'queued'");
        assertThat(Imports.failed(images, new ImageSource("glance://" + UNKNOWN, null, null, null)).reason()).contains("no such image");
        assertThat(Imports.failed(images, new ImageSource(uploaded("raw", DISK, ", \"kernel_id\": \"%1$s\", \"ramdisk_id\": \"%1$s\"".formatted(UNKNOWN)), null, null, null)).reason()).contains("partition image");
    }

    @Test
    void an_artifact_of_a_real_registry_is_imported_by_tag_and_digest() throws Exception {
        String digest = pushed("12");
        var image = Imports.ready(images, new ImageSource("oci://%s/disks/debian:12".formatted(REGISTRY), null, null, null));
        assertThat(image.sourceSha256()).isEqualTo(Imports.sha256(DISK));
        assertThat(Imports.ready(images, new ImageSource("oci://%s/disks/debian@%s".formatted(REGISTRY, digest), null, null, null)).id()).isEqualTo(image.id());
    }

    @Test
    void a_real_registry_refuses_a_wrong_login_and_an_unknown_tag() throws Exception {
        pushed("12");
        assertThat(Imports.failed(images, new ImageSource("oci://%s/disks/debian:12".formatted(REGISTRY), null, null, null, null, "puller:wrong")).reason())
                .contains("The login for it is not taken");
        assertThat(Imports.failed(images, new ImageSource("oci://%s/disks/debian:13".formatted(REGISTRY), null, null, null)).reason()).contains("no such repository, tag or digest");
    }

    /// As `oras push` does it.
    ///
    /// @return the digest of the manifest
    private String pushed(String tag) throws Exception {
        String base = "http://" + REGISTRY + "/v2/disks/debian/";
        String login = Web.basic("puller", PASSWORD);
        for (byte[] blob : List.of(DISK, "{}".getBytes(StandardCharsets.UTF_8))) {
            String upload = call("POST", base + "blobs/uploads/", BodyPublishers.noBody(), Map.of("Authorization", login)).headers().firstValue("Location").orElseThrow();
            call("PUT", upload + (upload.contains("?") ? "&" : "?") + "digest=sha256:" + Imports.sha256(blob), BodyPublishers.ofByteArray(blob),
                    Map.of("Authorization", login, "Content-Type", "application/octet-stream"));
        }
        String manifest = """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                 "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": "sha256:%s", "size": 2},
                 "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "sha256:%s", "size": %d, "annotations": {"org.opencontainers.image.title": "disk.raw"}}]}
                """.formatted(Imports.sha256("{}".getBytes(StandardCharsets.UTF_8)), Imports.sha256(DISK), DISK.length);
        call("PUT", base + "manifests/" + tag, json(manifest), Map.of("Authorization", login, "Content-Type", "application/vnd.oci.image.manifest.v1+json"));
        return "sha256:" + Imports.sha256(manifest.getBytes(StandardCharsets.UTF_8));
    }
}
