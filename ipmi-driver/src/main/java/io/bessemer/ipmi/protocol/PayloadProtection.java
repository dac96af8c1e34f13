package io.bessemer.ipmi.protocol;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals and opens the packets of one session: AES-CBC-128 inside (IPMI 2.0 §13.29), an HMAC over everything from the
/// authentication type on (§13.28.4).
public final class PayloadProtection {
    private static final int BLOCK = 16;
    private static final int RMCP_HEADER = 4;
    private static final int NEXT_HEADER = 0x07;

    private final CipherSuite suite;
    private final SecureRandom random;
    private final SecretKeySpec integrityKey;
    private final SecretKeySpec confidentialityKey;

    /// @param sessionKey of [RakpProof#sessionKey]; not used by suite 0
    public PayloadProtection(CipherSuite suite, byte[] sessionKey, SecureRandom random) {
        this.suite = suite;
        this.random = random;
        if (!suite.isProtected()) {
            this.integrityKey = null;
            this.confidentialityKey = null;
            return;
        }
        Mac mac = ThreadCrypto.own().mac(suite, RakpProof.key(suite, sessionKey));
        this.integrityKey = RakpProof.key(suite, derived(mac, 1));
        this.confidentialityKey = new SecretKeySpec(derived(mac, 2), 0, BLOCK, "AES");
    }

    /// What became of a packet.
    public sealed interface Opened {
        /// Verified and decrypted.
        record Payload(byte[] bytes) implements Opened {}

        /// Not protected as negotiated. Never to be believed, whatever it says.
        record Unprotected(String why) implements Opened {}

        /// Its code is wrong: changed on the way, forged, or of another session.
        record Tampered() implements Opened {}
    }

    /// The datagram of one payload.
    public byte[] seal(int payloadType, int sessionId, int sequence, byte[] payload) {
        if (!suite.isProtected()) {
            return new IpmiPacket.RmcpPlus(payloadType, false, false, sessionId, sequence, payload, 0).encode();
        }
        int encryptedLength = BLOCK + (payload.length + 1 + BLOCK - 1) / BLOCK * BLOCK;
        int end = IpmiPacket.RmcpPlus.HEADER_LENGTH + encryptedLength;
        // the authenticated part ends with pad length and next header, on a multiple of 4
        int pad = (4 - (end - RMCP_HEADER + 2) % 4) % 4;
        byte[] out = new byte[end + pad + 2 + suite.integrityCodeLength()];
        IpmiPacket.RmcpPlus.header(out, 0xc0 | payloadType, sessionId, sequence, encryptedLength);
        encrypt(payload, out, IpmiPacket.RmcpPlus.HEADER_LENGTH, encryptedLength - BLOCK);
        Arrays.fill(out, end, end + pad, (byte) 0xff);
        out[end + pad] = (byte) pad;
        out[end + pad + 1] = NEXT_HEADER;
        int signed = end + pad + 2;
        System.arraycopy(code(out, signed), 0, out, signed, suite.integrityCodeLength());
        return out;
    }

    /// @param datagram the bytes that `packet` was decoded from
    /// @throws DecodeException when a packet with the right code is malformed inside
    public Opened open(byte[] datagram, IpmiPacket.RmcpPlus packet) throws DecodeException {
        if (!suite.isProtected()) {
            return packet.authenticated() || packet.encrypted()
                    ? new Opened.Unprotected("protected, but suite 0 was negotiated")
                    : new Opened.Payload(packet.payload());
        }
        if (!packet.authenticated() || !packet.encrypted()) {
            return new Opened.Unprotected(packet.encrypted() ? "not authenticated" : "not encrypted");
        }
        int codeLength = suite.integrityCodeLength();
        int signed = datagram.length - codeLength;
        if (packet.trailerLength() < codeLength + 2) {
            return new Opened.Unprotected("its trailer has %d bytes, expected at least %d".formatted(packet.trailerLength(), codeLength + 2));
        }
        byte[] expected = Arrays.copyOf(code(datagram, signed), codeLength);
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(datagram, signed, datagram.length))) {
            return new Opened.Tampered();
        }
        int pad = datagram[signed - 2] & 0xff;
        if (pad + 2 + codeLength != packet.trailerLength()) {
            throw new DecodeException("integrity pad length is %d, expected %d".formatted(pad, packet.trailerLength() - codeLength - 2), signed - 2);
        }
        return new Opened.Payload(decrypt(packet.payload()));
    }

    private byte[] code(byte[] packet, int end) {
        Mac mac = ThreadCrypto.own().mac(suite, integrityKey);
        mac.update(packet, RMCP_HEADER, end - RMCP_HEADER);
        return mac.doFinal();
    }

    private void encrypt(byte[] payload, byte[] out, int at, int length) {
        byte[] vector = new byte[BLOCK];
        random.nextBytes(vector);
        System.arraycopy(vector, 0, out, at, BLOCK);
        byte[] clear = Arrays.copyOf(payload, length);
        int pad = length - payload.length - 1;
        for (int i = 0; i < pad; i++) {
            clear[payload.length + i] = (byte) (i + 1);
        }
        clear[length - 1] = (byte) pad;
        try {
            Cipher cipher = ThreadCrypto.own().aes();
            cipher.init(Cipher.ENCRYPT_MODE, confidentialityKey, new IvParameterSpec(vector));
            cipher.doFinal(clear, 0, length, out, at + BLOCK);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES of %d bytes failed".formatted(length), e);
        }
    }

    private byte[] decrypt(byte[] payload) throws DecodeException {
        if (payload.length < 2 * BLOCK || payload.length % BLOCK != 0) {
            throw new DecodeException("encrypted payload has %d bytes, expected a multiple of 16 from 32 on".formatted(payload.length), 14);
        }
        byte[] clear;
        try {
            Cipher cipher = ThreadCrypto.own().aes();
            cipher.init(Cipher.DECRYPT_MODE, confidentialityKey, new IvParameterSpec(payload, 0, BLOCK));
            clear = cipher.doFinal(payload, BLOCK, payload.length - BLOCK);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES of %d bytes failed".formatted(payload.length), e);
        }
        int pad = clear[clear.length - 1] & 0xff;
        if (pad >= BLOCK) {
            throw new DecodeException("confidentiality pad length is %d, expected 0 to 15".formatted(pad), 16 + payload.length - 1);
        }
        return Arrays.copyOf(clear, clear.length - 1 - pad);
    }

    /// K1 and K2: the code of twenty equal bytes by the session key, IPMI 2.0 §13.32.
    private static byte[] derived(Mac mac, int constant) {
        byte[] input = new byte[20];
        Arrays.fill(input, (byte) constant);
        return mac.doFinal(input);
    }
}
