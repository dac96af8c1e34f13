package io.bessemer.conductor.pool;

import io.bessemer.core.fault.Failure;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.HexFormat;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/// A PKCS #10 request that proves that the caller has the key. Of what it says only the key is taken: names are the server's to give.
///
/// @param keyHash SHA-256 of the public key, hex
public record SigningRequest(PublicKey key, String keyHash) {
    private static final int LONGEST = 16 * 1024;
    private static final String FIELD = "csr";
    private static final String CURE = "Make one with `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -subj /CN=me`.";

    /// @throws Failure.Invalid that says what is wrong with it
    public static SigningRequest parse(String pem) {
        if (pem == null || pem.length() > LONGEST) {
            throw new Failure.Invalid(FIELD, "is %s, allowed is a PEM text of at most %d characters. %s"
                    .formatted(pem == null ? "absent" : pem.length() + " characters long", LONGEST, CURE));
        }
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest request)) {
                throw new Failure.Invalid(FIELD, "holds no -----BEGIN CERTIFICATE REQUEST-----. " + CURE);
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(request.getSubjectPublicKeyInfo()))) {
                throw new Failure.Invalid(FIELD, "its signature is not by its own key. " + CURE);
            }
            PublicKey key = new JcaPKCS10CertificationRequest(request).getPublicKey();
            requireStrong(key);
            return new SigningRequest(key, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded())));
        } catch (Failure.Invalid told) {
            throw told;
        } catch (IOException | PKCSException | OperatorCreationException | GeneralSecurityException | RuntimeException e) {
            // damaged ASN.1 and base64 come out of BouncyCastle as unchecked exceptions of several kinds
            throw new Failure.Invalid(FIELD, "is not a PKCS #10 request (%s). %s".formatted(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), CURE));
        }
    }

    private static void requireStrong(PublicKey key) {
        String found = switch (key) {
            case ECPublicKey ec -> "EC of %d bits".formatted(ec.getParams().getOrder().bitLength());
            case RSAPublicKey rsa -> "RSA of %d bits".formatted(rsa.getModulus().bitLength());
            default -> key.getAlgorithm();
        };
        boolean allowed = switch (key) {
            case ECPublicKey ec -> ec.getParams().getOrder().bitLength() == 256 || ec.getParams().getOrder().bitLength() == 384;
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= 2048 && rsa.getModulus().bitLength() <= 4096;
            default -> false;
        };
        if (!allowed) {
            throw new Failure.Invalid(FIELD, "its key is %s; allowed are EC P-256, P-384 and RSA of 2048 to 4096 bits. %s".formatted(found, CURE));
        }
    }
}
