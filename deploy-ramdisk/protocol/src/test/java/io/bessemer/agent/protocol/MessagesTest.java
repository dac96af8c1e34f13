package io.bessemer.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
    private static final String HASH = "ab".repeat(32);

    @Test
    void every_message_survives_the_way_to_a_map_and_back() throws DecodeException {
        var request = new SessionRequest(7, "one-time", "52:54:00:00:00:01", "0.1.0", "uefi");
        assertThat(SessionRequest.fromMap(request.toMap())).isEqualTo(request);
        var answer = new SessionAnswer("secret", 7, Duration.ofSeconds(25), Duration.ofMinutes(10));
        assertThat(SessionAnswer.fromMap(answer.toMap())).isEqualTo(answer);
        var command = new CommandMessage(UUID.randomUUID(), 7, "deploy.write_image", "write_image", Map.of("threads", 4));
        assertThat(CommandMessage.fromMap(command.toMap())).isEqualTo(command);
        for (var report : List.of(CommandReport.running(new Progress("write", 1, 1L << 40, "fast")),
                CommandReport.succeeded(Progress.NONE, Map.of("device", "/dev/sda")), CommandReport.failed(Progress.NONE, "no disk"))) {
            assertThat(CommandReport.fromMap(report.toMap())).isEqualTo(report);
        }
        var event = new AgentEvent("agent", "started", "");
        assertThat(AgentEvent.fromMap(event.toMap())).isEqualTo(event);
    }

    @Test
    void a_report_without_progress_and_result_is_complete() throws DecodeException {
        assertThat(CommandReport.fromMap(Map.of("status", "succeeded"))).isEqualTo(CommandReport.succeeded(Progress.NONE, Map.of()));
    }

    @Test
    void tokens_are_not_shown() {
        assertThat(new SessionRequest(1, "hush", "m", "v", "bios").toString()).doesNotContain("hush");
        assertThat(new SessionAnswer("hush", 1, Duration.ZERO, Duration.ZERO).toString()).doesNotContain("hush");
    }

    @Test
    void every_command_kind_is_found_by_its_wire_name() {
        for (CommandKind kind : CommandKind.values()) {
            assertThat(CommandKind.fromWire(kind.wire())).contains(kind);
        }
        assertThat(CommandKind.fromWire("format c:")).isEmpty();
    }

    @Test
    void a_bad_report_names_the_field() {
        assertThatThrownBy(() -> CommandReport.fromMap(Map.of("status", "done")))
                .isInstanceOf(DecodeException.class).hasMessage("status must be running, succeeded or failed, but is 'done'");
        assertThatThrownBy(() -> CommandReport.fromMap(Map.of("status", "running", "progress", Map.of("done", -1, "total", 5))))
                .hasMessage("progress.done must be a whole number from 0 to 9223372036854775807, but is -1");
        assertThatThrownBy(() -> CommandReport.fromMap(Map.of("status", "failed", "result", "nothing")))
                .hasMessage("result must be an object, but is 'nothing'");
        assertThatThrownBy(() -> CommandMessage.fromMap(Map.of("id", "5"))).hasMessage("id must be a UUID, but is '5'");
    }

    @Test
    void generated_manifests_survive_the_way_to_a_map_and_back() throws DecodeException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_26);
        for (int round = 0; round < 200; round++) {
            var chunks = new java.util.ArrayList<ImageManifest.Chunk>();
            long end = 0;
            for (int i = random.nextInt(50); i > 0; i--) {
                long offset = end + random.nextInt(3) * 4096L;
                int length = 1 + random.nextInt(65_536);
                chunks.add(new ImageManifest.Chunk(offset, length, HASH, 1 + random.nextInt(70_000), random.nextBoolean() ? HASH : ""));
                end = offset + length;
            }
            var manifest = new ImageManifest(end + 1 + random.nextInt(9), 65_536, "qcow2", HASH, chunks);
            assertThat(ImageManifest.fromMap(manifest.toMap())).isEqualTo(manifest);
            assertThat(manifest.contentsKnown()).isEqualTo(chunks.stream().allMatch(chunk -> chunk.content().equals(HASH)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            version       | 1    | version must be a whole number from 2 to 2, but is 1
            virtual_size  | 0    | virtual_size must be a whole number from 1 to 1125899906842624, but is 0
            virtual_size  | 12.5 | virtual_size must be a whole number from 1 to 1125899906842624, but is 12.5
            virtual_size  | 7000 | chunks[1] must be within virtual_size 7000, but is 'up to 8192'
            chunk_size    | 100  | chunk_size must be a whole number from 512 to 67108864, but is 100
            chunk_size    | 2048 | chunks[0].length must be 1 to chunk_size 2048, but is 4096
            source_sha256 |      | source_sha256 must be a SHA-256 in 64 lower-case hex digits, but is absent
            """)
    void a_bad_manifest_names_the_field(String field, Double value, String complaint) {
        Map<String, Object> map = new LinkedHashMap<>(manifest(4096).toMap());
        Object number = value == null ? null : value % 1 == 0 ? (Object) value.longValue() : value;
        map.put(field, number);
        assertThatThrownBy(() -> ImageManifest.fromMap(map)).isInstanceOf(DecodeException.class).hasMessage(complaint);
    }

    @Test
    void overlapping_chunks_are_refused() {
        assertThatThrownBy(() -> manifest(4095)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("chunks[1].offset must be at least 4096, the end of the chunk before it, but is 4095");
    }

    @Test
    void a_chunk_name_with_a_path_is_refused() {
        Map<String, Object> map = new LinkedHashMap<>(manifest(4096).toMap());
        map.put("chunks", List.of(Map.of("offset", 0, "length", 1, "sha256", "../../../etc/passwd", "stored", 1)));
        assertThatThrownBy(() -> ImageManifest.fromMap(map))
                .hasMessage("chunks[0].sha256 must be a SHA-256 in 64 lower-case hex digits, but is '../../../etc/passwd'");
    }

    @Test
    void the_hash_of_a_chunks_content_may_be_absent_as_in_older_images_but_not_wrong() throws DecodeException {
        Map<String, Object> map = new LinkedHashMap<>(manifest(4096).toMap());
        assertThat(ImageManifest.fromMap(map).contentsKnown()).isFalse();
        map.put("chunks", List.of(Map.of("offset", 0, "length", 1, "sha256", HASH, "stored", 1, "content", "0")));
        assertThatThrownBy(() -> ImageManifest.fromMap(map)).hasMessage("chunks[0].content must be a SHA-256 in 64 lower-case hex digits, but is '0'");
    }

    private static ImageManifest manifest(long second) {
        return new ImageManifest(10_000, 4096, "raw", HASH,
                List.of(new ImageManifest.Chunk(0, 4096, HASH, 5), new ImageManifest.Chunk(second, 4096, HASH, 5)));
    }
}
