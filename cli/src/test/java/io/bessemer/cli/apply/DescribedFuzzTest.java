package io.bessemer.cli.apply;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.cli.CommandFailure;
import java.nio.charset.StandardCharsets;

/// Files of `bessemer apply`: a complaint names the file.
class DescribedFuzzTest {
    @FuzzTest
    void files(byte[] bytes) {
        try {
            assert !Described.read(new String(bytes, StandardCharsets.UTF_8), "rack.yaml").isEmpty();
        } catch (CommandFailure expected) {
            assert expected.getMessage().startsWith("rack.yaml") : expected;
        }
    }
}
