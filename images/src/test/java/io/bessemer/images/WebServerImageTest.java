package io.bessemer.images;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okForContentType;
import static com.github.tomakehurst.wiremock.client.WireMock.permanentRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.image.ImageLibrary.ImageStatus;
import io.bessemer.core.network.Network;
import io.bessemer.images.SourceSettings.WebServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebServerImageTest {
    private static final int MIB = 1 << 20;
    private static final byte[] DISK = Imports.disk(MIB, 1);

    @TempDir
    Path directory;

    private final WireMockServer web = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private final WireMockServer other = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private ImageDirectory images;

    @BeforeEach
    void start() {
        web.start();
        other.start();
    }

    @AfterEach
    void stop() {
        images.close();
        web.stop();
        other.stop();
    }

    private void open(List<WebServer> servers, String... denied) {
        var sources = new SourceSettings(servers, List.of(), null, null, List.of(denied).stream().map(Network::new).toList());
        images = new ImageDirectory(new ImageSettings(directory, 64 * MIB, List.of()).with(sources));
    }

    private WebServer server(String path, String username, String password, String token) {
        return new WebServer(URI.create(url(path)), username, password, token);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + web.port() + path;
    }

    private static ImageSource source(String url) {
        return new ImageSource(url, null, null, null);
    }

    private String refusal(ImageSource source) throws InterruptedException {
        return Imports.failed(images, source).reason();
    }

    @Test
    void a_server_gets_the_login_that_the_settings_have_for_its_url() throws Exception {
        open(List.of(server("/", "outer", "no", ""), server("/private", "reader", "word", ""), server("/tokens/", "", "", "t0ken")));
        web.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(401)));
        web.stubFor(get(urlEqualTo("/private/disk.raw")).withBasicAuth("reader", "word").willReturn(aResponse().withBody(DISK)));
        web.stubFor(get(urlEqualTo("/tokens/disk.raw")).withHeader("Authorization", equalTo("Bearer t0ken")).willReturn(aResponse().withBody(DISK)));
        Imports.ready(images, source(url("/private/disk.raw")));
        Imports.ready(images, source(url("/tokens/disk.raw")));
        assertThat(refusal(source(url("/privately/disk.raw")))).contains("status 401", "bessemer.images.servers").doesNotContain("word");
    }

    @Test
    void no_login_leaves_the_part_of_the_server_that_it_is_for() throws Exception {
        open(List.of(server("/private/", "reader", "word", "")));
        web.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(404)));
        for (String path : List.of("/private/../public.raw", "/private/%2E%2e/public.raw", "/public.raw")) {
            refusal(source(url(path)));
        }
        web.verify(3, getRequestedFor(anyUrl()).withHeader("Authorization", absent()));
    }

    @Test
    void a_redirection_to_another_host_gets_no_login_and_one_to_the_same_keeps_it() throws Exception {
        open(List.of(server("/", "reader", "word", "")));
        web.stubFor(get(urlEqualTo("/first.raw")).willReturn(temporaryRedirect("/second.raw")));
        web.stubFor(get(urlEqualTo("/second.raw")).withBasicAuth("reader", "word").willReturn(permanentRedirect("http://127.0.0.1:" + other.port() + "/signed?sig=1")));
        other.stubFor(get(urlPathEqualTo("/signed")).willReturn(aResponse().withBody(DISK)));
        Imports.ready(images, source(url("/first.raw")));
        other.verify(1, getRequestedFor(urlPathEqualTo("/signed")).withHeader("Authorization", absent()));
    }

    @Test
    void a_circle_of_redirections_ends() throws Exception {
        open(List.of());
        web.stubFor(any(anyUrl()).willReturn(temporaryRedirect("/again")));
        assertThat(refusal(source(url("/disk.raw")))).contains("more than 5 redirections");
    }

    @Test
    void a_client_does_not_reach_a_denied_network_directly_or_by_redirection_but_an_operator_does() throws Exception {
        open(List.of(), "127.0.0.0/8");
        web.stubFor(get(urlEqualTo("/disk.raw")).willReturn(aResponse().withBody(DISK)));
        assertThat(refusal(source(url("/disk.raw")))).contains("leads to 127.0.0.1, which is in 127.0.0.0/8", "bessemer.images.denied-networks");
        assertThat(refusal(new ImageSource("https://203.0.113.1/disk.raw", null, url("/SHA256SUMS"), null))).contains("127.0.0.0/8");
        web.verify(0, getRequestedFor(anyUrl()));
        assertThat(images.importImage("disk", source(url("/disk.raw")), false, (_, _, _) -> {}).dataBytes()).isEqualTo(MIB);
        images.close();

        open(List.of(server("/", "", "", "t")), "127.0.0.0/8");
        web.stubFor(get(urlEqualTo("/on.raw")).willReturn(temporaryRedirect("http://localhost:" + other.port() + "/latest/meta-data")));
        assertThat(refusal(source(url("/on.raw")))).contains("127.0.0.0/8");
        other.verify(0, getRequestedFor(anyUrl()));
    }

    @Test
    void a_redirection_leads_to_web_servers_only() throws Exception {
        open(List.of());
        web.stubFor(get(anyUrl()).willReturn(temporaryRedirect("file:///etc/passwd")));
        assertThat(refusal(source(url("/disk.raw")))).contains("no URL with a host");
    }

    @Test
    void a_password_in_a_url_is_refused_and_not_told() throws Exception {
        open(List.of());
        assertThat(refusal(source("http://reader:word@127.0.0.1:" + web.port() + "/disk.raw"))).contains("bessemer.images.servers").doesNotContain("word@");
    }

    @Test
    void the_signature_of_a_url_is_not_told() throws Exception {
        open(List.of());
        assertThat(refusal(source(url("/disk.raw?X-Amz-Signature=hidden")))).contains("disk.raw?...").doesNotContain("hidden");
    }

    @Test
    void a_list_of_checksums_says_by_their_length_what_they_are() throws Exception {
        open(List.of(server("/", "reader", "word", "")));
        web.stubFor(get(urlEqualTo("/disk.raw")).willReturn(aResponse().withBody(DISK)));
        web.stubFor(get(urlEqualTo("/SUMS")).withBasicAuth("reader", "word").willReturn(okForContentType("text/plain",
                "# made by hand\nSHA512 (other.raw) = %s\nSHA512 (disk.raw) = %s\n".formatted("0".repeat(128), Imports.hash("SHA-512", DISK)))));
        Imports.ready(images, new ImageSource(url("/disk.raw"), null, url("/SUMS"), null));
        web.stubFor(get(urlEqualTo("/WRONG")).willReturn(okForContentType("text/plain", "%s  ./disk.raw\n".formatted("0".repeat(64)))));
        assertThat(refusal(new ImageSource(url("/disk.raw"), null, url("/WRONG"), null))).contains("has sha256 " + Imports.sha256(DISK), "expected " + "0".repeat(64));
        Imports.ready(images, new ImageSource(url("/disk.raw"), null, "sha384:" + Imports.hash("SHA-384", DISK), null));
        assertThat(refusal(new ImageSource(url("/disk.raw"), "sha1", "0".repeat(40), null))).contains("'sha1' is not one of sha256, sha384, sha512, md5");
    }

    @Test
    void a_download_that_died_with_its_process_is_taken_up_where_it_stopped_when_a_checksum_will_tell() throws Exception {
        open(List.of());
        web.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(500)));
        var source = new ImageSource(url("/disk.raw"), "sha256", Imports.sha256(DISK), "raw");
        leave(source, Arrays.copyOf(DISK, MIB / 2), "\"v1\"");
        web.stubFor(get(anyUrl()).withHeader("Range", equalTo("bytes=524288-"))
                .withHeader("If-Range", equalTo("\"v1\""))
                .willReturn(aResponse().withStatus(206).withHeader("ETag", "\"v1\"").withHeader("Content-Range", "bytes 524288-1048575/1048576")
                        .withBody(Arrays.copyOfRange(DISK, MIB / 2, MIB))));
        assertThat(Imports.ready(images, source).sourceSha256()).isEqualTo(Imports.sha256(DISK));
    }

    @Test
    void what_a_dead_process_left_is_fetched_anew_when_it_was_wrong() throws Exception {
        open(List.of());
        var source = new ImageSource(url("/disk.raw"), "sha256", Imports.sha256(DISK), "raw");
        leave(source, new byte[MIB / 2], "\"v1\"");
        web.stubFor(get(anyUrl()).willReturn(aResponse().withHeader("ETag", "\"v1\"").withBody(DISK)));
        web.stubFor(get(anyUrl()).withHeader("Range", matching(".+"))
                .willReturn(aResponse().withStatus(206).withHeader("ETag", "\"v1\"").withHeader("Content-Range", "bytes 524288-1048575/1048576")
                        .withBody(Arrays.copyOfRange(DISK, MIB / 2, MIB))));
        ImageStatus.Failed failed = Imports.failed(images, source);
        assertThat(failed.retryable()).isTrue();
        assertThat(failed.reason()).contains("It is fetched again");
        assertThat(Imports.ready(images, source).sourceSha256()).isEqualTo(Imports.sha256(DISK));
    }

    private void leave(ImageSource source, byte[] bytes, String version) throws Exception {
        Path folder = Files.createDirectories(directory.resolve(".work").resolve(Imports.sha256(source.source().getBytes(StandardCharsets.UTF_8)).substring(0, 24)));
        Files.write(folder.resolve("source"), bytes);
        Files.writeString(folder.resolve("source.version"), version);
    }
}
