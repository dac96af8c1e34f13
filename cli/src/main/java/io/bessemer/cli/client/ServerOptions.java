package io.bessemer.cli.client;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import picocli.CommandLine.Option;

/// Options of every command that asks a server.
public final class ServerOptions {
    enum Output {
        TABLE, JSON
    }

    @Option(names = "--api", paramLabel = "URL",
            description = "The server (default: $BESSEMER_API, else " + BessemerClient.DEFAULT_API + ").")
    private String api;

    @Option(names = {"-o", "--output"}, paramLabel = "table|json", description = "For people or for scripts (default: table).")
    private Output output = Output.TABLE;

    public boolean json() {
        return output == Output.JSON;
    }

    public interface Question<T> {
        T ask(BessemerClient client) throws ApiException, InterruptedException;
    }

    /// Asks the server; what it refuses ends the command.
    public <T> T ask(Question<T> question) throws InterruptedException {
        String fromEnvironment = System.getenv("BESSEMER_API");
        String url = api != null ? api : fromEnvironment != null ? fromEnvironment : BessemerClient.DEFAULT_API;
        try (var client = new BessemerClient(url)) {
            return question.ask(client);
        } catch (ApiException e) {
            throw new CommandFailure(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }
}
