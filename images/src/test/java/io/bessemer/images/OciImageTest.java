package io.bessemer.images;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.network.Network;
import io.bessemer.images.SourceSettings.Registry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a registry that answers as the distribution specification says, and a token server as quay.io and Docker have one. `acceptance/sources.sh` has the real registry.
class OciImageTest {
    private static final int MIB = 1 << 20;
    private static final byte[] DISK = Imports.disk(MIB, 2);
    private static final String EMPTY = "application/vnd.oci.empty.v1+json";

    @TempDir
    Path directory;

    private final WireMockServer registry = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private ImageDirectory images;

    @BeforeEach
    void start() {
        registry.start();
        registry.stubFor(get(anyUrl()).atPriority(10).willReturn(aResponse().withStatus(404)));
        open("", "");
    }

    @AfterEach
    void stop() {
        images.close();
        registry.stop();
    }

    private void open(String username, String password) {
        if (images != null) {
            images.close();
        }
        var sources = new SourceSettings(List.of(), List.of(new Registry(host(), username, password, true)), null, null, List.of(new Network("127.0.0.0/8")));
        images = new ImageDirectory(new ImageSettings(directory, 64 * MIB, List.of()).with(sources));
    }

    private String host() {
        return "127.0.0.1:" + registry.port();
    }

    private static String layer(byte[] bytes, String mediaType, String title) throws Exception {
        return """
                {"mediaType": "%s", "digest": "sha256:%s", "size": %d, "annotations": {"org.opencontainers.image.title": "%s"}}
                """.formatted(mediaType, Imports.sha256(bytes), bytes.length, title);
    }

    private static String manifest(String config, String... layers) {
        return """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {"mediaType": "%s", "digest": "sha256:%s", "size": 2}, "layers": [%s]}
                """.formatted(config, "0".repeat(64), String.join(",", layers));
    }

    /// @return its digest
    private String has(String tag, String manifest) throws Exception {
        String digest = "sha256:" + Imports.sha256(manifest.getBytes(StandardCharsets.UTF_8));
        for (String name : List.of(tag, digest)) {
            registry.stubFor(get(urlEqualTo("/v2/disks/debian/manifests/" + name)).withHeader("Accept", containing("image.index.v1")).willReturn(okJson(manifest)));
        }
        return digest;
    }

    private void has(byte[] blob) throws Exception {
        registry.stubFor(get(urlEqualTo("/v2/disks/debian/blobs/sha256:" + Imports.sha256(blob))).willReturn(aResponse().withBody(blob)));
    }

    private ImageSource source(String reference) {
        return new ImageSource("oci://" + host() + "/disks/debian" + reference, null, null, null);
    }

    private String refusal(ImageSource source) throws InterruptedException {
        return Imports.failed(images, source).reason();
    }

    @Test
    void an_artifact_is_imported_by_tag_and_by_digest_and_fetched_once() throws Exception {
        String digest = has("12", manifest(EMPTY, layer(DISK, "application/vnd.oci.image.layer.v1.tar", "disk.raw")));
        has(DISK);
        var image = Imports.ready(images, source(":12"));
        assertThat(image.sourceSha256()).isEqualTo(Imports.sha256(DISK));
        assertThat(image.name()).isEqualTo("debian-12");
        assertThat(Imports.ready(images, source("@" + digest)).id()).isEqualTo(image.id());
        assertThat(Imports.ready(images, source(":12@" + digest)).id()).isEqualTo(image.id());
        registry.verify(1, getRequestedFor(urlPathEqualTo("/v2/disks/debian/blobs/sha256:" + Imports.sha256(DISK))));
    }

    @Test
    void of_an_index_the_machines_architecture_and_the_format_that_is_read_best_are_taken() throws Exception {
        byte[] arm = Imports.disk(MIB, 3);
        String raw = has("raw", manifest(EMPTY, layer(Imports.disk(MIB, 4), "application/zstd", "raw")));
        String qcow = has("qcow", manifest(EMPTY, layer(DISK, "application/zstd", "qcow2")));
        String other = has("arm", manifest(EMPTY, layer(arm, "application/zstd", "qcow2")));
        has("latest", """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
                  {"digest": "sha256:%1$s", "platform": {"architecture": "amd64"}, "annotations": {"disktype": "hyperv"}},
                  {"digest": "%2$s", "platform": {"architecture": "x86_64"}, "annotations": {"disktype": "raw"}},
                  {"digest": "%3$s", "platform": {"architecture": "aarch64"}, "annotations": {"disktype": "qcow2"}},
                  {"digest": "%4$s", "platform": {"architecture": "x86_64"}, "annotations": {"disktype": "qcow2"}}]}
                """.formatted("1".repeat(64), raw, other, qcow));
        has(DISK);
        has(arm);
        assertThat(Imports.ready(images, source("")).sourceSha256()).isEqualTo(Imports.sha256(DISK));
        assertThat(Imports.ready(images, new ImageSource(source("").source(), null, null, null, "arm64", null)).sourceSha256()).isEqualTo(Imports.sha256(arm));
        assertThat(refusal(new ImageSource(source("").source(), null, null, null, "riscv64", null))).contains("has no disk image for riscv64", "amd64 hyperv", "qcow2, qemu, raw, applehv");
    }

    @Test
    void the_token_that_a_registry_asks_for_is_got_with_the_login_of_the_settings() throws Exception {
        open("puller", "word");
        has("12", manifest(EMPTY, layer(DISK, "application/x-qemu-disk", "")));
        has(DISK);
        wantsToken("puller", "word");
        Imports.ready(images, source(":12"));
        assertThat(Imports.failed(images, new ImageSource(source(":12").source(), null, null, null, null, "puller:wrong")).reason())
                .contains("token server 127.0.0.1 answered with status 401").doesNotContain("wrong");
    }

