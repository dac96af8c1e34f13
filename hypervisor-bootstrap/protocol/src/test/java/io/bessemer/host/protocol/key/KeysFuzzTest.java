package io.bessemer.host.protocol.key;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/// Keys and certificates as a server answers with them, or as they stand in a host's file.
class KeysFuzzTest {
    @FuzzTest
    void keys_and_certificates(byte[] bytes) {
        String pem = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            assert Keys.pair(pem).getPrivate() != null;
        } catch (GeneralSecurityException | IllegalArgumentException expected) {
            assert expected.getMessage() != null;
        }
        try {
            assert Keys.certificate(pem) != null;
        } catch (GeneralSecurityException expected) {
            assert expected.getMessage() != null;
        }
    }
}
