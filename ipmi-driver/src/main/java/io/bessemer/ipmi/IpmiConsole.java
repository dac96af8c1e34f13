package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.SerialConsole;
import io.bessemer.ipmi.command.Bmc;
import io.bessemer.ipmi.session.SolConsole;
import java.util.OptionalInt;

/// The serial line by Serial Over LAN.
final class IpmiConsole implements SerialConsole {
    private final Bmcs bmcs;

    IpmiConsole(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public Line open(DriverNode node, Watcher watcher) throws DriverException {
        NodeBmc of = bmcs.of(node);
        if (!of.info().bridge().hops().isEmpty()) {
            throw new DriverException(Kind.UNSUPPORTED, "%s is reached over ipmi_bridging, by which Serial Over LAN does not go. Set console_interface to no-console."
                    .formatted(of.name()));
        }
        Bmc bmc = of.bmc();
        SolConsole console = bmc.client().console(bmc.address(), bmc.access(), new SolConsole.Listener() {
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
        });
        return new Line() {
            @Override
            public boolean write(byte[] text) {
                return console.write(text);
            }

            @Override
            public void sendBreak() {
                console.sendBreak();
            }

            @Override
            public void close() {
                console.close();
            }
        };
    }

    @Override
    public OptionalInt terminalPort(DriverNode node) throws DriverException {
        int port = IpmiDriverInfo.of(node).terminalPort();
        return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
    }
}
