package io.bessemer.e2e.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.bessemer.host.protocol.CertificateAnswer;
import io.bessemer.host.protocol.CertificateRequest;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.JoinAnswer;
import io.bessemer.host.protocol.JoinRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import tools.jackson.databind.json.JsonMapper;

/// The server's side of decision 0040 for one host, in a page: a second reader of the wire beside the product's.
final class HostServer implements AutoCloseable {
    private final HttpsServer server;
    private final Authority authority;
    private final String token;
    private final String names;
    private final List<HostReport> reports = new ArrayList<>();
    private HostOrders orders;
    private String joinedBy;
    int joins;
    int renewals;

    /// @param tls   of the server
    /// @param names of the host, for its certificate
    HostServer(Authority authority, SSLContext tls, String token, String names, HostOrders orders) throws IOException {
        this.authority = authority;
        this.token = token;
        this.names = names;
        this.orders = orders;
        server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    synchronized void order(HostOrders next) {
        orders = next;
        notifyAll();
    }

    /// The first report that is so, of those to come or that came since `since`.
    synchronized HostReport await(String what, int since, Duration limit, Predicate<HostReport> wanted) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (int i = since;;) {
            for (; i < reports.size(); i++) {
                if (wanted.test(reports.get(i))) {
                    return reports.get(i);
                }
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("no report with %s within %s; the last of %d: %s".formatted(what, limit, reports.size(), reports.isEmpty() ? "none" : reports.getLast()));
            }
            wait(left);
        }
    }

    synchronized int reported() {
        return reports.size();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                @SuppressWarnings("unchecked")
                Map<String, Object> body = JsonMapper.shared().readValue(exchange.getRequestBody().readAllBytes(), Map.class);
                answer = answer(exchange, body);
            } catch (Exception e) {
                e.printStackTrace();
                answer = new Answer(400, Map.of("error_message", e.toString()));
            }
            byte[] bytes = JsonMapper.shared().writeValueAsString(answer.body()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private record Answer(int status, Map<String, Object> body) {}

    private synchronized Answer answer(HttpExchange exchange, Map<String, Object> body) throws Exception {
        String path = exchange.getRequestURI().getPath();
        Instant expires = Instant.now().plusSeconds(86_400);
        if (path.endsWith("/join")) {
            JoinRequest request = JoinRequest.fromMap(body);
            // a join whose answer was lost comes again with the same key: the same request, but for its signature
            String key = request.csr().substring(0, 200);
            if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization")) || joinedBy != null && !joinedBy.equals(key)) {
                return new Answer(401, Map.of("error_message", "The token is spent."));
            }
            joinedBy = key;
            joins++;
            return new Answer(201, new JoinAnswer(authority.sign(request.csr(), names), expires, orders).toMap());
        }
        try {
            ((HttpsExchange) exchange).getSSLSession().getPeerCertificates();
        } catch (SSLPeerUnverifiedException e) {
            return new Answer(401, Map.of("error_message", "Show your certificate."));
        }
        if (path.endsWith("/certificate")) {
            renewals++;
            return new Answer(201, new CertificateAnswer(authority.sign(CertificateRequest.fromMap(body).csr(), names), expires).toMap());
        }
        HostReport report = HostReport.fromMap(body);
        reports.add(report);
        notifyAll();
        long end = System.nanoTime() + Long.parseLong(exchange.getRequestURI().getQuery().replace("wait=", "")) * 1_000_000_000;
        while (orders.id().equals(report.orders()) && System.nanoTime() < end) {
            wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        return new Answer(200, orders.toMap());
    }
}
