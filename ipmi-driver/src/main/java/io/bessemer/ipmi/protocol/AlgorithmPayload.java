package io.bessemer.ipmi.protocol;

/// The three 8-byte algorithm proposals inside Open Session, IPMI 2.0 table 13-9.
final class AlgorithmPayload {
    private static final int LENGTH = 8;

    private AlgorithmPayload() {
    }

    static void write(byte[] out, int at, int... algorithms) {
        for (int type = 0; type < algorithms.length; type++) {
            out[at + type * LENGTH] = (byte) type;
            out[at + type * LENGTH + 3] = LENGTH;
            out[at + type * LENGTH + 4] = (byte) algorithms[type];
        }
    }

    static int read(PacketReader in, String field, int expectedType) throws DecodeException {
        int type = in.unsignedByte(field);
        if (type != expectedType) {
            throw in.wrong(field + " payload type", Integer.toString(type), Integer.toString(expectedType));
        }
        in.skip(field, 2);
        int length = in.unsignedByte(field);
        // length 0 stands for "any"; an algorithm byte still follows
        if (length != LENGTH && length != 0) {
            throw in.wrong(field + " payload length", Integer.toString(length), "8");
        }
        int algorithm = in.unsignedByte(field) & 0x3f;
        in.skip(field, 3);
        return algorithm;
    }
}
