package io.bessemer.conductor.configdrive;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.core.fault.Failure;
import java.nio.charset.StandardCharsets;

/// What a client sends as a config drive, and what lies at the URL that it sends. [Failure.Invalid] alone may escape.
class ConfigDriveFuzzTest {
    private final ConfigDrives drives = new ConfigDrives(_ -> new byte[0], Joining.NONE);

    @FuzzTest
    void sent(byte[] bytes) {
        try {
            drives.check(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (Failure.Invalid expected) {
            assert expected.field().equals("configdrive");
        }
    }

    @FuzzTest
    void fetched(byte[] bytes) {
        try {
            assert ConfigDrives.iso(bytes, "the file").length > 0;
        } catch (Failure.Invalid expected) {
            assert expected.field().equals("configdrive");
        }
    }
}
