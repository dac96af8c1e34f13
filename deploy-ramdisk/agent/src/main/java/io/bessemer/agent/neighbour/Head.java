package io.bessemer.agent.neighbour;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// The lines before the body of an HTTP message, of which no more are read than anybody needs.
final class Head {
    private static final int LONGEST = 4096;

    private final InputStream in;
    private int left = LONGEST;

    Head(InputStream in) {
        this.in = in;
    }

    /// @return empty at the end, and when there is too much of it
    /// @throws EOFException when it breaks off
    String line() throws IOException {
        var line = new StringBuilder();
        while (left-- > 0) {
            int character = in.read();
            if (character < 0) {
                throw new EOFException("the connection ended");
            }
            if (character == '\n') {
                return line.toString().stripTrailing();
            }
            line.append((char) character);
        }
        return "";
    }

    boolean tooLong() {
        return left < 0;
    }
}
