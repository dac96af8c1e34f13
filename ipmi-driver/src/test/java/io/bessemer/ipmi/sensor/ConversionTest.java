package io.bessemer.ipmi.sensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bessemer.ipmi.sensor.Conversion.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// IPMI 2.0 §36.3.
class ConversionTest {
    @ParameterizedTest
    @CsvSource({
        "UNSIGNED, 255, 1, 0, 0, 0, 255",
        "UNSIGNED, 193, 63, 20, -3, 1, 12.359",
        "UNSIGNED, 110, 1, -40, 0, 0, 70",
        "UNSIGNED, 200, -512, 511, -8, 7, 51.098976",
        "UNSIGNED, 3, 7, -1, 7, 1, 110000000",
        "ONES_COMPLEMENT, 127, 1, 0, 0, 0, 127",
        "ONES_COMPLEMENT, 254, 1, 0, -1, 0, -0.1",
        "ONES_COMPLEMENT, 255, 1, 0, 0, 0, 0",
        "ONES_COMPLEMENT, 128, 1, 0, 0, 0, -127",
        "TWOS_COMPLEMENT, 255, 1, 0, 0, 0, -1",
        "TWOS_COMPLEMENT, 128, 1, 0, 0, 0, -128",
        "TWOS_COMPLEMENT, 216, 5, 0, -1, 0, -20"})
    void a_linear_reading_is_exact(Format format, int raw, int m, int b, int resultExponent, int bExponent, double value) {
        assertThat(new Conversion(format, 0, m, b, resultExponent, bExponent).value(raw)).hasValue(value);
    }

    @ParameterizedTest
    @CsvSource({"1, 2.07944", "2, 0.90309", "3, 3", "4, 2980.96", "5, 1e8", "6, 256", "7, 0.125", "8, 64", "9, 512", "10, 2.82843", "11, 2"})
    void every_linearisation_is_applied_to_8(int function, double value) {
        assertThat(new Conversion(Format.UNSIGNED, function, 1, 0, 0, 0).value(8).orElseThrow()).isCloseTo(value, within(value * 1e-5));
    }

    @Test
    void what_is_no_number_is_no_reading() {
        assertThat(new Conversion(Format.UNSIGNED, 0x01, 1, 0, 0, 0).value(0)).as("ln 0").isEmpty();
        assertThat(new Conversion(Format.UNSIGNED, 0x07, 1, 0, 0, 0).value(0)).as("1/0").isEmpty();
        assertThat(new Conversion(Format.TWOS_COMPLEMENT, 0x0a, 1, 0, 0, 0).value(0xff)).as("root of -1").isEmpty();
        assertThat(new Conversion(Format.UNSIGNED, 0x70, 1, 0, 0, 0).value(1)).as("non-linear").isEmpty();
        assertThat(Conversion.NONE.value(1)).isEmpty();
    }

    @Test
    void units_are_named_and_temperatures_are_told_in_degrees_Celsius() {
        assertThat(new SensorUnit(true, 0, 0, 0, 0).text()).isEqualTo("Percent");
        assertThat(new SensorUnit(false, 4, 0, 41, 0).text()).as("revolutions per minute").isEqualTo("RPM");
        assertThat(new SensorUnit(false, 0, 2, 6, 24).text()).isEqualTo("W*h");
        assertThat(new SensorUnit(false, 0, 1, 7, 24).text()).isEqualTo("J/h");
        assertThat(new SensorUnit(false, 3, 0, 7, 0).text()).isEqualTo("J/s");
        assertThat(new SensorUnit(false, 0, 0, 200, 0).text()).isEqualTo("IPMI unit 200");
        assertThat(new SensorUnit(false, 0, 2, 6, 24).kind()).as("energy is not power").isEmpty();
        assertThat(new SensorUnit(false, 0, 0, 2, 0).told(212)).isEqualTo(100);
        assertThat(new SensorUnit(false, 0, 0, 3, 0).told(300)).isEqualTo(26.85);
    }
}
