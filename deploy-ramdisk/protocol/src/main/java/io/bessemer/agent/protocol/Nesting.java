package io.bessemer.agent.protocol;

/// Looks at JSON before it is parsed. The parser of the agents goes down by recursion, so that a message of nothing but `[[[[...` would end the agent
/// with a stack overflow.
public final class Nesting {
    private static final int DEEPEST = 100;

    private Nesting() {}

    /// @param json UTF-8; what is in another encoding, in which brackets could not be seen, is refused
    public static void check(byte[] json) throws DecodeException {
        for (int i = 0; i < Math.min(4, json.length); i++) {
            if (json[i] == 0 || (json[i] & 0xfe) == 0xfe) { // zeroes and byte order marks of UTF-16 and UTF-32
                throw new DecodeException("message", "JSON in UTF-8", json.length + " bytes that are not");
            }
        }
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < json.length; i++) {
            switch (json[i]) {
                case '"' -> quoted = !quoted;
                case '\\' -> i += quoted ? 1 : 0;
                case '[', '{' -> depth += quoted ? 0 : 1;
                case ']', '}' -> depth -= quoted ? 0 : 1;
                default -> { }
            }
            if (depth > DEEPEST) {
                throw new DecodeException("message", "JSON of at most " + DEEPEST + " levels", "deeper, at byte " + i);
            }
        }
    }
}
