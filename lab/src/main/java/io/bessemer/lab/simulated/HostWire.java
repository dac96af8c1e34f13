package io.bessemer.lab.simulated;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.core.tls.Authorities;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.JoinAnswer;
import io.bessemer.host.protocol.JoinRequest;
import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.protocol.key.Keys;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import tools.jackson.databind.json.JsonMapper;

/// A host's side of decision 0040's wire: HTTPS with one certificate, or with none. Blocking and without threads of its own, so that a
/// thousand of them cost little; an `HttpClient` for each certificate would bring a selector thread for each.
public final class HostWire {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CONNECT_MILLISECONDS = 5_000;
    /// by the authority's PEM: a rack has one
    private static final Map<String, TrustManager[]> TRUSTED = new ConcurrentHashMap<>();

    static {
        System.setProperty("sun.net.http.retryPost", "false"); // the JDK would send a join again behind our back
    }

    private final String url;
    private final SSLSocketFactory tls;

    private HostWire(String url, SSLSocketFactory tls) {
        this.url = url;
        this.tls = tls;
    }

    /// Of a host that has no certificate yet.
    public static HostWire anonymous(JoinTicket ticket) {
        return new HostWire(ticket.url(), tls(ticket.ca(), null));
    }

    public static HostWire of(JoinTicket ticket, Member member) {
        return new HostWire(ticket.url(), tls(ticket.ca(), member));
    }

    /// Who a host became by joining.
    ///
    /// @param certificate PEM
    public record Member(KeyPair keys, String certificate) {
        @Override
        public String toString() {
            return "Member[keys=***]";
        }
    }

    /// The server answered, and it was no.
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final int status;

        RefusedException(int status, String answer) {
            super(answer);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    public JoinAnswer join(UUID node, String token, KeyPair keys, String hostname) throws IOException, RefusedException {
        try {
            return JoinAnswer.fromMap(post("/v1/hosts/%s/join".formatted(node), token,
                    new JoinRequest(Keys.request(keys, node), SimulatedHost.VERSION, hostname).toMap(), TIMEOUT));
        } catch (DecodeException | GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /// @param report as it goes over the wire
    public HostOrders report(UUID node, Map<String, Object> report, Duration wait) throws IOException, RefusedException {
        try {
            return HostOrders.fromMap(post("/v1/hosts/%s/report?wait=%d".formatted(node, wait.toSeconds()), null, report, wait.plus(TIMEOUT)));
        } catch (DecodeException e) {
            throw new IOException(e);
        }
    }

    private Map<String, Object> post(String path, String bearer, Map<String, Object> body, Duration timeout) throws IOException, RefusedException {
        var connection = (HttpsURLConnection) URI.create(url + path).toURL().openConnection();
        connection.setSSLSocketFactory(tls);
        connection.setConnectTimeout(CONNECT_MILLISECONDS);
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        if (bearer != null) {
            connection.setRequestProperty("Authorization", "Bearer " + bearer);
        }
        try (var out = connection.getOutputStream()) {
            out.write(JSON.writeValueAsBytes(body));
        }
        int status = connection.getResponseCode();
        if (status >= 500) {
            throw new IOException("%s answered %d".formatted(path, status));
        }
        if (status >= 400) {
            try (InputStream errors = connection.getErrorStream()) {
                throw new RefusedException(status, errors == null ? "" : new String(errors.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        try (InputStream in = connection.getInputStream()) {
            return map(in.readAllBytes());
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(byte[] json) {
        return JSON.readValue(json, LinkedHashMap.class);
    }

    private static SSLSocketFactory tls(String ca, Member member) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(member == null ? new KeyManager[0] : new KeyManager[] {new OneKey(member.keys.getPrivate(), Keys.certificate(member.certificate))},
                    TRUSTED.computeIfAbsent(ca, HostWire::trust), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TrustManager[] trust(String ca) {
        try {
            return Authorities.managers(List.of(Keys.certificate(ca)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Shows its certificate to whoever asks for one.
    private record OneKey(PrivateKey key, X509Certificate certificate) implements X509KeyManager {
        private static final String ALIAS = "host";

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }
}
