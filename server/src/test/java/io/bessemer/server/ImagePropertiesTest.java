package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.images.ImageSettings;
import io.bessemer.images.SourceSettings.Glance;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ImagePropertiesTest {
    private static final Map<String, String> ALL = Map.ofEntries(
            Map.entry("bessemer.images.servers[0].url", "https://images.example/private"),
            Map.entry("bessemer.images.servers[0].username", "reader"),
            Map.entry("bessemer.images.servers[0].password", "s3cret-a"),
            Map.entry("bessemer.images.servers[1].url", "https://artifacts.example"),
            Map.entry("bessemer.images.servers[1].token", "s3cret-b"),
            Map.entry("bessemer.images.registries[0].host", "registry.example:5000"),
            Map.entry("bessemer.images.registries[0].password", "s3cret-c"),
            Map.entry("bessemer.images.glance.auth-url", "http://10.0.0.1:5000/v3"),
            Map.entry("bessemer.images.glance.username", "bessemer"),
            Map.entry("bessemer.images.glance.password", "s3cret-d"),
            Map.entry("bessemer.images.glance.swift.endpoint", "https://swift.example"),
            Map.entry("bessemer.images.glance.swift.account", "AUTH_1"),
            Map.entry("bessemer.images.glance.swift.temp-url-key", "s3cret-e"));

    private static ImageProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("bessemer.images", ImageProperties.class);
    }

    private static ImageSettings settings(Map<String, String> values) {
        return bind(values).settings(Path.of("/data/images"));
    }

    @Test
    void without_settings_there_are_no_credentials_no_glance_and_no_way_to_loopback() {
        ImageSettings settings = settings(Map.of());
        assertThat(settings.fileRoots()).containsExactly(Path.of("/data/import"));
        assertThat(settings.sources().servers()).isEmpty();
        assertThat(settings.sources().glance()).isNull();
        assertThat(settings.sources().denied()).extracting(Object::toString).contains("127.0.0.0/8", "169.254.0.0/16");
        assertThat(settings.cache().oldest()).isEqualTo(Duration.ofDays(30));
        assertThat(settings(Map.of("bessemer.images.denied-networks", "")).sources().denied()).isEmpty();
    }

    @Test
    void all_sources_are_taken_and_no_secret_is_printed() {
        ImageSettings settings = settings(ALL);
        assertThat(settings.sources().servers()).extracting(server -> server.url().toString()).containsExactly("https://images.example/private", "https://artifacts.example/");
        assertThat(settings.sources().registries()).extracting(one -> one.host()).containsExactly("registry.example:5000");
        Glance glance = settings.sources().glance();
        assertThat(glance.login().authUrl()).isEqualTo(URI.create("http://10.0.0.1:5000/v3"));
        assertThat(glance.swift().container()).isEqualTo("glance");
        assertThat(bind(ALL) + " " + settings).contains("registry.example").doesNotContain("s3cret");
    }

    @Test
    void a_glance_without_keystone_needs_its_endpoint_alone() {
        Glance glance = settings(Map.of("bessemer.images.glance.image-endpoint", "http://10.0.0.1:9292")).sources().glance();
        assertThat(glance.login()).isNull();
        assertThat(glance.endpoint()).isEqualTo(URI.create("http://10.0.0.1:9292"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "servers[0].token                | x                      | has username and token; expected is",
        "servers[1].token                |                        | has neither username nor token",
        "servers[0].url                  | ftp://images.example   | bessemer.images.servers[].url is 'ftp://images.example'",
        "servers[0].url                  | https://a:b@images.example/ | bessemer.images.servers[].url is '***'",
        "glance.password                 |                        | bessemer.images.glance.auth-url is set without username and password",
        "glance.swift.temp-url-key       |                        | set without account and temp-url-key",
        "denied-networks                 | 127.0.0.1              | bessemer.images.denied-networks: '127.0.0.1' is not a network",
        "denied-networks                 | 10.0.0.0/33            | bessemer.images.denied-networks: '10.0.0.0/33' is not a network"})
    void what_is_wrong_is_named_with_its_key(String key, String value, String message) {
        var wrong = new HashMap<>(ALL);
        wrong.put("bessemer.images." + key, value == null ? "" : value);
        assertThatThrownBy(() -> bind(wrong).check()).hasMessageContaining(message).hasMessageNotContaining("s3cret").hasMessageNotContaining("a:b@");
    }
}
