package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    /// It writes nodes: they must not be found in the site's database, which the environment or a file beside may name.
    @Test
    void a_training_neither_uses_nor_needs_what_is_set_for_the_server(@TempDir Path directory) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("application.properties"), "bessemer.pxe.enabled=true\nbessemer.pxe.interfaces[0].name=none0\n");
        var training = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dbessemer.images.largest=nonsense", "-cp",
                System.getProperty("java.class.path"), ServerMain.class.getName(), "--train").directory(directory.toFile()).redirectErrorStream(true);
        training.environment().put("BESSEMER_DATABASE_URL", "jdbc:mariadb://127.0.0.1:1/nobody");
        training.environment().put("BESSEMER_DATABASE_USER", "nobody");
        Process process = training.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).doesNotContain("nobody", "none0", "nonsense");
    }
}
