package io.bessemer.ipmi.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.sensor.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelRecordTest {
    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }

    private static SelRecord.Event event(String tail) throws DecodeException {
        return (SelRecord.Event) SelRecord.decode(hex("0100 02 80e82469 2000 04 " + tail));
    }

    @Test
    void an_event_of_a_threshold_says_which_and_by_what_reading() throws Exception {
        SelRecord.Event event = event("01 30 01 59 5f 5a");
        assertThat(event.id()).isEqualTo(1);
        assertThat(SelTime.at(event.timestamp())).contains(Instant.ofEpochSecond(0x6924e880L));
        assertThat(event.generator()).isEqualTo(0x20);
        assertThat(event.sensor()).isEqualTo(0x30);
        assertThat(event.asserted()).isTrue();
        assertThat(event.holdsValue(2) && event.holdsValue(3)).isTrue();
        assertThat(event("01 30 01 19 5f 5a").holdsValue(2)).isFalse();
        assertThat(event("01 30 01 49 5f 5a").holdsValue(3)).isFalse();
        assertThat(event("08 30 6f 59 5f 5a").holdsValue(2)).as("of a state it is something else").isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "01 30 01 50 00 00 | Temperature  | Lower Non-critical going low     | WARNING",
        "01 30 01 5b 00 00 | Temperature  | Upper Non-recoverable going high | CRITICAL",
        "01 30 81 59 00 00 | Temperature  | Upper Critical going high        | OK",
        "01 30 01 5c 00 00 | Temperature  | event type 0x01, state 12        | UNTOLD",
        "0c 30 6f a1 00 00 | Memory       | Uncorrectable ECC                | CRITICAL",
        "0c 30 ef a1 00 00 | Memory       | Uncorrectable ECC                | OK",
        "0d 30 6f 00 00 00 | Drive Slot / Bay | Drive Present                | OK",
        "0d 30 ef 00 00 00 | Drive Slot / Bay | Drive Present                | UNTOLD",
        "09 30 0b 01 00 00 | Power Unit   | Redundancy Lost                  | CRITICAL",
        "15 30 03 01 00 00 | Module / Board | State Asserted                 | UNTOLD",
        "07 30 6f 0e 00 00 | Processor    | event type 0x6f, state 14        | UNTOLD",
        "dc 30 72 03 00 00 | 0xdc         | event type 0x72, state 3         | UNTOLD",
        "14 30 6f 02 00 00 | Button       | Reset Button pressed             | UNTOLD",
    })
    void events_are_told_in_the_words_of_the_specification(String bytes, String sensorType, String words, Health health) throws Exception {
        SelRecord.Event event = event(bytes);
        assertThat(EventWords.sensorType(event.sensorType())).isEqualTo(sensorType);
        assertThat(EventWords.of(event)).isEqualTo(words);
        assertThat(EventWords.health(event)).isEqualTo(health);
    }

    @Test
    void a_maker_s_records_keep_their_bytes() throws Exception {
        assertThat(SelRecord.decode(hex("0e00 c1 80e82469 570100 010203040506"))).isInstanceOfSatisfying(SelRecord.TimedOem.class, oem -> {
            assertThat(oem.manufacturer()).isEqualTo(0x157);
            assertThat(oem.data()).isEqualTo(hex("010203040506"));
        });
        for (int type : new int[] {0x00, 0x01, 0x03, 0xbf, 0xe0, 0xff}) {
            byte[] bytes = hex("0f00 00 0102030405060708090a0b0c0d");
            bytes[2] = (byte) type;
            assertThat(SelRecord.decode(bytes)).isInstanceOfSatisfying(SelRecord.Oem.class, oem -> assertThat(oem.data()).isEqualTo(hex("0102030405060708090a0b0c0d")));
        }
    }

    @Test
    void a_time_before_the_clock_was_set_counts_from_the_start_of_the_BMC() {
        assertThat(SelTime.at(0x2000_0000L)).isEmpty();
        assertThat(SelTime.sinceStart(0x2000_0000L)).contains(Duration.ofSeconds(0x2000_0000L));
        assertThat(SelTime.at(0x2000_0001L)).contains(Instant.ofEpochSecond(0x2000_0001L));
        assertThat(SelTime.sinceStart(0x2000_0001L)).isEmpty();
        assertThat(SelTime.at(0xffff_ffffL)).isEmpty();
        assertThat(SelTime.sinceStart(0xffff_ffffL)).isEmpty();
    }

    @Test
    void a_short_record_says_what_is_missing() {
        byte[] whole = hex("0100 02 80e82469 2000 04 01 30 01 59 5f 5a");
        assertThatThrownBy(() -> SelRecord.decode(Arrays.copyOf(whole, 15))).isInstanceOf(DecodeException.class).hasMessageStartingWith("SEL record event data needs 3 bytes, 2 left");
        assertThatThrownBy(() -> SelRecord.decode(new byte[0])).isInstanceOf(DecodeException.class).hasMessageStartingWith("SEL record record id needs 2 bytes, 0 left");
        assertThatThrownBy(() -> SelRecord.decode(hex("0e00 c1 80e82469 570100 0102"))).isInstanceOf(DecodeException.class).hasMessageStartingWith("SEL record OEM data needs 6 bytes, 2 left");
    }
}
