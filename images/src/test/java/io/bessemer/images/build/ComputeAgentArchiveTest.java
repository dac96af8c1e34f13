package io.bessemer.images.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the server finds; that an archive can be built and makes hosts is FirstBootTest's matter, in `e2e`.
class ComputeAgentArchiveTest {
    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final String NAME = "compute-agent-0123456789abcdef.tar.gz";

    @TempDir
    private Path boot;

    @Test
    void the_pointer_names_the_archive_as_sha256sum_does() throws Exception {
        assertThat(ComputeAgentArchive.find(boot)).isEmpty();
        Files.writeString(boot.resolve("compute-agent.sha256"), SHA256 + "  " + NAME + "\n");
        assertThat(ComputeAgentArchive.find(boot)).as("the file is not there").isEmpty();
        Files.writeString(boot.resolve(NAME), "");
        assertThat(ComputeAgentArchive.find(boot)).contains(new ComputeAgentArchive.Archive(NAME, SHA256));
        for (String wrong : new String[] {"", SHA256, SHA256 + "  ../" + NAME, SHA256.substring(1) + "  " + NAME, SHA256 + "  initramfs"}) {
            Files.writeString(boot.resolve("compute-agent.sha256"), wrong);
            assertThat(ComputeAgentArchive.find(boot)).as(wrong).isEmpty();
        }
    }
}
