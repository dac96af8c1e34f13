package io.bessemer.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.program.Command;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsoConfigDriveTest {
    @TempDir
    Path directory;

    @Test
    void the_drive_is_labelled_config_2_and_keeps_long_lower_case_names() throws Exception {
        byte[] drive = new IsoConfigDrive().iso(Map.of("openstack/latest/meta_data.json", bytes("{\"uuid\":\"1\"}"),
                "openstack/latest/user_data", bytes("#cloud-config\n"), "openstack/latest/network_data.json", bytes("{}"), "openstack/content/0000", bytes("x")));
        Path iso = Files.write(directory.resolve("drive.iso"), drive);

        // ECMA-119 §8.4: the volume identifier of the primary descriptor, in sector 16
        assertThat(new String(drive, 16 * 2048 + 40, 32, StandardCharsets.US_ASCII).strip()).isEqualTo("config-2");
        assertThat(read(iso, "-R", "/openstack/latest/meta_data.json")).isEqualTo("{\"uuid\":\"1\"}");
        assertThat(read(iso, "-J", "/openstack/latest/meta_data.json")).isEqualTo("{\"uuid\":\"1\"}");
        assertThat(read(iso, "-R", "/openstack/latest/user_data")).isEqualTo("#cloud-config\n");
        assertThat(read(iso, "-R", "/openstack/content/0000")).isEqualTo("x");
    }

    @Test
    void a_path_out_of_the_drive_is_refused() {
        assertThatThrownBy(() -> new IsoConfigDrive().iso(Map.of("../outside", new byte[0]))).hasMessageContaining("'../outside' leads out of the drive");
    }

    private static String read(Path iso, String tree, String path) throws Exception {
        return Command.of("isoinfo", tree, "-i", iso.toString(), "-x", path).run();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
