package io.bessemer.ipmi.session;

import java.security.SecureRandom;

/// The system's random bytes, fetched in portions: a request for 16 of them costs more than AES over the packet that they are for. Each byte is given out
/// once. Not for several threads.
final class PooledRandom extends SecureRandom {
    private static final long serialVersionUID = 1;
    private static final int PORTION = 4096;

    private final transient SecureRandom source = new SecureRandom();
    private final transient byte[] pool = new byte[PORTION];
    private transient int used = PORTION;

    @Override
    public void nextBytes(byte[] bytes) {
        if (bytes.length > PORTION) {
            source.nextBytes(bytes);
            return;
        }
        if (PORTION - used < bytes.length) {
            source.nextBytes(pool);
            used = 0;
        }
        System.arraycopy(pool, used, bytes, 0, bytes.length);
        java.util.Arrays.fill(pool, used, used + bytes.length, (byte) 0);
        used += bytes.length;
    }

    @Override
    public String toString() {
        return "PooledRandom";
    }
}
