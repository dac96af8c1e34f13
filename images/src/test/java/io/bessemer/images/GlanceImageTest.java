package io.bessemer.images;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.network.Network;
import io.bessemer.images.SourceSettings.Glance;
import io.bessemer.images.SourceSettings.Swift;
import io.bessemer.openstack.CloudLogin;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against Keystone and Glance with bodies in the shape of Glance 25's. `acceptance/sources.sh` has the real ones.
class GlanceImageTest {
    private static final int MIB = 1 << 20;
    private static final byte[] DISK = Imports.disk(MIB, 7);
    private static final String ID = "6c1f6a4e-8f6a-4b6e-9c57-0f6f5f0d3a11";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private final WireMockServer cloud = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private ImageDirectory images;

    @BeforeEach
    void start() throws Exception {
        cloud.start();
        cloud.stubFor(post(urlEqualTo("/v3/auth/tokens")).willReturn(aResponse().withStatus(201).withHeader("X-Subject-Token", "good").withBody("""
                {"token": {"issued_at": "2026-01-01T00:00:00Z", "expires_at": "2026-01-01T01:00:00Z", "catalog": [{"type": "image", "endpoints": [
                  {"interface": "internal", "region_id": "one", "url": "%s"}]}]}}
                """.formatted(url("")))));
        cloud.stubFor(get(urlEqualTo("/v2/images/" + ID + "/file")).withHeader("X-Auth-Token", equalTo("good")).willReturn(aResponse().withBody(DISK)));
        has("active", "raw", "");
        open(new Glance(login(), null, LIMIT, null));
    }

    @AfterEach
    void stop() {
        images.close();
        cloud.stop();
    }

    private CloudLogin login() {
        return new CloudLogin("bessemer.images.glance", URI.create(url("")), "bessemer", "word", "service", "Default", "Default", "", "internal");
    }

