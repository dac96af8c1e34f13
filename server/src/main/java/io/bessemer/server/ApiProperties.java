package io.bessemer.server;

import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.api.*`: where clients reach the API.
///
/// @param listen   ADDR:PORT
/// @param noauthOn without authentication, any address but loopback must be named here a second time
@Validated
@ConfigurationProperties("bessemer.api")
public record ApiProperties(@NotBlank @DefaultValue("127.0.0.1:6385") String listen, @DefaultValue("") String noauthOn) implements CheckedSettings {
    @Override
    public void check() {
        address();
    }

    ListenAddress address() {
        ListenAddress address = ListenAddress.parse("bessemer.api.listen", listen);
        if (!address.loopback() && !noauthOn.equals(listen)) {
            throw new IllegalArgumentException(("bessemer.api.listen is '%s', and there is no authentication yet: whoever reaches it owns "
                    + "every machine. Listen on 127.0.0.1:6385, or repeat the address in bessemer.api.noauth-on to say that you mean it.")
                    .formatted(listen));
        }
        return address;
    }
}
