package io.bessemer.ipmi.protocol;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The HMACs and the AES of one thread, keyed anew for each use: to find one costs more than a packet's code, above all in a process that has just begun, and
/// those of ten thousand sessions would fill memory.
final class ThreadCrypto {
    private static final ThreadLocal<ThreadCrypto> OWN = ThreadLocal.withInitial(ThreadCrypto::new);

    private final Mac[] macs = new Mac[CipherSuite.values().length];
    private Cipher aes;

    private ThreadCrypto() {
    }

    static ThreadCrypto own() {
        return OWN.get();
    }

    /// @param suite one with a code
    Mac mac(CipherSuite suite, SecretKeySpec key) {
        try {
            Mac mac = macs[suite.ordinal()];
            if (mac == null) {
                mac = Mac.getInstance(suite.mac());
                macs[suite.ordinal()] = mac;
            }
            mac.init(key);
            return mac;
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a key of %d bytes does not suit %s".formatted(key.getEncoded().length, suite.mac()), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no " + suite.mac(), e);
        }
    }

    /// AES-CBC that pads nothing; to be initialized.
    Cipher aes() {
        if (aes == null) {
            try {
                aes = Cipher.getInstance("AES/CBC/NoPadding");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("This Java has no AES", e);
            }
        }
        return aes;
    }
}
