package io.bessemer.agent.burnin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BurnInTest {
    @Test
    void every_processor_computes_for_as_long_as_it_was_told() throws Exception {
        List<Long> seen = new ArrayList<>();
        long begin = System.nanoTime();
        Map<String, Object> result = BurnIn.cpu(Map.of("seconds", 1), (_, done, total, _) -> {
            seen.add(done);
            assertThat(total).isEqualTo(1);
        });
        assertThat((System.nanoTime() - begin) / 1e9).isGreaterThanOrEqualTo(1);
        assertThat(result).containsEntry("threads", Runtime.getRuntime().availableProcessors()).containsEntry("seconds", 1L);
        assertThat((long) result.get("rounds")).isPositive();
        assertThat(seen).startsWith(0L);
    }
}
