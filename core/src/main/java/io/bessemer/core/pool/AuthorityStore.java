package io.bessemer.core.pool;

import java.time.Instant;
import java.util.Optional;

/// Where the certificate authority of this installation is kept. All conductors share it.
public interface AuthorityStore {
    Optional<Keys> find();

    /// Keeps the first.
    ///
    /// @return what is kept: the caller's, or that of who was faster
    Keys keep(Keys made, Instant now);

    /// @param certificate PEM
    /// @param privateKey  PEM, PKCS #8; sealed at rest
    record Keys(String certificate, String privateKey) {
        @Override
        public String toString() {
            return "Keys[certificate=%s, privateKey=***]".formatted(certificate);
        }
    }
}
