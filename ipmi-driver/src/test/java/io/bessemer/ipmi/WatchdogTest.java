package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is done to a watchdog timer before a ramdisk boots.
class WatchdogTest {
    @ParameterizedTest
    @CsvSource({
        "4401000010270020, 040100001027", // the OS's, hard reset
        "c402050a10270020, 840205001027", // does not log, power down, pre-timeout of 5 s
        "420300001027,     020300001027", // firmware's, power cycle; does not say how much is left
        "4400000010270020, ",             // does nothing when the time is up
        "0401000010270020, ",             // does not run
    })
    void one_that_would_reset_the_machine_is_stopped_and_keeps_its_settings(String told, String set) throws Exception {
        List<String> sent = new ArrayList<>();
        IpmiManagement.stopWatchdog(new ScriptedBmc(call -> {
            if (call.command() == 0x25) {
                return HexFormat.of().parseHex("00" + told);
            }
            sent.add("%02x".formatted(call.command()) + HexFormat.of().formatHex(call.data()));
            return new byte[] {0};
        }));
        assertThat(sent).isEqualTo(set == null ? List.of() : List.of("24" + set));
    }

    @ParameterizedTest
    @CsvSource({"c1", "00", "0044"})
    void a_BMC_without_one_is_left_alone(String told) throws Exception {
        List<Integer> sent = new ArrayList<>();
        IpmiManagement.stopWatchdog(new ScriptedBmc(call -> {
            sent.add(call.command());
            return HexFormat.of().parseHex(told);
        }));
        assertThat(sent).containsExactly(0x25);
    }
}
