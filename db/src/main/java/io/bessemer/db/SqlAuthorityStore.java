package io.bessemer.db;

import io.bessemer.core.pool.AuthorityStore;
import java.time.Instant;
import java.util.Optional;

/// The certificate authority; its key is sealed like every secret.
final class SqlAuthorityStore implements AuthorityStore {
    private static final String PLACE = "certificate_authority/1";

    private final AuthorityMapper authority;
    private final SecretCipher cipher;

    SqlAuthorityStore(Mappers mappers, SecretCipher cipher) {
        this.authority = mappers.of(AuthorityMapper.class);
        this.cipher = cipher;
    }

    @Override
    public Optional<Keys> find() {
        return Optional.ofNullable(authority.find()).map(row -> new Keys(row.certificate(), cipher.open(row.sealedKey(), PLACE)));
    }

    @Override
    public Keys keep(Keys made, Instant now) {
        authority.keep(made.certificate(), cipher.seal(made.privateKey(), PLACE), Micros.of(now));
        return find().orElseThrow(() -> new IllegalStateException("the certificate authority was stored, and is gone"));
    }
}
