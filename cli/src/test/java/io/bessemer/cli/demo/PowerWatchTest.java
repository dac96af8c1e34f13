package io.bessemer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.demo.PowerWatch.Figures;
import org.junit.jupiter.api.Test;

class PowerWatchTest {
    @Test
    void figures_of_power_sync_are_found_among_others() {
        assertThat(Figures.of("""
                # HELP bessemer_power_sync_nodes Nodes whose power is compared with what it should be
                # TYPE bessemer_power_sync_nodes gauge
                bessemer_power_sync_nodes 10000.0
                # TYPE bessemer_power_sync_behind gauge
                bessemer_power_sync_behind 3.0
                bessemer_power_sync_oldest_seconds 118.25
                bessemer_power_sync_readings_total 1.9963E7
                bessemer_power_sync_failures_total 2.0
                bessemer_power_sync_differences_total 1.0
                bessemer_nodes{maintenance="false",provision_state="active"} 17.0
                jvm_threads_live_threads 97.0
                """)).isEqualTo(new Figures(10_000, 3, 118.25, 19_963_000, 2, 1));
        assertThat(Figures.of("jvm_threads_live_threads 97.0\n")).as("a server that tells none").isEqualTo(new Figures(0, 0, 0, 0, 0, 0));
    }
}
