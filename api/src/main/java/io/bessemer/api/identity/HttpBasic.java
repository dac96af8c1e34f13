package io.bessemer.api.identity;

import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.WireException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.http.HttpHeaders;
import org.springframework.security.crypto.bcrypt.BCrypt;

/// HTTP basic authentication (RFC 7617) with Ironic's file. As in Ironic, who is in the file is an administrator of everything.
///
/// A right password is remembered for a while, by a keyed hash of it, so that bcrypt is not paid for each request. An unknown user costs the
/// same as a wrong password.
public final class HttpBasic implements Authentication {
    private static final String CHALLENGE = "Basic realm=\"Baremetal API\", charset=\"UTF-8\"";
    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int MOST_REMEMBERED = 10_000;
    private static final int LONGEST_HEADER = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PasswordFile file;
    private final SecretKeySpec key;
    private final Semaphore checks = new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors() / 2), true);
    private final Cache<ByteBuffer, Boolean> right = Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterWrite(REMEMBERED).build();

    /// @throws IllegalArgumentException that says what is wrong with the file
    public HttpBasic(Path file) {
        this.file = new PasswordFile(file);
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
    }

    @Override
    public String challenge() {
        return CHALLENGE;
    }

    @Override
    public Caller authenticate(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            throw new Failure.Unauthorized("Authorization required: this server takes user and password by HTTP basic authentication.");
        }
        String pair = decoded(header);
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw malformed();
        }
        String user = pair.substring(0, colon);
        byte[] password = pair.substring(colon + 1).getBytes(StandardCharsets.UTF_8);
        PasswordFile.Users users = file.users();
        String hash = users.byName().get(user);
        if (!matches(user, password, hash == null ? users.decoy() : hash) || hash == null) {
            throw new Failure.Unauthorized("Incorrect username or password.");
        }
        return Caller.systemAdministrator(user);
    }

    /// A hash that was taken out of the file, or changed there, is another key.
    private boolean matches(String user, byte[] password, String hash) {
        ByteBuffer proof = proof(user, password, hash);
        if (right.getIfPresent(proof) != null) {
            return true;
        }
        if (!permitted()) {
            throw new WireException(ErrorKind.TRY_LATER, "Too many passwords are being checked at this moment. Try again in some seconds.");
        }
        try {
            if (!BCrypt.checkpw(password, hash)) {
                return false;
            }
        } finally {
            checks.release();
        }
        right.put(proof, true);
        return true;
    }

    private boolean permitted() {
        try {
            return checks.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ByteBuffer proof(String user, byte[] password, String hash) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(user.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            mac.update(hash.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            return ByteBuffer.wrap(mac.doFinal(password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static String decoded(String header) {
        if (header.length() > LONGEST_HEADER) {
            throw malformed();
        }
        try {
            return new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException noBase64) {
            throw malformed();
        }
    }

    private static Failure.Unauthorized malformed() {
        return new Failure.Unauthorized("The Authorization header is not 'Basic' and the base64 of USER:PASSWORD.");
    }
}
