package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.SerialConsole;
import io.bessemer.ipmi.command.Bmc;
import io.bessemer.ipmi.session.SolConsole;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// The serial line by Serial Over LAN.
final class IpmiConsole implements SerialConsole {
    private final Bmcs bmcs;

    IpmiConsole(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    /// Looks up the BMC's name, which may take a while, on a thread of its own.
    @Override
    public Line open(DriverNode node, Watcher watcher) throws DriverException {
        if (!IpmiDriverInfo.of(node).bridge().hops().isEmpty()) {
            throw new DriverException(Kind.UNSUPPORTED, ("Node %s has driver_info/ipmi_bridging: Serial Over LAN is a payload of a session with a BMC on the network, and a controller behind "
                    + "one has no session. Set console_interface to no-console, or give ipmi_address of a BMC of its own.").formatted(NodeBmc.label(node)));
        }
        Opening line = new Opening(watcher);
        Thread.ofVirtual().name("console-" + node.id()).start(() -> {
            try {
                NodeBmc found = bmcs.of(node);
                Bmc bmc = found.bmc();
                line.opens(() -> bmc.client().console(bmc.address(), bmc.access(), found.info().sol(), line));
            } catch (DriverException | RuntimeException e) {
                watcher.state(State.UNAVAILABLE, e.getMessage());
            }
        });
        return line;
    }

    /// A line whose BMC is found already, or not yet.
    private static final class Opening implements Line, SolConsole.Listener {
        private final Watcher watcher;
        private SolConsole console;
        private boolean closed;

        Opening(Watcher watcher) {
            this.watcher = watcher;
        }

        synchronized void opens(Supplier<SolConsole> found) {
            if (!closed) {
                console = found.get();
            }
        }

        private synchronized SolConsole console() {
            return console;
        }

        @Override
        public void text(byte[] bytes) {
            watcher.text(bytes);
        }

        @Override
        public void state(SolConsole.State state, String why) {
            watcher.state(switch (state) {
                case CONNECTING -> State.CONNECTING;
                case CONNECTED -> State.CONNECTED;
                case LOST -> State.LOST;
                case UNAVAILABLE -> State.UNAVAILABLE;
            }, why);
        }

        @Override
        public boolean write(byte[] text) {
            SolConsole open = console();
            return open != null && open.write(text);
        }

        @Override
        public void sendBreak() {
            SolConsole open = console();
            if (open != null) {
                open.sendBreak();
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            if (console != null) {
                console.close();
            }
        }
    }

    @Override
    public OptionalInt terminalPort(DriverNode node) throws DriverException {
        int port = IpmiDriverInfo.of(node).terminalPort();
        return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
    }
}
