package io.bessemer.ipmi.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What both sides know after RAKP 2, and the codes and keys that follow from it, IPMI 2.0 §13.28 to 13.32.
public record RakpProof(CipherSuite suite, int consoleSessionId, int bmcSessionId, byte[] consoleRandom, byte[] bmcRandom, byte[] guid,
        int role, String username) {
    /// What the BMC must send in RAKP 2.
    ///
    /// @param userKey the password
    public byte[] rakp2Code(byte[] userKey) {
        return hmac(suite, userKey, buffer().putInt(consoleSessionId).putInt(bmcSessionId).put(consoleRandom).put(bmcRandom).put(guid)
                .put(roleAndName()));
    }

    /// What we send in RAKP 3.
    public byte[] rakp3Code(byte[] userKey) {
        return hmac(suite, userKey, buffer().put(bmcRandom).putInt(consoleSessionId).put(roleAndName()));
    }

    /// The session integrity key.
    ///
    /// @param bmcKey K_G where the BMC has one, else the password
    public byte[] sessionKey(byte[] bmcKey) {
        return hmac(suite, bmcKey, buffer().put(consoleRandom).put(bmcRandom).put(roleAndName()));
    }

    /// What the BMC must send in RAKP 4.
    public byte[] rakp4Code(byte[] sessionKey) {
        byte[] code = hmac(suite, sessionKey, buffer().put(consoleRandom).putInt(bmcSessionId).put(guid));
        return Arrays.copyOf(code, suite.integrityCodeLength());
    }

    private byte[] roleAndName() {
        byte[] name = username.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[2 + name.length];
        out[0] = (byte) role;
        out[1] = (byte) name.length;
        System.arraycopy(name, 0, out, 2, name.length);
        return out;
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(96).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] hmac(CipherSuite suite, byte[] key, ByteBuffer data) {
        if (!suite.isProtected()) {
            return new byte[0];
        }
        Mac mac = ThreadCrypto.own().mac(suite, key(suite, key));
        mac.update(data.array(), 0, data.position());
        return mac.doFinal();
    }

    /// HMAC pads keys with zeros, so one zero byte is the empty key that SecretKeySpec refuses.
    static SecretKeySpec key(CipherSuite suite, byte[] key) {
        return new SecretKeySpec(key.length == 0 ? new byte[1] : key, suite.mac());
    }

    @Override
    public String toString() {
        return "RakpProof[suite " + suite + ", user " + username + "]";
    }
}
