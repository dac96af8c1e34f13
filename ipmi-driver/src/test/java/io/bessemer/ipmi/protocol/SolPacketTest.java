package io.bessemer.ipmi.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SolPacketTest {
    @Test
    void a_captured_console_is_understood_to_the_last_byte() throws Exception {
        List<SolPacket> fromConsole = new ArrayList<>();
        List<SolPacket> fromBmc = new ArrayList<>();
        try (InputStream in = SolPacketTest.class.getResourceAsStream("/golden/ipmitool-sol-suite-0.hex")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().filter(line -> !line.startsWith("#")).toList()) {
                byte[] datagram = HexFormat.of().parseHex(line.substring(2));
                if (IpmiPacket.decode(datagram) instanceof IpmiPacket.RmcpPlus packet && packet.payloadType() == PayloadType.SOL) {
                    SolPacket sol = SolPacket.decode(packet.payload());
                    assertThat(sol.encode()).isEqualTo(packet.payload());
                    (line.startsWith(">") ? fromConsole : fromBmc).add(sol);
                }
            }
        }
        assertThat(text(fromConsole)).isEqualTo("abc\r\r");
        assertThat(text(fromBmc)).startsWith("<abc><").endsWith("\r>");
        assertThat(fromConsole).contains(new SolPacket(1, 0, 0, 0, "abc".getBytes(StandardCharsets.US_ASCII)), SolPacket.acknowledgement(2, 5),
                new SolPacket(2, 0, 0, SolPacket.BREAK, new byte[0]));
        assertThat(fromBmc).contains(new SolPacket(0, 1, 3, 0, new byte[0]));
    }

    private static String text(List<SolPacket> packets) {
        StringBuilder all = new StringBuilder();
        packets.forEach(packet -> all.append(new String(packet.characters(), StandardCharsets.ISO_8859_1)));
        return all.toString();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void what_is_encoded_decodes_to_the_same(long seed) throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 500; i++) {
            byte[] characters = new byte[random.nextInt(256)];
            random.nextBytes(characters);
            SolPacket packet = new SolPacket(random.nextInt(16), random.nextInt(16), random.nextInt(256), random.nextInt(128), characters);
            assertThat(SolPacket.decode(packet.encode())).isEqualTo(packet);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''     | SOL packet sequence number needs 1 byte, 0 left (byte 0)",
        "01     | SOL acknowledged sequence number needs 1 byte, 0 left (byte 1)",
        "0100   | SOL accepted character count needs 1 byte, 0 left (byte 2)",
        "010000 | SOL status needs 1 byte, 0 left (byte 3)",
    })
    void a_header_that_is_cut_says_which_field_is_missing(String hex, String message) {
        assertThatThrownBy(() -> SolPacket.decode(HexFormat.of().parseHex(hex))).isInstanceOf(DecodeException.class).hasMessage(message);
    }

    @Test
    void reserved_bits_are_ignored() throws Exception {
        assertThat(SolPacket.decode(HexFormat.of().parseHex("f1f203c061"))).isEqualTo(new SolPacket(1, 2, 3, SolPacket.NACK, new byte[] {'a'}));
    }

    @Test
    void what_was_typed_is_not_shown() {
        assertThat(new SolPacket(1, 0, 0, 0, "secret".getBytes(StandardCharsets.US_ASCII))).hasToString("SolPacket[1, acknowledges 0 with 0, status 0x00, 6 characters]");
    }
}
