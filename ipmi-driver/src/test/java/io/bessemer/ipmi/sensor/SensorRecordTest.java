package io.bessemer.ipmi.sensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.Sensor.Kind;
import io.bessemer.ipmi.protocol.DecodeException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// IPMI 2.0 §43.1 and §43.2, with records as ipmi_sim gives them.
class SensorRecordTest {
    private static final byte[] P12V = hex("00005101" + "2f" + "20000307017f440201" + "000000003f3f" + "000400" + "003f00140000d1" + "0000000000000000000000000000000000" + "c450313256");
    private static final byte[] DRIVES = hex("00005102" + "21" + "2000091a0100400d6f" + "00000000ff01" + "c00000" + "0280" + "000000000000" + "c6447269766520");

    @Test
    void a_full_record() throws Exception {
        assertThat(SensorRecord.decode(P12V)).singleElement().satisfies(sensor -> {
            assertThat(sensor.name()).isEqualTo("P12V");
            assertThat(sensor.number()).isEqualTo(3);
            assertThat(sensor.kind()).contains(Kind.POWER);
            assertThat(sensor.context()).isEqualTo("SystemBoard");
            assertThat(sensor.unit().text()).isEqualTo("V");
            assertThat(sensor.thresholdsReadable()).isTrue();
            assertThat(sensor.conversion()).isEqualTo(new Conversion(Conversion.Format.UNSIGNED, 0, 63, 20, -3, 1));
        });
    }

    @Test
    void factors_of_ten_bits_and_exponents_of_four_have_a_sign() throws Exception {
        byte[] record = P12V.clone();
        System.arraycopy(hex("0080ffc00078"), 0, record, 24, 6);
        record[25] = (byte) 0x80;
        assertThat(SensorRecord.decode(record).getFirst().conversion()).isEqualTo(new Conversion(Conversion.Format.UNSIGNED, 0, -512, -1, 7, -8));
    }

    @Test
    void a_compact_record_stands_for_as_many_sensors_as_share_it() throws Exception {
        assertThat(SensorRecord.decode(DRIVES)).extracting(SensorRecord::name, SensorRecord::number, SensorRecord::instance)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("Drive 0", 9, 1), org.assertj.core.groups.Tuple.tuple("Drive 1", 10, 2));
        byte[] lettered = DRIVES.clone();
        lettered[23] = 0x13;
        lettered[24] = 0x02;
        assertThat(SensorRecord.decode(lettered)).extracting(SensorRecord::name).containsExactly("Drive C", "Drive D", "Drive E");
        assertThat(SensorRecord.decode(lettered)).extracting(SensorRecord::instance).containsOnly(1);
    }

    @Test
    void names_in_each_of_the_codes() throws Exception {
        assertThat(name("8329dca6")).as("6-bit ASCII, the example of the FRU specification").isEqualTo("IPMI");
        assertThat(name("4312b3c4")).as("BCD plus").isEqualTo("12-3.4");
        assertThat(name("c4b0430720")).as("Latin 1, without control characters").isEqualTo("\u00b0C");
        assertThat(name("020041")).isEqualTo("0041");
        assertThat(name("c0")).isEmpty();
    }

    @Test
    void records_of_other_types_describe_no_sensor() throws Exception {
        byte[] locator = P12V.clone();
        locator[3] = 0x11;
        assertThat(SensorRecord.decode(locator)).isEmpty();
    }

    @Test
    void each_way_to_be_malformed() {
        says("Sensor data record length needs 1 byte, 0 left (byte 4)", hex("00005101"));
        says("Sensor data record length is 251, expected at most 250 (byte 4)", hex("00005101fb"));
        says("Sensor data record has 51 bytes, its length says 52 (byte 51)", Arrays.copyOf(P12V, P12V.length - 1));
        byte[] longName = P12V.clone();
        longName[47] = (byte) 0xc5;
        says("Full sensor record name needs 5 bytes, 4 left (byte 48)", longName);
        byte[] cut = P12V.clone();
        cut[4] = 20;
        says("Full sensor record M and tolerance needs 1 byte, 0 left (byte 25)", cut);
        byte[] beyond = DRIVES.clone();
        beyond[7] = (byte) 0xff;
        says("Compact sensor record record sharing is 2 sensors from 0xff, expected numbers up to 0xff (byte 37)", beyond);
    }

    @Test
    void states_of_a_sensor_and_the_worst_of_them() {
        assertThat(DiscreteState.of(0x08, 0x6f, 0xff, 0)).isEqualTo(new DiscreteState("Absent", Health.UNTOLD));
        assertThat(DiscreteState.of(0x08, 0x6f, 0xfe, 0)).as("it cannot tell presence").isEqualTo(new DiscreteState("Enabled", Health.OK));
        assertThat(DiscreteState.of(0x08, 0x6f, 0xff, 0b1001)).isEqualTo(new DiscreteState("Present; Input lost", Health.CRITICAL));
        assertThat(DiscreteState.of(0x0d, 0x6f, 0x1ff, 0b10000001)).isEqualTo(new DiscreteState("Present; Rebuilding", Health.WARNING));
        assertThat(DiscreteState.of(0x04, 0x0b, 0xff, 1)).isEqualTo(new DiscreteState("Fully redundant", Health.OK));
        assertThat(DiscreteState.of(0x04, 0x03, 3, 2)).as("good or bad, nobody knows").isEqualTo(new DiscreteState("State asserted", Health.UNTOLD));
        assertThat(DiscreteState.of(0x04, 0x70, 3, 0x4002)).as("a maker's own").isEqualTo(new DiscreteState("State 1; State 14", Health.UNTOLD));
        assertThat(List.of(Health.ofThresholds(0), Health.ofThresholds(0b001000), Health.ofThresholds(0b000001), Health.ofThresholds(0b011000), Health.ofThresholds(0b000100)))
                .containsExactly(Health.OK, Health.WARNING, Health.WARNING, Health.CRITICAL, Health.CRITICAL);
    }

    private static String name(String hex) throws DecodeException {
        byte[] name = hex(hex);
        byte[] record = Arrays.copyOf(P12V, 47 + name.length);
        System.arraycopy(name, 0, record, 47, name.length);
        record[4] = (byte) (record.length - 5);
        return SensorRecord.decode(record).getFirst().name();
    }

    private static void says(String message, byte[] record) {
        assertThatThrownBy(() -> SensorRecord.decode(record)).isInstanceOf(DecodeException.class).hasMessage(message);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
