package io.bessemer.images;

import io.bessemer.images.SourceSettings.Swift;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A URL by which an object of Swift may be read for a while by whoever has it (Swift's middleware `tempurl`). SHA-256, which it takes since 2.21 of 2019;
/// SHA-1 is off by default since 2.30.
final class SwiftTempUrl {
    private SwiftTempUrl() {
    }

    static URI of(Swift swift, String object, Instant now) {
        String path = "/v1/%s/%s/%s".formatted(swift.account(), swift.container(), object);
        long expires = now.plus(swift.life()).getEpochSecond();
        String signature = signature(swift.key(), "GET\n%d\n%s".formatted(expires, path));
        return URI.create("%s%s?temp_url_sig=%s&temp_url_expires=%d".formatted(swift.endpoint().toString().replaceAll("/+$", ""), path, signature, expires));
    }

    private static String signature(String key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
