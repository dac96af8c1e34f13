package io.bessemer.host.server;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.host.protocol.CertificateAnswer;
import io.bessemer.host.protocol.CertificateRequest;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.JoinAnswer;
import io.bessemer.host.protocol.JoinRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/// The agent's part of the server's API (decision 0040). An [IOException] means: the server is away or in trouble, try again.
public final class ServerClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CONNECT_MILLIS = 10_000;
    private static final int LONGEST_ANSWER = 8 << 20; // 1 MiB of files, of which JSON may make six times as much
    private static final int LONGEST_COMPLAINT = 2_000;

    static {
        // a POST that failed is repeated by us, who know which may be; the JDK would do so behind our back
        System.setProperty("sun.net.http.retryPost", "false");
    }

    private final String base;
    private final SSLSocketFactory tls;
    private volatile OptionalLong clockOffsetMillis = OptionalLong.empty();

    /// @param url of the server
    public ServerClient(String url, UUID node, SSLSocketFactory tls) {
        this.base = url + "/v1/hosts/" + node;
        this.tls = tls;
    }

    /// How far this host's clock is ahead of the server's, by the last answer; to a second or so.
    public OptionalLong clockOffsetMillis() {
        return clockOffsetMillis;
    }

    /// @throws RefusedException the token is spent, stale or unknown
    public JoinAnswer join(String token, JoinRequest request) throws IOException, RefusedException {
        return decode(post("/join", token, request.toMap(), TIMEOUT), JoinAnswer::fromMap);
    }

    public CertificateAnswer renew(CertificateRequest request) throws IOException, RefusedException {
        return decode(post("/certificate", null, request.toMap(), TIMEOUT), CertificateAnswer::fromMap);
    }

    /// @param wait for orders other than those that the report names
    /// @throws RefusedException the node is no member any more, or the certificate is not accepted
    public HostOrders report(HostReport report, Duration wait) throws IOException, RefusedException {
        return decode(post("/report?wait=" + wait.toSeconds(), null, report.toMap(), wait.plus(TIMEOUT)), HostOrders::fromMap);
    }

    private byte[] post(String path, String bearer, Map<String, Object> body, Duration timeout) throws IOException, RefusedException {
        var connection = (HttpsURLConnection) URI.create(base + path).toURL().openConnection();
        connection.setSSLSocketFactory(tls);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        if (bearer != null) {
            connection.setRequestProperty("Authorization", "Bearer " + bearer);
        }
        try (var out = connection.getOutputStream()) {
            out.write(Json.bytes(body));
        }
        int status = connection.getResponseCode();
        long date = connection.getHeaderFieldDate("Date", 0); // whole seconds, cut off
        if (date > 0) {
            clockOffsetMillis = OptionalLong.of(System.currentTimeMillis() - date - 500);
        }
        if (status == 401 || status == 403 || status == 404) {
            throw new RefusedException(status, complaint(connection));
        }
        if (status != 200 && status != 201) {
            throw new IOException("%s answered %d %s".formatted(connection.getURL(), status, complaint(connection)));
        }
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readNBytes(LONGEST_ANSWER + 1);
            if (bytes.length > LONGEST_ANSWER) {
                throw new IOException("%s answered more than %d bytes".formatted(connection.getURL(), LONGEST_ANSWER));
            }
            return bytes;
        }
    }

    private static <T> T decode(byte[] bytes, Decoder<T> decoder) throws IOException {
        try {
            return decoder.decode(Json.object(bytes));
        } catch (DecodeException e) {
            throw new IOException("the server's answer is not understood: " + e.getMessage(), e);
        }
    }

    private static String complaint(HttpsURLConnection connection) {
        try (InputStream errors = connection.getErrorStream()) {
            return errors == null ? "" : new String(errors.readNBytes(LONGEST_COMPLAINT), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private interface Decoder<T> {
        T decode(Map<String, Object> map) throws DecodeException;
    }
}
