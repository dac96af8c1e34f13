package io.bessemer.host.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.host.HostFiles;
import io.bessemer.host.protocol.HostReport.FirstBoot;
import io.bessemer.host.protocol.HostReport.FirstBootStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstBootReaderTest {
    @TempDir
    Path root;

    @Test
    void a_host_without_cloud_init_has_nothing_to_wait_for() {
        assertThat(read()).isEqualTo(new FirstBoot(FirstBootStatus.DONE, List.of()));
    }

    @Test
    void it_runs_until_it_wrote_its_result() throws IOException {
        file("usr/bin/cloud-init", "");
        assertThat(read().status()).isEqualTo(FirstBootStatus.RUNNING);
        file("run/cloud-init/status.json", "{\"v1\": {\"stage\": \"init\", \"init-local\": {\"errors\": [], \"finished\": 1.0}}}");
        assertThat(read()).isEqualTo(new FirstBoot(FirstBootStatus.RUNNING, List.of()));
        file("run/cloud-init/result.json", "{\"v1\": {\"datasource\": \"DataSourceConfigDrive\", \"errors\": []}}");
        assertThat(read()).isEqualTo(new FirstBoot(FirstBootStatus.DONE, List.of()));
    }

    @Test
    void the_errors_of_every_stage_are_told_once() throws IOException {
        file("usr/bin/cloud-init", "");
        file("run/cloud-init/status.json", "{\"v1\": {\"stage\": null, \"modules-config\": {\"errors\": [\"no mirror\"]}, \"modules-final\": {\"errors\": [\"no package\"]}}}");
        file("run/cloud-init/result.json", "{\"v1\": {\"errors\": [\"no mirror\"]}}");
        assertThat(read()).isEqualTo(new FirstBoot(FirstBootStatus.ERROR, List.of("no mirror", "no package")));
    }

    @Test
    void a_half_written_file_is_no_error() throws IOException {
        file("usr/bin/cloud-init", "");
        file("run/cloud-init/status.json", "{\"v1\": {\"stage\": \"in");
        assertThat(read()).isEqualTo(new FirstBoot(FirstBootStatus.RUNNING, List.of()));
    }

    private FirstBoot read() {
        return new FirstBootReader(new HostFiles(root)).read();
    }

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
