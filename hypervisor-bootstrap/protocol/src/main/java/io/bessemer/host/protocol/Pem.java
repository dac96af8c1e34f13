package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;

/// Texts of RFC 7468. Only their label is looked at: what is inside is for whoever uses it.
final class Pem {
    static final String CERTIFICATE = "CERTIFICATE";
    static final String REQUEST = "CERTIFICATE REQUEST";
    private static final int LONGEST = 16_384;

    private Pem() {}

    static String text(Fields fields, String name, String label) throws DecodeException {
        String text = fields.text(name);
        if (text.length() > LONGEST || !text.stripLeading().startsWith("-----BEGIN " + label + "-----")) {
            throw fields.wrong(name, "a PEM text of at most %d characters that begins with -----BEGIN %s-----".formatted(LONGEST, label));
        }
        return text;
    }
}
