package io.bessemer.ipmi.sensor;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.OptionalDouble;

/// How a raw reading becomes a value: `y = L((M * x + B * 10^Bexp) * 10^Rexp)`, IPMI 2.0 §36.3.
///
/// @param linearisation number of the function L (§43.1, byte 24)
public record Conversion(Format format, int linearisation, int m, int b, int resultExponent, int bExponent) {
    /// of a sensor that has states alone
    static final Conversion NONE = new Conversion(Format.NONE, 0, 0, 0, 0, 0);
    /// Of what is not exact anyhow, the digits that are shown; the raw reading has eight bits.
    private static final MathContext SHOWN = new MathContext(6);

    /// How the raw byte is a number (§43.1, byte 21, bits 7 and 6).
    public enum Format {
        UNSIGNED, ONES_COMPLEMENT, TWOS_COMPLEMENT, NONE;

        int number(int raw) {
            return switch (this) {
                case UNSIGNED, NONE -> raw;
                case ONES_COMPLEMENT -> raw < 0x80 ? raw : raw - 0xff;
                case TWOS_COMPLEMENT -> (byte) raw;
            };
        }
    }

    /// @param in of a full record, where its linearisation is next
    static Conversion decode(Format format, PacketReader in) throws DecodeException {
        int linearisation = in.unsignedByte("linearisation") & 0x7f;
        int m = in.unsignedByte("M");
        m |= (in.unsignedByte("M and tolerance") & 0xc0) << 2;
        int b = in.unsignedByte("B");
        b |= (in.unsignedByte("B and accuracy") & 0xc0) << 2;
        in.skip("accuracy", 1);
        int exponents = in.unsignedByte("exponents");
        return new Conversion(format, linearisation, signed(m, 10), signed(b, 10), signed(exponents >> 4, 4), signed(exponents & 0x0f, 4));
    }

    private static int signed(int value, int bits) {
        return value << Integer.SIZE - bits >> Integer.SIZE - bits;
    }

    /// Empty where there is none: of a sensor without analog reading, of one that is not linear (0x70 and above: each of its readings has factors of its
    /// own, §35.5, which are not asked for), and of what no number is, as the logarithm of 0.
    ///
    /// @param raw 0 to 255
    public OptionalDouble value(int raw) {
        if (format == Format.NONE) {
            return OptionalDouble.empty();
        }
        // exact, so that 12.25 V are not told as 12.250000000000002
        double x = BigDecimal.valueOf((long) m * format.number(raw)).add(BigDecimal.valueOf(b).scaleByPowerOfTen(bExponent)).scaleByPowerOfTen(resultExponent).doubleValue();
        if (linearisation == 0) {
            return OptionalDouble.of(x);
        }
        double y = switch (linearisation) {
            case 0x01 -> Math.log(x);
            case 0x02 -> Math.log10(x);
            case 0x03 -> Math.log(x) / Math.log(2);
            case 0x04 -> Math.exp(x);
            case 0x05 -> Math.pow(10, x);
            case 0x06 -> Math.pow(2, x);
            case 0x07 -> 1 / x;
            case 0x08 -> x * x;
            case 0x09 -> x * x * x;
            case 0x0a -> Math.sqrt(x);
            case 0x0b -> Math.cbrt(x);
            default -> Double.NaN;
        };
        return Double.isFinite(y) ? OptionalDouble.of(shown(y)) : OptionalDouble.empty();
    }

    static double shown(double value) {
        return new BigDecimal(value).round(SHOWN).doubleValue();
    }
}
