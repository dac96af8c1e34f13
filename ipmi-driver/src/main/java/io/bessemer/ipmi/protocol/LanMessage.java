package io.bessemer.ipmi.protocol;

/// An IPMI message as it travels on LAN, IPMI 2.0 §13.8: addresses, network function, sequence, command, data, two checksums.
public sealed interface LanMessage {
    int BMC_ADDRESS = 0x20;
    int REMOTE_CONSOLE = 0x81;
    /// more than any message that fits our datagrams
    int MAX_DATA = 255;

    /// @param netFn    even, 0 to 62
    /// @param sequence 0 to 63; the answer carries the same
    record Request(int netFn, int lun, int sequence, int command, byte[] data) implements LanMessage {
        public Request {
            if (data.length > MAX_DATA) {
                throw new IllegalArgumentException("IPMI request data has %d bytes, at most %d fit".formatted(data.length, MAX_DATA));
            }
        }

        public byte[] encode() {
            return encode(BMC_ADDRESS, REMOTE_CONSOLE);
        }

        /// @param to   slave address of the controller that is to execute it
        /// @param from whom it is to answer
        byte[] encode(int to, int from) {
            byte[] out = new byte[7 + data.length];
            out[0] = (byte) to;
            out[1] = (byte) (netFn << 2 | lun & 3);
            out[2] = checksum(out, 0, 2);
            out[3] = (byte) from;
            out[4] = (byte) (sequence << 2);
            out[5] = (byte) command;
            System.arraycopy(data, 0, out, 6, data.length);
            out[out.length - 1] = checksum(out, 3, out.length - 1);
            return out;
        }

        @Override
        public String toString() {
            return "Request[netFn 0x%02x, command 0x%02x, sequence %d, %d bytes]".formatted(netFn, command, sequence, data.length);
        }

        public static Request decode(byte[] message) throws DecodeException {
            checksums("IPMI request", message, 7);
            int netFn = message[1] >> 2 & 0x3f;
            if ((netFn & 1) != 0) {
                throw new DecodeException("IPMI request network function is 0x%02x, expected an even one".formatted(netFn), 1);
            }
            byte[] data = java.util.Arrays.copyOfRange(message, 6, message.length - 1);
            return new Request(netFn, message[1] & 3, message[4] >> 2 & 0x3f, message[5] & 0xff, data);
        }
    }

    /// @param netFn odd: the request's plus one
    /// @param data  what follows the completion code
    record Response(int netFn, int lun, int sequence, int command, CompletionCode completion, byte[] data) implements LanMessage {
        public byte[] encode() {
            byte[] out = new byte[8 + data.length];
            out[0] = (byte) REMOTE_CONSOLE;
            out[1] = (byte) (netFn << 2);
            out[2] = checksum(out, 0, 2);
            out[3] = BMC_ADDRESS;
            out[4] = (byte) (sequence << 2 | lun & 3);
            out[5] = (byte) command;
            out[6] = (byte) completion.code();
            System.arraycopy(data, 0, out, 7, data.length);
            out[out.length - 1] = checksum(out, 3, out.length - 1);
            return out;
        }

        @Override
        public String toString() {
            return "Response[netFn 0x%02x, command 0x%02x, sequence %d, %s, %d bytes]"
                    .formatted(netFn, command, sequence, completion, data.length);
        }

        public static Response decode(byte[] message) throws DecodeException {
            return decode(message, true);
        }

        /// @param summed false where the message came in a packet with a code of its own, from a BMC whose checksums are known to be wrong
        public static Response decode(byte[] message, boolean summed) throws DecodeException {
            if (summed) {
                checksums("IPMI response", message, 8);
            } else {
                longEnough("IPMI response", message, 8);
            }
            int netFn = message[1] >> 2 & 0x3f;
            if ((netFn & 1) == 0) {
                throw new DecodeException("IPMI response network function is 0x%02x, expected an odd one".formatted(netFn), 1);
            }
            byte[] data = java.util.Arrays.copyOfRange(message, 7, message.length - 1);
            return new Response(netFn, message[4] & 3, message[4] >> 2 & 0x3f, message[5] & 0xff, CompletionCode.of(message[6] & 0xff), data);
        }
    }

    private static void longEnough(String name, byte[] message, int shortest) throws DecodeException {
        if (message.length < shortest) {
            throw new DecodeException("%s has %d bytes, expected at least %d".formatted(name, message.length, shortest), message.length);
        }
    }

    private static void checksums(String name, byte[] message, int shortest) throws DecodeException {
        longEnough(name, message, shortest);
        check(name, "header checksum", message, 0, 2);
        check(name, "checksum", message, 3, message.length - 1);
    }

    private static void check(String name, String field, byte[] message, int from, int at) throws DecodeException {
        byte expected = checksum(message, from, at);
        if (message[at] != expected) {
            throw new DecodeException("%s %s is 0x%02x, expected 0x%02x".formatted(name, field, message[at] & 0xff, expected & 0xff), at);
        }
    }

    private static byte checksum(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += bytes[i];
        }
        return (byte) -sum;
    }
}
