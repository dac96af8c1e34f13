package io.bessemer.lab.qemu;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.IpmiHardwareType;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.RawCommand;
import java.util.Map;
import java.util.UUID;

/// Orders resets of one BMC, one after the other: `ADDRESS PORT USER PASSWORD ORDERS`. Prints `done` for each, `uncertain` when the answer to it did
/// not come, and at last how many Chassis Controls the BMC (bmcsim) says that it executed.
public final class WirePower {
    private WirePower() {}

    public static void main(String... arguments) throws Exception {
        var node = new DriverNode(new NodeId(new UUID(0, 9)), "far", Map.of("ipmi_address", arguments[0], "ipmi_port", Integer.parseInt(arguments[1]),
                "ipmi_username", arguments[2], "ipmi_password", arguments[3]), Map.of(), null, false);
        try (var ipmi = new IpmiHardwareType()) {
            ipmi.power().apply(node, PowerAction.ON);
            for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
                if (ipmi.power().state(node) != PowerState.ON) {
                    throw new IllegalStateException("the machine is off, which nobody ordered");
                }
                try {
                    ipmi.power().apply(node, PowerAction.RESET);
                    System.out.println("done");
                } catch (DriverException e) {
                    if (e.kind() != Kind.UNREACHABLE || !e.getMessage().contains("may have been executed")) {
                        throw e;
                    }
                    System.out.println("uncertain");
                }
            }
            System.err.println(ipmi.counters());
            System.out.println("executed " + executed(ipmi, node));
        }
    }

    private static int executed(IpmiHardwareType ipmi, DriverNode node) throws DriverException {
        return switch (ipmi.raw(node, RawCommand.parse("30 01"))) {
            case Answer.Done<byte[]>(byte[] count) -> count[0] & 0xff | (count[1] & 0xff) << 8;
            case Answer.Refused<byte[]>(var code) -> throw new IllegalStateException("bmcsim refused to count: " + code);
        };
    }
}
