package io.bessemer.ipmi.fru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.ipmi.protocol.DecodeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `fru.bin` is made by hand after the specification: a chassis (BCD plus), a board (6-bit ASCII, a binary field, English) and a product, then two
/// multirecords. `IpmiSimBmcTest` compares it with what ipmitool reads.
class FruAreaTest {
    private static byte[] inventory;

    @BeforeAll
    static void read() throws IOException {
        try (var in = FruAreaTest.class.getResourceAsStream("/fru.bin")) {
            inventory = in.readAllBytes();
        }
    }

    private static byte[] bytes(FruArea area) throws DecodeException {
        int offset = FruHeader.decode(inventory).offset(area).orElseThrow();
        return Arrays.copyOfRange(inventory, offset, offset + area.length(Arrays.copyOfRange(inventory, offset, offset + 2)));
    }

    @Test
    void areas_are_told_field_by_field() throws Exception {
        assertThat(FruArea.CHASSIS.decode(bytes(FruArea.CHASSIS))).isEqualTo(Map.of("type", "Rack Mount Chassis", "part_number", "123-456.78", "serial", "CHS0042",
                "custom", List.of("custom chassis")));
        assertThat(FruArea.BOARD.decode(bytes(FruArea.BOARD))).isEqualTo(Map.of("manufactured_at", "2024-03-05T14:30:00Z", "manufacturer", "Intel Corporation", "name", "S2600WFT",
                "serial", "QSWF7450", "part_number", "H48104-850", "fru_file_id", "FRU Ver 1.0", "custom", List.of("01abff")));
        assertThat(FruArea.PRODUCT.decode(bytes(FruArea.PRODUCT))).isEqualTo(Map.of("manufacturer", "Supermicro", "name", "SYS-6019", "part_number", "PART 17", "version", "V1.2",
                "serial", "20-4711.9", "asset_tag", "rack1-17"));
    }

    @Test
    void multirecords_are_named() throws Exception {
        int at = FruHeader.decode(inventory).multirecords().orElseThrow();
        FruMultirecord first = FruMultirecord.decode(Arrays.copyOfRange(inventory, at, at + 5));
        assertThat(first).isEqualTo(new FruMultirecord(0, false, 24));
        assertThat(first.name()).isEqualTo("power supply information");
        int next = at + 5 + first.length();
        FruMultirecord second = FruMultirecord.decode(Arrays.copyOfRange(inventory, next, next + 5));
        assertThat(second.last()).isTrue();
        assertThat(second.name()).isEqualTo("OEM record 0xc0");
    }

    @Test
    void text_of_another_language_has_two_bytes_a_character() throws Exception {
        assertThat(FruArea.PRODUCT.decode(product(38, "日本".getBytes(StandardCharsets.UTF_16LE)))).isEqualTo(Map.of("manufacturer", "日本"));
        assertThat(FruArea.PRODUCT.decode(product(25, "H\u009bx".getBytes(StandardCharsets.ISO_8859_1)))).as("no control character is told").isEqualTo(Map.of("manufacturer", "Hx"));
    }

    private static byte[] product(int language, byte[] manufacturer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {1, 2, (byte) language, (byte) (0xc0 | manufacturer.length)});
        out.writeBytes(manufacturer);
        out.write(0xc1);
        byte[] area = Arrays.copyOf(out.toByteArray(), 16);
        int sum = 0;
        for (byte one : area) {
            sum += one;
        }
        area[15] = (byte) -sum;
        return area;
    }

    @Test
    void what_is_wrong_with_an_area_is_said() throws Exception {
        byte[] board = bytes(FruArea.BOARD);
        byte[] damaged = board.clone();
        damaged[10] ^= 1;
        assertThatThrownBy(() -> FruArea.BOARD.decode(damaged)).isInstanceOf(DecodeException.class).hasMessageStartingWith("FRU board area checksum is wrong by 0x");
        assertThatThrownBy(() -> FruArea.BOARD.decode(Arrays.copyOf(board, 20))).isInstanceOf(DecodeException.class).hasMessageStartingWith("FRU board area has 20 bytes, its length says 72");
        byte[] old = board.clone();
        old[0] = 2;
        assertThatThrownBy(() -> FruArea.BOARD.decode(old)).isInstanceOf(DecodeException.class).hasMessageStartingWith("FRU board area version is 2, expected 1");
        assertThatThrownBy(() -> FruArea.BOARD.length(new byte[] {1, 0})).isInstanceOf(DecodeException.class).hasMessageStartingWith("FRU board area length is 0, expected at least 8 bytes");
        byte[] header = Arrays.copyOf(inventory, 8);
        header[7]++;
        assertThatThrownBy(() -> FruHeader.decode(header)).isInstanceOf(DecodeException.class).hasMessageStartingWith("FRU header checksum is wrong by 0x01");
        assertThatThrownBy(() -> FruHeader.decode(new byte[] {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0})).isInstanceOf(DecodeException.class).hasMessageStartingWith("FRU header format version is 15, expected 1");
        byte[] endless = product(25, new byte[] {'a', 'b'});
        endless[3] = (byte) 0xff;
        endless[15] -= (byte) (0xff - 0xc2);
        assertThatThrownBy(() -> FruArea.PRODUCT.decode(endless)).isInstanceOf(DecodeException.class).hasMessageStartingWith("FRU product area field needs 63 bytes, 11 left");
    }
}
