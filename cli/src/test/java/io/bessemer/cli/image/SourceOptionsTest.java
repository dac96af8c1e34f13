package io.bessemer.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.cli.CommandFailure;
import io.bessemer.images.SourceSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SourceOptionsTest {
    @Command
    private static final class Line {
        @Mixin
        private SourceOptions options;
    }

    private static SourceSettings settings(String source, Map<String, String> environment, String... arguments) {
        var line = new Line();
        new CommandLine(line).parseArgs(arguments);
        return line.options.settings(source, environment);
    }

    @Test
    void a_registry_gets_the_user_of_the_option_and_the_password_of_the_environment() {
        SourceSettings settings = settings("oci://127.0.0.1:5000/disks/debian:12", Map.of("BESSEMER_IMAGE_PASSWORD", "word"), "--user", "puller", "--plain-http");
        assertThat(settings.registries()).containsExactly(new SourceSettings.Registry("127.0.0.1:5000", "puller", "word", true));
        assertThat(settings.servers()).isEmpty();
    }

    @Test
    void a_web_server_gets_it_for_all_its_paths() {
        SourceSettings settings = settings("https://images.example/private/disk.raw?x=y", Map.of("BESSEMER_IMAGE_PASSWORD", "word"), "--user", "reader");
        assertThat(settings.servers()).singleElement().satisfies(server -> assertThat(server.url()).hasToString("https://images.example/"),
                server -> assertThat(server.username()).isEqualTo("reader"));
        assertThat(settings("https://images.example/disk.raw", Map.of()).servers()).isEmpty();
    }

    @Test
    void a_user_without_a_password_is_told_where_to_give_it() {
        assertThatThrownBy(() -> settings("https://images.example/", Map.of(), "--user", "reader")).isInstanceOf(CommandFailure.class).hasMessageContaining("BESSEMER_IMAGE_PASSWORD");
    }

    @Test
    void glance_is_logged_in_to_by_openstacks_own_variables() {
        SourceSettings settings = settings("glance://x", Map.of("OS_AUTH_URL", "https://cloud.example:5000/v3", "OS_USERNAME", "ada", "OS_PASSWORD", "word", "OS_PROJECT_NAME", "images"));
        assertThat(settings.glance().login().username()).isEqualTo("ada");
        assertThat(settings.glance().login().catalogInterface()).isEqualTo("public");
        assertThat(settings("glance://x", Map.of()).glance()).isNull();
    }
}
