package io.bessemer.host.protocol.key;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/// The few shapes of ASN.1 (X.690, DER) that requests and certificates are made of.
public final class Der {
    public static final int INTEGER = 0x02;
    public static final int BIT_STRING = 0x03;
    public static final int OCTET_STRING = 0x04;
    public static final int OID = 0x06;
    public static final int UTF8_STRING = 0x0c;
    public static final int SEQUENCE = 0x30;
    public static final int SET = 0x31;
    /// A constructed context tag is this plus its number.
    public static final int CONTEXT = 0xa0;

    private Der() {}

    public static byte[] of(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 128) {
            out.write(length);
        } else {
            byte[] bytes = BigInteger.valueOf(length).toByteArray();
            int zero = bytes[0] == 0 ? 1 : 0; // lengths have no sign
            out.write(0x80 | bytes.length - zero);
            out.write(bytes, zero, bytes.length - zero);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    public static byte[] number(long value) {
        return of(INTEGER, BigInteger.valueOf(value).toByteArray());
    }

    public static byte[] text(String text) {
        return of(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Whole bytes.
    public static byte[] bits(byte[] bytes) {
        return of(BIT_STRING, new byte[] {0}, bytes);
    }

    public static byte[] oid(int... numbers) {
        var out = new ByteArrayOutputStream();
        out.write(numbers[0] * 40 + numbers[1]);
        for (int i = 2; i < numbers.length; i++) {
            for (int shift = 28; shift >= 0; shift -= 7) {
                if (numbers[i] >> shift > 0 || shift == 0) {
                    out.write(numbers[i] >> shift & 0x7f | (shift > 0 ? 0x80 : 0));
                }
            }
        }
        return of(OID, out.toByteArray());
    }

    /// A distinguished name of a common name alone.
    public static byte[] commonName(String name) {
        return of(SEQUENCE, of(SET, of(SEQUENCE, oid(2, 5, 4, 3), text(name))));
    }

    /// ecdsa-with-SHA256, RFC 5758 §3.2
    public static byte[] ecdsaWithSha256() {
        return of(SEQUENCE, oid(1, 2, 840, 10045, 4, 3, 2));
    }
}
