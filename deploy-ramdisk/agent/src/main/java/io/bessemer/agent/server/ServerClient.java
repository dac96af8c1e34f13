package io.bessemer.agent.server;

import io.bessemer.agent.protocol.AgentEvent;
import io.bessemer.agent.protocol.CommandMessage;
import io.bessemer.agent.protocol.CommandReport;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.SessionAnswer;
import io.bessemer.agent.protocol.SessionRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The agent's part of the server's API. An [IOException] means: the server is away or in trouble, try again.
public final class ServerClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int LONGEST_MESSAGE = 4 * 1024 * 1024;

    private final String base;
    private volatile String token = "";

    /// @param api  base address of the server
    /// @param node UUID
    public ServerClient(String api, String node) {
        this.base = api + "/v1/agent/" + node;
    }

    /// Bearer token of the session, empty before it is open.
    public String token() {
        return token;
    }

    public SessionAnswer open(SessionRequest request) throws IOException, SessionGoneException {
        HttpURLConnection connection = Http.open(base + "/session", "", TIMEOUT, Json.bytes(request.toMap()));
        int status = status(connection);
        if (status != 201 && status != 200) {
            throw Http.wrong(connection, status);
        }
        try {
            SessionAnswer answer = SessionAnswer.fromMap(Json.object(Http.body(connection, LONGEST_MESSAGE)));
            token = answer.agentToken();
            return answer;
        } catch (DecodeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    public Optional<CommandMessage> next(Duration wait) throws IOException, SessionGoneException {
        HttpURLConnection connection =
                Http.open(base + "/commands/next?wait=" + wait.toSeconds(), token, wait.plusSeconds(15), null);
        int status = status(connection);
        if (status == 204) {
            return Optional.empty();
        }
        if (status != 200) {
            throw Http.wrong(connection, status);
        }
        try {
            return Optional.of(CommandMessage.fromMap(Json.object(Http.body(connection, LONGEST_MESSAGE))));
        } catch (DecodeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    public void report(UUID command, CommandReport report) throws IOException, SessionGoneException, StaleCommandException {
        HttpURLConnection connection = Http.open(base + "/commands/" + command, token, TIMEOUT, Json.bytes(report.toMap()));
        int status = status(connection);
        if (status == 409 || status == 404) {
            throw new StaleCommandException(Http.complaint(connection));
        }
        done(connection, status);
    }

    public void events(List<AgentEvent> events) throws IOException, SessionGoneException {
        List<Map<String, Object>> body = events.stream().map(AgentEvent::toMap).toList();
        HttpURLConnection connection = Http.open(base + "/events", token, TIMEOUT, Json.bytes(body));
        done(connection, status(connection));
    }

    public void goodbye(String reason) throws IOException, SessionGoneException {
        HttpURLConnection connection = Http.open(base + "/goodbye", token, TIMEOUT, Json.bytes(Map.of("reason", reason)));
        done(connection, status(connection));
    }

    /// Fetches the config drive of the deploy that runs into a file.
    public void configDrive(Path file) throws IOException, SessionGoneException {
        HttpURLConnection connection = Http.open(base + "/configdrive", token, TIMEOUT, null);
        int status = status(connection);
        if (status != 200) {
            throw Http.wrong(connection, status);
        }
        try (InputStream in = connection.getInputStream()) {
            long got = Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            long expected = connection.getContentLengthLong();
            if (expected >= 0 && got != expected) {
                throw new IOException("the config drive ended after %d of %d bytes".formatted(got, expected));
            }
        }
    }

    private static void done(HttpURLConnection connection, int status) throws IOException {
        if (status / 100 != 2) {
            throw Http.wrong(connection, status);
        }
        Http.body(connection, LONGEST_MESSAGE);
    }

    private static int status(HttpURLConnection connection) throws IOException, SessionGoneException {
        int status = connection.getResponseCode();
        if (status == 401) {
            throw new SessionGoneException(Http.complaint(connection));
        }
        return status;
    }
}