    @Test
    void the_pull_secret_of_a_node_goes_before_the_settings() throws Exception {
        open("nobody", "nothing");
        has("12", manifest(EMPTY, layer(DISK, "application/x-qemu-disk", "")));
        has(DISK);
        wantsToken("puller", "word");
        String secret = Base64.getEncoder().encodeToString("puller:word".getBytes(StandardCharsets.UTF_8));
        Imports.ready(images, new ImageSource(source(":12").source(), null, null, null, null, secret));
    }

    private void wantsToken(String username, String password) {
        registry.stubFor(get(urlPathEqualTo("/token")).atPriority(2).willReturn(aResponse().withStatus(401)));
        registry.stubFor(get(urlPathEqualTo("/token")).atPriority(1).withQueryParam("scope", equalTo("repository:disks/debian:pull")).withQueryParam("service", equalTo("reg"))
                .withBasicAuth(username, password).willReturn(okJson("{\"token\": \"abc.def\"}")));
        registry.stubFor(get(urlMatching("/v2/.*")).atPriority(2).withHeader("Authorization", absent())
                .willReturn(aResponse().withStatus(401).withHeader("WWW-Authenticate", "Bearer realm=\"http://%s/token\",service=\"reg\",scope=\"repository:disks/debian:pull\"".formatted(host()))));
    }

    @Test
    void a_registry_that_wants_a_login_says_where_to_give_one() throws Exception {
        registry.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(401).withHeader("WWW-Authenticate", "Basic realm=\"x\"")));
        assertThat(refusal(source(":12"))).contains("bessemer.images.registries or instance_info/image_pull_secret");
    }

    @Test
    void a_token_server_without_tls_gets_no_login_from_a_registry_that_has_it() throws Exception {
        var login = new RegistryLogin("puller", "word", false);
        assertThatThrownBy(() -> login.authorization(null, Reach.ANYWHERE, "x", "Bearer realm=\"http://evil.example/token\"", null))
                .isInstanceOf(ImageImportException.class).hasMessageContaining("no https URL");
    }

    @Test
    void a_manifest_that_is_not_what_its_digest_says_is_refused() throws Exception {
        String digest = "sha256:" + "5".repeat(64);
        registry.stubFor(get(urlEqualTo("/v2/disks/debian/manifests/" + digest)).willReturn(okJson(manifest(EMPTY, layer(DISK, "x", "")))));
        assertThat(refusal(source("@" + digest))).contains("Do not trust it");
    }

    @Test
    void a_blob_that_is_not_what_its_digest_says_is_refused() throws Exception {
        has("12", manifest(EMPTY, layer(DISK, "x", "")));
        registry.stubFor(get(urlEqualTo("/v2/disks/debian/blobs/sha256:" + Imports.sha256(DISK))).willReturn(aResponse().withBody(Imports.disk(MIB, 9))));
        assertThat(refusal(source(":12"))).contains("has sha256", "expected " + Imports.sha256(DISK));
        assertThat(images.list()).isEmpty();
    }

    @Test
    void a_checksum_of_the_client_that_contradicts_the_registry_is_told_before_anything_is_fetched() throws Exception {
        has("12", manifest(EMPTY, layer(DISK, "x", "")));
        assertThat(refusal(new ImageSource(source(":12").source(), "sha256", "0".repeat(64), null))).contains("is published with " + Imports.sha256(DISK));
        registry.verify(0, getRequestedFor(urlPathEqualTo("/v2/disks/debian/blobs/sha256:" + Imports.sha256(DISK))));
    }

    @Test
    void a_container_image_is_told_from_a_disk() throws Exception {
        has("12", manifest("application/vnd.oci.image.config.v1+json", layer(DISK, "application/vnd.oci.image.layer.v1.tar+gzip", "")));
        assertThat(refusal(source(":12"))).contains("is a container image", "oras push");
    }

    @Test
    void of_several_layers_the_one_that_is_a_disk_is_taken_and_two_are_refused() throws Exception {
        has("12", manifest(EMPTY, layer(DISK, "application/octet-stream", "debian.raw"), layer(new byte[] {1}, "text/plain", "README")));
        has(DISK);
        assertThat(Imports.ready(images, source(":12")).sourceSha256()).isEqualTo(Imports.sha256(DISK));
        has("two", manifest(EMPTY, layer(DISK, "x", "a.img"), layer(new byte[] {1}, "x", "b.qcow2")));
        assertThat(refusal(source(":two"))).contains("2 layers that are disk images", "a.img");
    }

    @Test
    void an_announced_size_over_the_limit_is_refused_before_it_is_fetched() throws Exception {
        has("12", manifest(EMPTY, layer(DISK, "x", "").replace("\"size\": " + MIB, "\"size\": 99999999999")));
        assertThat(refusal(source(":12"))).contains("larger than the 67108864 bytes allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"oci://", "oci://registry.example", "oci://registry.example/Upper", "oci://registry.example/a:tag:tag", "oci://registry.example/a@sha256:12", "oci://u:p@registry.example/a",
        "oci://registry.example/a/../b", "oci://registry.example/a?x=y"})
    void what_is_no_reference_is_told_with_an_example(String text) throws Exception {
        assertThat(refusal(new ImageSource(text, null, null, null))).contains("oci://registry.example/images/debian:12");
    }
}
