package io.bessemer.host.join;

import io.bessemer.host.protocol.key.Der;
import io.bessemer.host.protocol.key.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// An authority that is forgotten with this process, and a server certificate for the loopback address: for training alone.
public final class LoopbackAuthority {
    private static final String NAME = "training";
    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final KeyPair pair;
    private final String own;

    public LoopbackAuthority() throws GeneralSecurityException {
        pair = Keys.generate();
        own = certificate(pair.getPublic());
    }

    /// PEM; the server's too.
    public String certificate() {
        return own;
    }

    /// PEM, for a key.
    public String certificate(PublicKey key) throws GeneralSecurityException {
        Instant now = Instant.now();
        byte[] address = Der.of(Der.SEQUENCE, Der.of(0x87, InetAddress.getLoopbackAddress().getAddress())); // subjectAltName: iPAddress
        byte[] names = Der.of(Der.SEQUENCE, Der.oid(2, 5, 29, 17), Der.of(Der.OCTET_STRING, address));
        byte[] content = Der.of(Der.SEQUENCE, Der.of(Der.CONTEXT, Der.number(2)), Der.number(now.toEpochMilli()), Der.ecdsaWithSha256(), Der.commonName(NAME),
                Der.of(Der.SEQUENCE, time(now.minus(Duration.ofMinutes(1))), time(now.plus(Duration.ofHours(1)))), Der.commonName(NAME), key.getEncoded(),
                Der.of(Der.CONTEXT + 3, Der.of(Der.SEQUENCE, names)));
        return Keys.pem("CERTIFICATE", Keys.signed(content, pair.getPrivate()));
    }

    /// For the server's side.
    public SSLContext server() throws GeneralSecurityException, IOException {
        char[] password = NAME.toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(NAME, pair.getPrivate(), password, new Certificate[] {Keys.certificate(own)});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static byte[] time(Instant time) {
        return Der.of(0x17, UTC_TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }
}
