package io.bessemer.host.libvirt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class SubnetFuzzTest {
    @FuzzTest
    void networks(byte[] bytes) {
        try {
            Subnet subnet = Subnet.parse(new String(bytes, StandardCharsets.UTF_8));
            assert subnet.base() >= 0 && subnet.base() < 1L << 32 && subnet.last().matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") : subnet;
        } catch (IllegalArgumentException expected) {
            assert expected.getMessage().startsWith("cidr") : expected;
        }
    }
}
