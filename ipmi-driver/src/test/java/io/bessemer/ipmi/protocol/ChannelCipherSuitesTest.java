package io.bessemer.ipmi.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ChannelCipherSuitesTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void the_request_asks_by_suite_for_the_channel_it_comes_by() {
        assertThat(ChannelCipherSuites.request(1, 2)).satisfies(request -> {
            assertThat(request.netFn()).isEqualTo(0x06);
            assertThat(request.command()).isEqualTo(0x54);
            assertThat(request.data()).containsExactly(0x0e, 0x00, 0x82);
        });
    }

    @Test
    void the_suites_of_the_specification_s_example_are_told_and_those_of_makers_left_out() throws Exception {
        // IPMI 2.0 table 22-18: a standard record with its three algorithms, an OEM one, a standard one with one algorithm
        assertThat(ChannelCipherSuites.decode(hex("c0 03 01 41 81  c1 80 57 01 00 01 41 81  c0 00 00  c0 11 03 44 81"))).containsExactly(3, 0, 17);
        assertThat(ChannelCipherSuites.decode(new byte[0])).isEmpty();
        assertThat(ChannelCipherSuites.portion(hex("01 c0 03 01 41 81"))).isEqualTo(hex("c0 03 01 41 81"));
        assertThat(ChannelCipherSuites.portion(hex("01" + "c0".repeat(20)))).as("of one that answers more than a portion").hasSize(16);
    }

    @Test
    void what_is_malformed_is_told_by_its_byte() {
        assertThatThrownBy(() -> ChannelCipherSuites.decode(hex("03 c0 03"))).isInstanceOf(DecodeException.class)
                .hasMessageContaining("start of record is 0x03, expected 0xc0 or 0xc1");
        assertThatThrownBy(() -> ChannelCipherSuites.decode(hex("c0 03 01 c7"))).isInstanceOf(DecodeException.class).hasMessageContaining("0xc7");
        assertThatThrownBy(() -> ChannelCipherSuites.decode(hex("c0"))).isInstanceOf(DecodeException.class).hasMessageContaining("cipher suite");
        assertThatThrownBy(() -> ChannelCipherSuites.decode(hex("c0 03 c1 80 57"))).isInstanceOf(DecodeException.class).hasMessageContaining("OEM record");
        assertThatThrownBy(() -> ChannelCipherSuites.portion(new byte[0])).isInstanceOf(DecodeException.class).hasMessageContaining("channel");
    }
}
