package io.bessemer.host.protocol.key;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/// Keys on P-256, their signing requests, and PEM. Made here rather than by the openssl program, so that no private key passes a pipe
/// or another process's memory; a request is 20 lines.
public final class Keys {
    private static final int SECRET_BYTES = 32;
    /// tag, length, no unused bits, uncompressed point
    private static final int POINT_BYTES = 1 + 1 + 1 + 65;

    private Keys() {}

    public static KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /// A PKCS #10 request (RFC 2986) for the subject `CN=node`. Which names and addresses the certificate gets is the server's to say.
    public static String request(KeyPair pair, UUID node) throws GeneralSecurityException {
        byte[] info = Der.of(Der.SEQUENCE, Der.number(0), Der.commonName(node.toString()), pair.getPublic().getEncoded(), Der.of(Der.CONTEXT));
        return pem("CERTIFICATE REQUEST", signed(info, pair.getPrivate()));
    }

    /// A structure followed by algorithm and signature, as in requests and certificates.
    public static byte[] signed(byte[] content, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(content);
        return Der.of(Der.SEQUENCE, content, Der.ecdsaWithSha256(), Der.bits(signature.sign()));
    }

    /// PKCS #8 with the public key inside (RFC 5915): GnuTLS, and so libvirt, reads no other, and the JDK writes none.
    public static String pem(KeyPair pair) {
        byte[] secret = ((ECPrivateKey) pair.getPrivate()).getS().toByteArray();
        var padded = new byte[SECRET_BYTES];
        int length = Math.min(secret.length, SECRET_BYTES); // a leading zero is the sign's
        System.arraycopy(secret, secret.length - length, padded, SECRET_BYTES - length, length);
        byte[] key = Der.of(Der.SEQUENCE, Der.number(1), Der.of(Der.OCTET_STRING, padded), Der.of(Der.CONTEXT + 1, point(pair.getPublic().getEncoded())));
        return pem("PRIVATE KEY", Der.of(Der.SEQUENCE, Der.number(0), algorithm(), Der.of(Der.OCTET_STRING, key)));
    }

    /// What [#pem(KeyPair)] wrote.
    public static KeyPair pair(String pem) throws GeneralSecurityException {
        byte[] der = decode(pem);
        KeyFactory factory = KeyFactory.getInstance("EC");
        return new KeyPair(factory.generatePublic(new X509EncodedKeySpec(Der.of(Der.SEQUENCE, algorithm(), point(der)))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(der)));
    }

    /// id-ecPublicKey on secp256r1, RFC 5480 §2.1
    private static byte[] algorithm() {
        return Der.of(Der.SEQUENCE, Der.oid(1, 2, 840, 10045, 2, 1), Der.oid(1, 2, 840, 10045, 3, 1, 7));
    }

    /// The public key as a bit string, with which both of its structures end.
    private static byte[] point(byte[] structure) {
        if (structure.length < POINT_BYTES) {
            throw new IllegalArgumentException("a key of %d bytes is damaged".formatted(structure.length));
        }
        return Arrays.copyOfRange(structure, structure.length - POINT_BYTES, structure.length);
    }

    public static String pem(String label, byte[] bytes) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes), label);
    }

    private static byte[] decode(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }

    public static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
