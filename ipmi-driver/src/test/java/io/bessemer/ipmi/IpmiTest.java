package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The command line of one BMC.
class IpmiTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void gives_a_command_to_a_BMC_and_polls_many() throws Exception {
        try (BmcSimulator simulator = BmcSimulator.start()) {
            String bmc = "127.7.0.1:" + simulator.port();
            assertThat(run(bmc, "admin", "on")).as(err.toString(StandardCharsets.UTF_8)).isZero();
            assertThat(run(bmc, "admin", "raw", "0x00", "0x01")).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("done").contains("01 10 40");
            assertThat(run(bmc, "admin", "poll", "300", "2")).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("300 BMCs, 0 failures", "the mean of 2", "warm-login");
        }
    }

    @Test
    void wrong_usage_and_a_wrong_command_exit_with_2() throws Exception {
        assertThat(run()).isEqualTo(2);
        assertThat(run("127.0.0.1", "admin", "explode")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("'explode' is not a command").contains("usage: Ipmi ADDRESS[:PORT]");
    }

    private int run(String... arguments) throws InterruptedException {
        return Ipmi.run(arguments, Map.of("IPMI_PASSWORD", BmcSimulator.PASSWORD), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
