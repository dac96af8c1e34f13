package io.bessemer.conductor.pool;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.AuthorityStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Bessemer's own certificate authority (ECDSA P-256, RFC 5280): made on first use, shared by all conductors through the database.
public final class CertificateAuthority {
    static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    static final Duration CLIENT_LIFE = Duration.ofDays(365);
    static final Duration SERVER_LIFE = Duration.ofDays(365);
    /// a host's clock may be behind on its first boot; at most a tenth of a certificate's life
    private static final Duration SKEW = Duration.ofHours(24);
    private static final int SERIAL_BITS = 127;
    private static final int KEY_BITS = 256;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final String SIGNATURE = "SHA256withECDSA";

    private final AuthorityStore store;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private volatile Signer signer;

    public CertificateAuthority(AuthorityStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// @param certificate PEM
    /// @param serial      hex
    public record Issued(String certificate, String serial, Instant expires) {}

    /// @param key PEM, PKCS #8
    public record IssuedKey(Issued issued, String key) {
        @Override
        public String toString() {
            return "IssuedKey[issued=%s, key=***]".formatted(issued);
        }
    }

    private record Signer(X509Certificate certificate, String pem, PrivateKey key) {
        @Override
        public String toString() {
            return "Signer[***]";
        }
    }

    /// The authority's own certificate, PEM.
    public String certificate() {
        return signer().pem;
    }

    public X509Certificate x509() {
        return signer().certificate;
    }

    /// For a host's agent and for libvirt on it: server and client.
    public Issued host(SigningRequest request, HostIdentity identity, Collection<String> names, Collection<String> addresses, Duration life) {
        List<GeneralName> all = names(names, addresses);
        all.add(new GeneralName(GeneralName.uniformResourceIdentifier, identity.uri()));
        return issued(certificate(request.key(), subject(identity.node().toString(), "host"), all, life, KeyPurposeId.id_kp_serverAuth,
                KeyPurposeId.id_kp_clientAuth));
    }

    /// For an operator's `virsh -c qemu+tls://…`.
    ///
    /// @throws Failure.Invalid when the name cannot stand in a certificate
    public Issued client(SigningRequest request, String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new Failure.Invalid("name", "'%s' is not a name. Use 1 to 64 letters, digits, '.', '_', '@' and '-', beginning with a letter or digit.".formatted(name));
        }
        return issued(certificate(request.key(), subject(name, "client"), List.of(), CLIENT_LIFE, KeyPurposeId.id_kp_clientAuth));
    }

    /// With a key made here, which is kept nowhere.
    public IssuedKey client(String name) {
        KeyPair pair = keyPair();
        return new IssuedKey(client(new SigningRequest(pair.getPublic(), ""), name), pem(pair));
    }

    /// What only those who have the authority's key can make of a text: HMAC-SHA-256, 32 hex digits of it.
    public String seal(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(((ECPrivateKey) signer().key).getS().toByteArray(), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8))).substring(0, 32);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /// A key store with a fresh key and a certificate of this process, for the port that hosts call.
    public KeyStore server(Collection<String> names, Collection<String> addresses, char[] password) {
        KeyPair pair = keyPair();
        X509Certificate certificate = certificate(pair.getPublic(), subject("bessemer", "server"), names(names, addresses), SERVER_LIFE, KeyPurposeId.id_kp_serverAuth);
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry("server", pair.getPrivate(), password, new X509Certificate[] {certificate, signer().certificate});
            return keys;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has PKCS12", e);
        }
    }

    /// A key store that trusts this authority alone.
    public KeyStore trust() {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setCertificateEntry("bessemer", signer().certificate);
            return keys;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has PKCS12", e);
        }
    }

    private Signer signer() {
        Signer ready = signer;
        if (ready == null) {
            AuthorityStore.Keys keys = store.find().orElseGet(() -> store.keep(made(), clock.instant()));
            ready = read(keys);
            signer = ready;
        }
        return ready;
    }

    private AuthorityStore.Keys made() {
        KeyPair pair = keyPair();
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, "Bessemer")
                .addRDN(BCStyle.CN, "Bessemer CA " + new BigInteger(32, random).toString(16)).build();
        try {
            Instant now = clock.instant();
            var builder = new JcaX509v3CertificateBuilder(name, serial(), Date.from(now.minus(SKEW)), Date.from(now.plus(AUTHORITY_LIFE)), name, pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(Extension.subjectKeyIdentifier, false, new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return new AuthorityStore.Keys(pem(convert(builder, pair.getPrivate())), pem(pair));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the certificate authority could not be made", e);
        }
    }

    private X509Certificate certificate(PublicKey key, X500Name subject, List<GeneralName> names, Duration life, KeyPurposeId... purposes) {
        Instant now = clock.instant();
        Duration skew = life.dividedBy(10).compareTo(SKEW) < 0 ? life.dividedBy(10) : SKEW;
        Signer by = signer();
        try {
            var utils = new JcaX509ExtensionUtils();
            var builder = new JcaX509v3CertificateBuilder(by.certificate, serial(), Date.from(now.minus(skew)), Date.from(now.plus(life)), subject, key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            // libvirt 9.0 refuses a certificate without key encipherment, which means nothing for a key on a curve (virnettlscontext.c)
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            builder.addExtension(Extension.authorityKeyIdentifier, false, utils.createAuthorityKeyIdentifier(by.certificate));
            builder.addExtension(Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(key));
            if (!names.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            return convert(builder, by.key);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a certificate could not be made", e);
        }
    }

    private static X509Certificate convert(JcaX509v3CertificateBuilder builder, PrivateKey key) throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter().getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static Issued issued(X509Certificate certificate) {
        return new Issued(pem(certificate), certificate.getSerialNumber().toString(16), certificate.getNotAfter().toInstant().truncatedTo(ChronoUnit.SECONDS));
    }

    private static X500Name subject(String commonName, String unit) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, "Bessemer").addRDN(BCStyle.OU, unit).addRDN(BCStyle.CN, commonName).build();
    }

    private static List<GeneralName> names(Collection<String> names, Collection<String> addresses) {
        List<GeneralName> all = new ArrayList<>();
        names.stream().distinct().forEach(name -> all.add(new GeneralName(GeneralName.dNSName, name)));
        addresses.stream().distinct().forEach(address -> all.add(new GeneralName(GeneralName.iPAddress, address)));
        return all;
    }

    private BigInteger serial() {
        return new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private static String pem(X509Certificate certificate) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(certificate);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    /// PKCS #8 with curve and public key inside (RFC 5915): GnuTLS, and so libvirt, reads no other, and the JDK writes none.
    private static String pem(KeyPair pair) {
        SubjectPublicKeyInfo known = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
        var key = new org.bouncycastle.asn1.sec.ECPrivateKey(KEY_BITS, ((ECPrivateKey) pair.getPrivate()).getS(), known.getPublicKeyData(), null);
        try {
            byte[] bytes = new PrivateKeyInfo(known.getAlgorithm(), key).getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                    .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes));
        } catch (IOException e) {
            throw new IllegalStateException("a key could not be written", e);
        }
    }

    private static Signer read(AuthorityStore.Keys keys) {
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(keys.certificate().getBytes(StandardCharsets.US_ASCII)));
            byte[] key = Base64.getMimeDecoder().decode(keys.privateKey().replaceAll("-----[A-Z ]+-----", ""));
            return new Signer(certificate, keys.certificate(), KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException("the certificate authority in the database cannot be read: its row was changed by hand or is damaged", e);
        }
    }
}
