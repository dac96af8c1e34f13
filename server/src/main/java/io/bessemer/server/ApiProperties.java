package io.bessemer.server;

import io.bessemer.api.identity.Authentication;
import io.bessemer.api.identity.HttpBasic;
import io.bessemer.api.identity.KeystoneSettings;
import io.bessemer.api.identity.KeystoneTokens;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.api.*`: where clients reach the API, and how they say who they are.
///
/// @param listen   ADDR:PORT
/// @param auth     who may come: `noauth` everybody, `http-basic` users of a file, `keystone` bearers of a token
/// @param noauthOn without authentication, any address but loopback must be named here a second time
@Validated
@ConfigurationProperties("bessemer.api")
public record ApiProperties(
        @NotBlank @DefaultValue("127.0.0.1:6385") String listen,
        @DefaultValue("noauth") @Pattern(regexp = "noauth|http-basic|keystone", message = "must be noauth, http-basic or keystone") String auth,
        @DefaultValue("") String noauthOn,
        @DefaultValue @NotNull @Valid Basic httpBasic,
        @DefaultValue @NotNull @Valid Keystone keystone,
        @DefaultValue @NotNull @Valid Tls tls) implements CheckedSettings {

    /// @param file of users, `USER:BCRYPT` a line, as `htpasswd -nB` writes it
    public record Basic(@DefaultValue("") String file) {
    }

    /// @param authUrl        of Keystone, with or without `/v3`
    /// @param publicUrl      where clients reach it; empty for auth-url
    /// @param username       of a user that may validate tokens
    /// @param password       of that user
    /// @param project        of that user
    /// @param userDomain     name of the user's domain
    /// @param projectDomain  name of the project's domain
    /// @param serviceProject name of the project in which the role `service` counts as member of the system, as Nova's user needs; empty for none
    /// @param caFile         PEM file of the authorities that Keystone's certificate may be from; empty for the JDK's
    /// @param callTimeout    of one request with its answer
    /// @param remember       how long a good token is not asked about again, and so works on after it was revoked
    public record Keystone(
            @DefaultValue("") String authUrl,
            @DefaultValue("") String publicUrl,
            @DefaultValue("bessemer") @NotBlank String username,
            @DefaultValue("") String password,
            @DefaultValue("service") @NotBlank String project,
            @DefaultValue("Default") @NotBlank String userDomain,
            @DefaultValue("Default") @NotBlank String projectDomain,
            @DefaultValue("service") String serviceProject,
            @DefaultValue("") String caFile,
            @DefaultValue("10s") @NotNull @DurationMin(seconds = 1) @DurationMax(minutes = 1) Duration callTimeout,
            @DefaultValue("2m") @NotNull @DurationMin(seconds = 0) @DurationMax(minutes = 10) Duration remember) {

        KeystoneSettings settings() {
            String base = authUrl.replaceAll("/+$", "");
            return new KeystoneSettings(URI.create(base.endsWith("/v3") ? base : base + "/v3"), publicUrl.isEmpty() ? authUrl : publicUrl, username, password, project,
                    userDomain, projectDomain, serviceProject, caFile.isEmpty() ? null : Path.of(caFile), callTimeout, remember);
        }

        @Override
        public String toString() {
            return "Keystone[authUrl=%s, username=%s, password=***]".formatted(authUrl, username);
        }
    }

    /// @param certificate PEM file of the certificate with its chain; empty for plain HTTP
    /// @param key         PEM file of its private key
    public record Tls(@DefaultValue("") String certificate, @DefaultValue("") String key) {
        boolean on() {
            return !certificate.isEmpty();
        }
    }

    @Override
    public void check() {
        List<String> faults = new ArrayList<>();
        try {
            address();
        } catch (IllegalArgumentException wrong) {
            faults.add(wrong.getMessage());
        }
        if (auth.equals("http-basic")) {
            try {
                requireGiven("bessemer.api.http-basic.file", httpBasic.file, "the file of users");
                new HttpBasic(Path.of(httpBasic.file));
            } catch (IllegalArgumentException wrong) {
                faults.add(wrong.getMessage());
            }
        }
        if (auth.equals("keystone")) {
            checkKeystone(faults);
        }
        if (tls.certificate.isEmpty() != tls.key.isEmpty()) {
            faults.add("bessemer.api.tls.certificate is '%s' and bessemer.api.tls.key is '%s'. Give both, or neither for plain HTTP.".formatted(tls.certificate, tls.key));
        } else if (tls.on()) {
            try {
                ApiTls.load(tls);
            } catch (IllegalArgumentException wrong) {
                faults.add(wrong.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
    }

    private void checkKeystone(List<String> faults) {
        if (!keystone.authUrl.matches("https?://[^/\\s@]+\\S*")) {
            faults.add("bessemer.api.keystone.auth-url is '%s'. Give the URL of Keystone, as in https://cloud.example:5000/v3.".formatted(keystone.authUrl.contains("@") ? "***" : keystone.authUrl));
        }
        if (keystone.password.isEmpty()) {
            faults.add("bessemer.api.keystone.password is missing. Give that of the user '%s', who validates tokens.".formatted(keystone.username));
        }
        if (!keystone.caFile.isEmpty() && !Files.isReadable(Path.of(keystone.caFile))) {
            faults.add("bessemer.api.keystone.ca-file is '%s', which cannot be read. Give a file of PEM certificates.".formatted(keystone.caFile));
        }
    }

    private static void requireGiven(String key, String value, String what) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("%s is missing. Give %s.".formatted(key, what));
        }
    }

    ListenAddress address() {
        ListenAddress address = ListenAddress.parse("bessemer.api.listen", listen);
        if (auth.equals("noauth") && !address.loopback() && !noauthOn.equals(listen)) {
            throw new IllegalArgumentException(("bessemer.api.listen is '%s', and bessemer.api.auth is 'noauth': whoever reaches it owns "
                    + "every machine. Set bessemer.api.auth to http-basic or keystone, listen on 127.0.0.1:6385, or repeat the address in "
                    + "bessemer.api.noauth-on to say that you mean it.").formatted(listen));
        }
        return address;
    }

    Authentication authentication(Clock clock) {
        return switch (auth) {
            case "http-basic" -> new HttpBasic(Path.of(httpBasic.file));
            case "keystone" -> new KeystoneTokens(keystone.settings(), clock);
            default -> new Authentication.None();
        };
    }
}
