package io.bessemer.cli.pool;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Confirmation;
import io.bessemer.cli.terminal.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Deletes one thing of the API, which refuses what is in use; asks first.
public abstract class Deletion implements Callable<Integer> {
    private static final int IN_USE = 409;

    private final Terminal terminal;
    private final String title;
    private final String collection;
    private final String cure;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name;

    @Mixin
    private Confirmation confirmation;

    @Mixin
    private ServerOptions options;

    /// @param title      for people: `host pool`
    /// @param collection of the API: `host_pools`
    /// @param cure       what to do when it is in use; `%s` is the name
    protected Deletion(Terminal terminal, String title, String collection, String cure) {
        this.terminal = terminal;
        this.title = title;
        this.collection = collection;
        this.cure = cure;
    }

    @Override
    public Integer call() throws InterruptedException {
        String path = "/v1/%s/%s".formatted(collection, BessemerClient.segment(name));
        options.ask(client -> client.get(path)); // nobody is asked about what is not there
        confirmation.require(terminal, "Delete %s %s?".formatted(title, name), options.json());
        options.ask(client -> {
            try {
                client.delete(path);
            } catch (ApiException e) {
                if (e.status() == IN_USE) {
                    throw new CommandFailure(e.getMessage() + " " + cure.formatted(name), e);
                }
                throw e;
            }
            return null;
        });
        terminal.line("%s", options.json() ? BessemerClient.pretty(Map.of("deleted", name)) : "%s is deleted.".formatted(name));
        return 0;
    }
}
