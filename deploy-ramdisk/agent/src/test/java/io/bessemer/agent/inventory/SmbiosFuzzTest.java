package io.bessemer.agent.inventory;

import com.code_intelligence.jazzer.junit.FuzzTest;

class SmbiosFuzzTest {
    @FuzzTest
    void any_table_is_read_to_its_end(byte[] table) {
        Smbios.memoryMib(table).ifPresent(mib -> {
            assert mib > 0 : mib;
        });
    }
}
