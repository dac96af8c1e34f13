package io.bessemer.ipmi;

import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.Bmc;
import io.bessemer.ipmi.command.ChassisControl;
import io.bessemer.ipmi.command.GetBootFlags;
import io.bessemer.ipmi.command.GetChassisStatus;
import io.bessemer.ipmi.command.GetDeviceId;
import io.bessemer.ipmi.command.RawCommand;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.IpmiClient;
import io.bessemer.ipmi.session.IpmiException;
import io.bessemer.ipmi.session.IpmiSettings;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// One BMC by hand, and many for measuring: `Ipmi ADDRESS[:PORT] USER COMMAND`, the password in `IPMI_PASSWORD`.
///
/// Needs no server and no database.
public final class Ipmi {
    private static final String USAGE = """
            usage: Ipmi ADDRESS[:PORT] USER status|id|bootdev|on|off|cycle|reset|soft|nmi
                   Ipmi ADDRESS[:PORT] USER raw 0x06 0x01 [...]
                   Ipmi ADDRESS[:PORT] USER poll|sensors MACHINES ROUNDS     (ADDRESS and those after it)
            The password is taken from the environment variable IPMI_PASSWORD.""";

    private Ipmi() {
    }

    public static void main(String[] arguments) throws Exception {
        System.exit(run(arguments, System.getenv(), System.out, System.err));
    }

    static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) throws InterruptedException {
        if (arguments.length < 3) {
            err.println(USAGE);
            return 2;
        }
        try (IpmiClient client = new IpmiClient(IpmiSettings.defaults())) {
            InetSocketAddress address = address(arguments[0]);
            BmcAccess access = BmcAccess.of(arguments[1], environment.getOrDefault("IPMI_PASSWORD", ""));
            Bmc bmc = new Bmc(client, address, access, false);
            Answer<?> answer = switch (arguments[2]) {
                case "status" -> bmc.run(new GetChassisStatus());
                case "id" -> bmc.run(new GetDeviceId());
                case "bootdev" -> bmc.run(new GetBootFlags());
                case "on" -> bmc.run(new ChassisControl(ChassisControl.Action.ON));
                case "off" -> bmc.run(new ChassisControl(ChassisControl.Action.OFF));
                case "cycle" -> bmc.run(new ChassisControl(ChassisControl.Action.CYCLE));
                case "reset" -> bmc.run(new ChassisControl(ChassisControl.Action.RESET));
                case "soft" -> bmc.run(new ChassisControl(ChassisControl.Action.SOFT_OFF));
                case "nmi" -> bmc.run(new ChassisControl(ChassisControl.Action.DIAGNOSTIC_INTERRUPT));
                case "raw" -> bmc.run(RawCommand.parse(String.join(" ", Arrays.copyOfRange(arguments, 3, arguments.length))));
                case "poll" -> new Answer.Done<>(IpmiLoad.poll(client, after(address, Integer.parseInt(arguments[3])), access, Integer.parseInt(arguments[4])));
                case "sensors" -> new Answer.Done<>(IpmiLoad.sensors(client.settings(), after(address, Integer.parseInt(arguments[3])), access,
                        Integer.parseInt(arguments[4])));
                default -> throw new IllegalArgumentException("'%s' is not a command\n%s".formatted(arguments[2], USAGE));
            };
            return switch (answer) {
                case Answer.Done<?>(byte[] data) -> {
                    out.println(HexFormat.ofDelimiter(" ").formatHex(data));
                    yield 0;
                }
                case Answer.Done<?> done -> {
                    out.println(done.value() == null ? "done" : done.value());
                    yield 0;
                }
                case Answer.Refused<?> refused -> {
                    err.println("The BMC refused: completion code " + refused.code());
                    yield 1;
                }
            };
        } catch (IpmiException e) {
            err.println("BMC %s: %s (%s)".formatted(arguments[0], e.getMessage(), e.reason()));
            return 1;
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException | UnknownHostException e) {
            err.println(e.getMessage());
            return 2;
        }
    }

    private static InetSocketAddress address(String text) throws UnknownHostException {
        int colon = text.indexOf(':') == text.lastIndexOf(':') ? text.lastIndexOf(':') : -1;
        int port = colon < 0 ? IpmiDriverInfo.DEFAULT_PORT : Integer.parseInt(text.substring(colon + 1));
        return new InetSocketAddress(InetAddress.getByName(colon < 0 ? text : text.substring(0, colon)), port);
    }

    private static List<InetSocketAddress> after(InetSocketAddress first, int count) throws UnknownHostException {
        byte[] bytes = first.getAddress().getAddress();
        List<InetSocketAddress> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new InetSocketAddress(InetAddress.getByAddress(bytes), first.getPort()));
            for (int at = bytes.length - 1; at >= 0 && ++bytes[at] == 0; at--) {
                continue;
            }
        }
        return all;
    }
}
