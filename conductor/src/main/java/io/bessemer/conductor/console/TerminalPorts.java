package io.bessemer.conductor.console;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which TCP port a node's console is served on, and what clients are told of it.
final class TerminalPorts {
    private static final Logger LOG = LoggerFactory.getLogger(TerminalPorts.class);

    private final ConsoleSettings settings;
    private final String conductor;

    /// @param conductor host name for clients, when consoles are served on any address
    TerminalPorts(ConsoleSettings settings, String conductor) {
        this.settings = settings;
        this.conductor = conductor;
    }

    /// The port that the node names; else of the range that which its id points to, so that it stays the same, or the next that is free.
    ///
    /// @throws Failure.Conflict when none is free
    TerminalPort open(Node node, OptionalInt named, NodeConsole console) {
        int count = named.isPresent() ? 1 : settings.lastPort() - settings.firstPort() + 1;
        int from = Math.floorMod(node.id().value().hashCode(), count);
        for (int i = 0; i < count; i++) {
            int number = named.orElse(settings.firstPort() + (from + i) % count);
            try {
                return new TerminalPort(console, new InetSocketAddress(settings.address(), number));
            } catch (BindException taken) {
                LOG.debug("Port {} for a console is taken", number);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new Failure.Conflict(named.isPresent()
                ? "The console of node %s cannot be started: port %d (driver_info/ipmi_terminal_port) is taken on %s. Name another one, or remove the key."
                        .formatted(node.displayName(), named.getAsInt(), settings.address().getHostAddress())
                : "The console of node %s cannot be started: every port from %d to %d is taken. Raise bessemer.console.last-port, or disable a console."
                        .formatted(node.displayName(), settings.firstPort(), settings.lastPort()));
    }

    String url(TerminalPort port) {
        String address = settings.address().isAnyLocalAddress() ? conductor : settings.address().getHostAddress();
        return "tcp://%s:%d".formatted(address.contains(":") ? "[" + address + "]" : address, port.port());
    }
}
