package io.bessemer.cli.client;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// Options of every command that asks a server.
public final class ServerOptions {
    enum Output {
        TABLE, JSON
    }

    @Option(names = "--api", paramLabel = "URL",
            description = "The server (default: $BESSEMER_API, else $OS_ENDPOINT, else " + BessemerClient.DEFAULT_API + "). "
            + "Who asks is told by $BESSEMER_API_USER and $BESSEMER_API_PASSWORD, or by $OS_TOKEN.")
    private String api;

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM file of the authorities that the server's certificate may be from (default: $OS_CACERT, else the JDK's).")
    private Path authorities;

    @Option(names = {"-o", "--output"}, paramLabel = "table|json", description = "For people or for scripts (default: table).")
    private Output output = Output.TABLE;

    public boolean json() {
        return output == Output.JSON;
    }

    BessemerClient client(Map<String, String> environment) {
        String url = Stream.of(Optional.ofNullable(api), given(environment, "BESSEMER_API"),
                given(environment, "OS_ENDPOINT").map(given -> given.replaceFirst("/v1/?$", ""))).flatMap(Optional::stream).findFirst()
                .orElse(BessemerClient.DEFAULT_API);
        Path trusted = authorities != null ? authorities : given(environment, "OS_CACERT").map(Path::of).orElse(null);
        return new BessemerClient(url, Login.from(environment), trusted);
    }

    private static Optional<String> given(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    public interface Question<T> {
        T ask(BessemerClient client) throws ApiException, InterruptedException;
    }

    /// As [BessemerClient#follow].
    public void follow(String path, String cursor, Predicate<EventStream.Message> listener, Consumer<String> seen) throws ApiException, InterruptedException {
        try (var client = client(System.getenv())) {
            client.follow(path, cursor, listener, seen);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    /// Asks the server; what it refuses ends the command.
    public <T> T ask(Question<T> question) throws InterruptedException {
        try (var client = client(System.getenv())) {
            return question.ask(client);
        } catch (ApiException e) {
            throw new CommandFailure(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }
}
