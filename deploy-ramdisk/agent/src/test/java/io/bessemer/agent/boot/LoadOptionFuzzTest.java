package io.bessemer.agent.boot;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Firmware leaves anything in its boot entries; nothing escapes, and what is understood is written as it was.
class LoadOptionFuzzTest {
    @FuzzTest
    void boot_entries(byte[] bytes) {
        LoadOption.decode(bytes).ifPresent(option -> {
            option.isNetwork();
            option.partition();
            assert LoadOption.decode(option.encode()).orElseThrow().partition().equals(option.partition());
        });
    }
}
