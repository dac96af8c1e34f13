package io.bessemer.ipmi.protocol;

import java.util.Arrays;
import java.util.Optional;

/// The cipher suites we speak, IPMI 2.0 §22.15.2 table 22-20: those with authentication, integrity and confidentiality, and
/// suite 0 with none of them, which a node must ask for by name.
public enum CipherSuite {
    /// RAKP-none, no integrity, no encryption: any password is accepted
    SUITE_0(0, 0, 0, 0, "", 0, 0),
    /// RAKP-HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128
    SUITE_3(3, 1, 1, 1, "HmacSHA1", 20, 12),
    /// RAKP-HMAC-SHA256, HMAC-SHA256-128, AES-CBC-128
    SUITE_17(17, 3, 4, 1, "HmacSHA256", 32, 16);

    private final int id;
    private final int authentication;
    private final int integrity;
    private final int confidentiality;
    private final String mac;
    private final int keyExchangeCodeLength;
    private final int integrityCodeLength;

    CipherSuite(int id, int authentication, int integrity, int confidentiality, String mac, int keyExchangeCodeLength, int integrityCodeLength) {
        this.id = id;
        this.authentication = authentication;
        this.integrity = integrity;
        this.confidentiality = confidentiality;
        this.mac = mac;
        this.keyExchangeCodeLength = keyExchangeCodeLength;
        this.integrityCodeLength = integrityCodeLength;
    }

    public static Optional<CipherSuite> of(int id) {
        return Arrays.stream(values()).filter(suite -> suite.id == id).findFirst();
    }

    public int id() {
        return id;
    }

    public int authentication() {
        return authentication;
    }

    public int integrity() {
        return integrity;
    }

    public int confidentiality() {
        return confidentiality;
    }

    /// packets carry a checked code and are encrypted
    public boolean isProtected() {
        return integrity != 0;
    }

    /// The constants stand from the weakest on.
    public boolean weakerThan(CipherSuite other) {
        return compareTo(other) < 0;
    }

    /// JCA name of the HMAC
    String mac() {
        return mac;
    }

    /// bytes of the code in RAKP 2 and 3
    int keyExchangeCodeLength() {
        return keyExchangeCodeLength;
    }

    /// bytes of the code in RAKP 4 and in the trailer of session packets
    int integrityCodeLength() {
        return integrityCodeLength;
    }

    @Override
    public String toString() {
        return Integer.toString(id);
    }
}
