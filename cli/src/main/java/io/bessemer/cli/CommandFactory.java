package io.bessemer.cli;

import io.bessemer.cli.terminal.Terminal;
import picocli.CommandLine;

/// Makes commands; those whose constructor takes the terminal get it.
final class CommandFactory implements CommandLine.IFactory {
    private final Terminal terminal;
    private final CommandLine.IFactory others = CommandLine.defaultFactory();

    CommandFactory(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        try {
            var constructor = type.getDeclaredConstructor(Terminal.class);
            constructor.setAccessible(true);
            return constructor.newInstance(terminal);
        } catch (NoSuchMethodException e) {
            return others.create(type);
        }
    }
}