    private void open(Glance glance) {
        if (images != null) {
            images.close();
        }
        var sources = new SourceSettings(List.of(), List.of(), glance, null, List.of(new Network("127.0.0.0/8")));
        images = new ImageDirectory(new ImageSettings(directory, 64 * MIB, List.of()).with(sources), Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC));
    }

    private String url(String path) {
        return "http://127.0.0.1:" + cloud.port() + path;
    }

    private void has(String status, String format, String more) throws Exception {
        cloud.stubFor(get(urlEqualTo("/v2/images/" + ID)).withHeader("X-Auth-Token", equalTo("good")).willReturn(okJson(described(status, format, more))));
    }

    private static String described(String status, String format, String more) throws Exception {
        return """
                {"id": "%s", "name": "debian", "status": "%s", "disk_format": "%s", "container_format": "bare", "size": %d, "os_hash_algo": "sha512", "os_hash_value": "%s",
                 "checksum": "%s", "updated_at": "2026-01-01T00:00:00Z"%s}
                """.formatted(ID, status, format, DISK.length, Imports.hash("SHA-512", DISK), Imports.hash("MD5", DISK), more);
    }

    private static ImageSource source(String text) {
        return new ImageSource(text, null, null, null);
    }

    private String refusal(String text) throws InterruptedException {
        return Imports.failed(images, source(text)).reason();
    }

    @Test
    void an_image_is_named_by_its_uuid_or_a_glance_url_verified_by_glances_hash_and_fetched_once() throws Exception {
        var image = Imports.ready(images, source("glance://" + ID));
        assertThat(image.sourceSha256()).isEqualTo(Imports.sha256(DISK));
        assertThat(Imports.ready(images, source(ID)).id()).isEqualTo(image.id());
        images.close();
        images = null;
        open(new Glance(login(), null, LIMIT, null));
        assertThat(Imports.ready(images, source(ID.toUpperCase(Locale.ROOT))).id()).isEqualTo(image.id());
        cloud.verify(1, getRequestedFor(urlEqualTo("/v2/images/" + ID + "/file")));
    }

    @Test
    void data_that_does_not_have_glances_hash_is_refused() throws Exception {
        cloud.stubFor(get(urlEqualTo("/v2/images/" + ID + "/file")).willReturn(aResponse().withBody(Imports.disk(MIB, 8))));
        assertThat(refusal(ID)).contains("has sha512", "expected " + Imports.hash("SHA-512", DISK));
    }

    @Test
    void the_format_that_glance_says_is_checked_against_the_data() throws Exception {
        has("active", "qcow2", "");
        assertThat(refusal(ID)).contains("image_disk_format says qcow2", "is raw");
    }

    @Test
    void an_image_that_is_not_there_yet_is_waited_for_and_one_that_never_will_be_is_not() throws Exception {
        has("saving", "raw", "");
        assertThat(Imports.failed(images, source(ID)).retryable()).isTrue();
        has("deactivated", "raw", "");
        assertThat(Imports.failed(images, source(ID))).satisfies(failed -> assertThat(failed.retryable()).isFalse(), failed -> assertThat(failed.reason()).contains("'deactivated'"));
        cloud.stubFor(get(urlEqualTo("/v2/images/" + ID)).willReturn(aResponse().withStatus(404)));
        assertThat(refusal(ID)).contains("Glance has no such image, or user 'bessemer' may not see it");
    }

    @Test
    void a_partition_image_is_refused_with_what_is_wanted() throws Exception {
        has("active", "raw", ", \"kernel_id\": \"a\", \"ramdisk_id\": \"b\"");
        assertThat(refusal(ID)).contains("is a partition image", "whole-disk images");
    }

    @Test
    void a_token_that_runs_out_is_replaced() throws Exception {
        Imports.ready(images, source(ID));
        images.remove(ID);
        has("active", "raw", "");
        cloud.stubFor(get(urlEqualTo("/v2/images/" + ID)).withHeader("X-Auth-Token", equalTo("good")).willReturn(aResponse().withStatus(401)));
        cloud.stubFor(post(urlEqualTo("/v3/auth/tokens")).willReturn(aResponse().withStatus(201).withHeader("X-Subject-Token", "better").withBody("""
                {"token": {"catalog": [{"type": "image", "endpoints": [{"interface": "internal", "region_id": "one", "url": "%s"}]}]}}
                """.formatted(url("/")))));
        cloud.stubFor(get(urlEqualTo("/v2/images/" + ID)).withHeader("X-Auth-Token", equalTo("better")).willReturn(okJson(described("active", "raw", ""))));
        cloud.stubFor(get(urlEqualTo("/v2/images/" + ID + "/file")).withHeader("X-Auth-Token", equalTo("better")).willReturn(aResponse().withBody(DISK)));
        Imports.ready(images, source("glance://" + ID));
        cloud.verify(2, postRequestedFor(urlEqualTo("/v3/auth/tokens")));
    }

    @Test
    void an_object_store_is_asked_by_a_temporary_url_without_a_token() throws Exception {
        open(new Glance(login(), null, LIMIT, new Swift(URI.create(url("")), "AUTH_1", "glance", "key", Duration.ofMinutes(20))));
        cloud.stubFor(get(urlPathEqualTo("/v1/AUTH_1/glance/" + ID)).withQueryParam("temp_url_expires", equalTo("1800001200"))
                .withQueryParam("temp_url_sig", equalTo("4ef21ed922c27f88bd7f64ab1db4d0041302153982f05d46093908a3d25a85b3")).withHeader("X-Auth-Token", absent()).willReturn(aResponse().withBody(DISK)));
        Imports.ready(images, source(ID));
        cloud.verify(0, getRequestedFor(urlEqualTo("/v2/images/" + ID + "/file")));
    }

    @Test
    void a_glance_without_keystone_is_asked_without_a_token() throws Exception {
        open(new Glance(null, URI.create(url("/v2")), LIMIT, null));
        cloud.stubFor(get(urlEqualTo("/v2/images/" + ID)).withHeader("X-Auth-Token", absent()).willReturn(okJson(described("active", "raw", ""))));
        cloud.stubFor(get(urlEqualTo("/v2/images/" + ID + "/file")).withHeader("X-Auth-Token", absent()).willReturn(aResponse().withBody(DISK)));
        Imports.ready(images, source(ID));
        cloud.verify(0, postRequestedFor(anyUrl()));
    }

    @Test
    void a_wrong_password_names_the_settings_and_is_not_told() throws Exception {
        cloud.stubFor(post(urlEqualTo("/v3/auth/tokens")).willReturn(aResponse().withStatus(401)));
        assertThat(refusal(ID)).contains("does not take user 'bessemer'", "bessemer.images.glance").doesNotContain("word ", "'word'");
    }

    @Test
    void without_a_glance_a_url_of_one_is_told_from_an_unknown_name() throws Exception {
        open(null);
        assertThat(refusal("glance://" + ID)).contains("no Glance is configured here", "bessemer.images.glance");
        assertThat(refusal(ID)).contains("neither a URL nor the name or id of an imported image");
        assertThat(refusal("glance://debian")).contains("Write it as glance://UUID");
    }
}
