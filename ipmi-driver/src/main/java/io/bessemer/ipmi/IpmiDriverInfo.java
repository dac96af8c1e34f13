package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.ipmi.protocol.Bridge;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.Privilege;
import io.bessemer.ipmi.protocol.Rakp1;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.Quirk;
import io.bessemer.ipmi.session.SolOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A node's `driver_info`, checked. Keys, defaults and meanings are those of Ironic's `ipmi` driver.
///
/// @param address             host name or IP address
/// @param disableBootTimeout  tell the BMC to keep boot flags for longer than 60 s
/// @param forceBootDevice     the boot device is to be set before every boot
/// @param bridge              the way from that BMC to the one of this machine
/// @param pending             as `access` with the password that is being set, or was, when that was interrupted
/// @param terminalPort        TCP port of its console, 0 for one of the server's range
/// @param sol                 what may be changed on the BMC for the console's sake
record IpmiDriverInfo(String address, int port, BmcAccess access, Optional<BmcAccess> pending, boolean disableBootTimeout, boolean forceBootDevice, Bridge bridge,
        int terminalPort, SolOptions sol) {
    static final int DEFAULT_PORT = 623;
    static final String PASSWORD = "ipmi_password";
    static final String PENDING_PASSWORD = "ipmi_password_pending";
    private static final int MAX_PASSWORD = 20;
    private static final int HEX_KEY_LENGTH = 40;
    private static final int LONGEST_LIST = 32;
    /// key of `driver_internal_info`: the number of the cipher suite that a login worked with, and where: `17 at 10.0.0.7:623`
    static final String LEARNED_SUITE = "ipmi_cipher_suite_learned";
    private static final String SOL_ENABLE = "ipmi_sol_enable";
    private static final String SOL_BIT_RATE = "ipmi_sol_bit_rate";
    private static final String LEARNED_AT = " at ";

    /// Key to meaning, for `GET /v1/drivers/ipmi/properties`.
    static Map<String, String> properties() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("ipmi_address", "IP address or host name of the node's BMC. Required.");
        keys.put("ipmi_port", "UDP port of the BMC. Default is 623. Optional.");
        keys.put("ipmi_username", "User name, at most 16 bytes. Default is the anonymous user. Optional.");
        keys.put(PASSWORD, "Password, at most 20 bytes. Optional.");
        keys.put(PENDING_PASSWORD, "The password that is being set on the BMC, kept by Bessemer beside ipmi_password until it is known which of the two works. Optional.");
        keys.put("ipmi_priv_level", "Privilege level: ADMINISTRATOR, OPERATOR, USER or CALLBACK. Default is ADMINISTRATOR. Optional.");
        keys.put("ipmi_hex_kg_key", "Key K_G for two-key logins, 40 hexadecimal digits. Default is none. Optional.");
        keys.put("ipmi_cipher_suite", "Cipher suite: 17 or 3; 0 turns off all protection. By default 17 is tried, then 3, but none that is weaker than one that worked before. Optional.");
        keys.put("ipmi_disable_boot_timeout", "Whether to tell the BMC to keep the boot device for longer than 60 seconds. Default is true. Optional.");
        keys.put("ipmi_force_boot_device", "Whether the boot device is set each time the machine is turned on. Default is false. Optional.");
        keys.put("ipmi_terminal_port", "TCP port at which the server serves the node's console. Default is one of the range in bessemer.console. Optional.");
        keys.put(SOL_ENABLE, "Whether to turn on Serial Over LAN on the BMC when the console is opened and it is off there. Default is false. Optional.");
        keys.put(SOL_BIT_RATE, "Bit rate of the machine's serial line: 9600, 19200, 38400, 57600 or 115200. It is set on the BMC when the console is opened, until the BMC starts anew. "
                + "Default is to leave it as it is. Optional.");
        keys.put("ipmi_protocol_version", "Version of the IPMI protocol. Only 2.0, which is the default. Optional.");
        keys.put("ipmi_quirks", "What this BMC does otherwise than IPMI says, a list or names with commas between them: " + Quirk.flags() + ". Default is none. Optional.");
        keys.put("ipmi_bridging", "Bridging to a controller behind the BMC: no, which is the default, single or dual. Optional.");
        keys.put("ipmi_target_channel", "Channel of the controller that is bridged to, 0 to 15 (0x0f). Required with ipmi_bridging single and dual.");
        keys.put("ipmi_target_address", "Address of the controller that is bridged to, an even number as 0x82. Required with ipmi_bridging single and dual.");
        keys.put("ipmi_transit_channel", "Channel of the controller between the two, 0 to 15. Required with ipmi_bridging dual.");
        keys.put("ipmi_transit_address", "Address of the controller between the two. Required with ipmi_bridging dual.");
        keys.put("ipmi_local_address", "Address that bridged requests come from. Default is 0x20. Optional.");
        return keys;
    }

    static IpmiDriverInfo of(DriverNode node) throws DriverException {
        Reader info = new Reader(node.driverInfo());
        String address = info.text("ipmi_address", "");
        if (address.isEmpty()) {
            throw invalid("driver_info/ipmi_address is missing. Set it to the host name or IP address of the node's BMC: "
                    + "`baremetal node set %s --driver-info ipmi_address=ADDRESS`.".formatted(node.id()));
        }
        if (!address.matches("[A-Za-z0-9._:%-]{1,253}")) {
            throw invalid("driver_info/ipmi_address is '%s'; allowed is a host name or an IP address, without scheme, port or spaces "
                    .formatted(address) + "(the port goes into ipmi_port).");
        }
        int port = info.number("ipmi_port", DEFAULT_PORT, 1, 65535, "the UDP port of the BMC, usually 623");
        String user = info.text("ipmi_username", "");
        tooLong("ipmi_username", user, Rakp1.MAX_USERNAME, "'" + user + "'");
        String password = info.text(PASSWORD, "");
        tooLong(PASSWORD, password, MAX_PASSWORD, "******");
        String pending = info.text(PENDING_PASSWORD, "");
        tooLong(PENDING_PASSWORD, pending, MAX_PASSWORD, "******");
        String level = info.text("ipmi_priv_level", Privilege.ADMINISTRATOR.name());
        Privilege privilege = Privilege.of(level).orElseThrow(() -> invalid(
                "driver_info/ipmi_priv_level is '%s'; allowed are ADMINISTRATOR, OPERATOR, USER and CALLBACK.".formatted(level)));
        String key = info.text("ipmi_hex_kg_key", "");
        if (!key.isEmpty() && !key.matches("[0-9A-Fa-f]{" + HEX_KEY_LENGTH + "}")) {
            throw invalid("driver_info/ipmi_hex_kg_key has %d characters of which some may not be hexadecimal; it must be 40 hexadecimal digits "
                    .formatted(key.length()) + "(20 bytes; a shorter key is filled up with 00).");
        }
        boolean zero = !key.isEmpty() && key.chars().allMatch(digit -> digit == '0');
        version(info.text("ipmi_protocol_version", "2.0"));
        Bridge bridge = bridge(info);
        List<CipherSuite> suites = suites(info.text("ipmi_cipher_suite", ""));
        BmcAccess access = new BmcAccess(user, password, zero ? "" : key, privilege, suites, suites.size() == 1 ? null : proven(node, where(address, port)), quirks(info.names("ipmi_quirks")));
        int terminalPort = info.text("ipmi_terminal_port", "").isEmpty() ? 0 : info.number("ipmi_terminal_port", 0, 1, 65535, "the TCP port of its console");
        return new IpmiDriverInfo(address, port, access, pending.isEmpty() ? Optional.empty() : Optional.of(access.withPassword(pending)),
                info.flag("ipmi_disable_boot_timeout", true), info.flag("ipmi_force_boot_device", false), bridge, terminalPort, sol(info));
    }

    private static List<CipherSuite> suites(String text) throws DriverException {
        if (text.isEmpty()) {
            return BmcAccess.DEFAULT_SUITES;
        }
        if (text.matches("[0-9]{1,3}")) {
            CipherSuite pinned = CipherSuite.of(Integer.parseInt(text)).orElse(null);
            if (pinned != null) {
                return List.of(pinned);
            }
        }
        throw invalid(("driver_info/ipmi_cipher_suite is '%s'; allowed are 17 and 3, and 0, which turns off all protection. Remove the key to have "
                + "17 tried first, then 3.").formatted(text));
    }

    static String learnedSuite(CipherSuite suite, String bmc) {
        return suite + LEARNED_AT + bmc;
    }

    /// `driver_info`'s own words for where the BMC is.
    String where() {
        return where(address, port);
    }

    private static String where(String address, int port) {
        return "%s:%d".formatted(address, port);
    }

    /// What was stored of an earlier login at the same address; a BMC elsewhere is another one. A bare number is of a version that did not note where. Anything
    /// that is none of our suites is as good as nothing.
    private static CipherSuite proven(DriverNode node, String bmc) {
        Object learned = node.learned().get(LEARNED_SUITE);
        return BmcAccess.DEFAULT_SUITES.stream()
                .filter(suite -> learned instanceof Number id ? id.intValue() == suite.id() : learnedSuite(suite, bmc).equals(learned)).findFirst().orElse(null);
    }

    private static Set<Quirk> quirks(List<String> flags) throws DriverException {
        Set<Quirk> quirks = EnumSet.noneOf(Quirk.class);
        for (String flag : flags) {
            if (Quirk.whyRefused(flag).isPresent()) {
                throw invalid("driver_info/ipmi_quirks names '%s', which is not taken: %s. Allowed are %s.".formatted(flag, Quirk.whyRefused(flag).get(), Quirk.flags()));
            }
            quirks.add(Quirk.of(flag).orElseThrow(() -> invalid("driver_info/ipmi_quirks names '%s'; allowed are %s.".formatted(flag, Quirk.flags()))));
        }
        return quirks;
    }

    private static void version(String version) throws DriverException {
        if (version.equals("1.5")) {
            throw invalid("driver_info/ipmi_protocol_version is '1.5', whose sessions are not encrypted and are not spoken here; "
                    + "allowed is 2.0. Remove the key, and enable IPMI 2.0 (RMCP+, lanplus) on the BMC.");
        }
        if (!version.equals("2.0")) {
            throw invalid("driver_info/ipmi_protocol_version is '%s'; allowed is 2.0.".formatted(version));
        }
    }

    private static SolOptions sol(Reader info) throws DriverException {
        String rate = info.text(SOL_BIT_RATE, "");
        Optional<SolOptions.BitRate> known = rate.matches("[0-9]{1,6}") ? SolOptions.BitRate.of(Integer.parseInt(rate)) : Optional.empty();
        if (!rate.isEmpty() && known.isEmpty()) {
            throw invalid("driver_info/%s is '%s'; allowed are 9600, 19200, 38400, 57600 and 115200.".formatted(SOL_BIT_RATE, rate));
        }
        return new SolOptions(info.flag(SOL_ENABLE, false), known);
    }

    private static Bridge bridge(Reader info) throws DriverException {
        String bridging = info.text("ipmi_bridging", "no");
        return switch (bridging) {
            case "no" -> Bridge.NONE;
            case "single" -> new Bridge(List.of(hop(info, "target", bridging)), local(info));
            case "dual" -> new Bridge(List.of(hop(info, "transit", bridging), hop(info, "target", bridging)), local(info));
            default -> throw invalid("driver_info/ipmi_bridging is '%s'; allowed are no, single and dual.".formatted(bridging));
        };
    }

    private static Bridge.Hop hop(Reader info, String which, String bridging) throws DriverException {
        for (String key : List.of("ipmi_" + which + "_channel", "ipmi_" + which + "_address")) {
            if (info.text(key, "").isEmpty()) {
                throw invalid("driver_info/%s is missing; ipmi_bridging '%s' needs it. Set it, or set ipmi_bridging to no.".formatted(key, bridging));
            }
        }
        return new Bridge.Hop(info.byteNumber("ipmi_" + which + "_channel", "", 0x0f, 1), info.byteNumber("ipmi_" + which + "_address", "", 0xfe, 2));
    }

    private static int local(Reader info) throws DriverException {
        return info.byteNumber("ipmi_local_address", "0x20", 0xff, 1);
    }

    private static void tooLong(String key, String value, int most, String shown) throws DriverException {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > most) {
            throw invalid("driver_info/%s %s has %d bytes; IPMI 2.0 allows at most %d. Choose a shorter one on the BMC."
                    .formatted(key, shown, length, most));
        }
    }

    private static DriverException invalid(String message) {
        return new DriverException(Kind.CONFIGURATION, message);
    }

    /// Values come as clients write them: numbers and booleans often as text.
    private record Reader(Map<String, Object> info) {
        String text(String key, String absent) throws DriverException {
            Object value = info.get(key);
            if (value == null) {
                return absent;
            }
            if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                String text = value.toString().strip();
                return text.isEmpty() ? absent : text;
            }
            throw invalid("driver_info/%s is a %s; allowed is text or a number.".formatted(key, value instanceof Map ? "map" : "list"));
        }

        /// A list, or text with commas.
        List<String> names(String key) throws DriverException {
            if (info.get(key) instanceof List<?> list) {
                if (list.size() > LONGEST_LIST || !list.stream().allMatch(String.class::isInstance)) {
                    throw invalid("driver_info/%s is a list of %d; allowed are at most %d names.".formatted(key, list.size(), LONGEST_LIST));
                }
                return list.stream().map(name -> ((String) name).strip()).toList();
            }
            return Arrays.stream(text(key, "").split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
        }

        int number(String key, int absent, int least, int most, String what) throws DriverException {
            String text = text(key, Integer.toString(absent));
            if (text.matches("[0-9]{1,9}")) {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            }
            throw invalid("driver_info/%s is '%s'; allowed is a whole number from %d to %d: %s.".formatted(key, text, least, most, what));
        }

        /// A byte as `ipmitool` takes it: decimal, or hexadecimal after `0x`.
        int byteNumber(String key, String absent, int most, int step) throws DriverException {
            String text = text(key, absent);
            if (text.matches("[0-9]{1,3}|0[xX][0-9a-fA-F]{1,2}")) {
                int number = Integer.decode(text.matches("0[0-9]+") ? text.replaceFirst("^0+(?=.)", "") : text);
                if (number <= most && number % step == 0) {
                    return number;
                }
            }
            throw invalid("driver_info/%s is '%s'; allowed is %s from 0 to 0x%02x, decimal or with 0x.".formatted(key, text, step == 2 ? "an even number" : "a number", most));
        }

        boolean flag(String key, boolean absent) throws DriverException {
            String text = text(key, Boolean.toString(absent));
            return switch (text.toLowerCase(java.util.Locale.ROOT)) {
                case "true", "t", "1", "yes", "y", "on" -> true;
                case "false", "f", "0", "no", "n", "off" -> false;
                default -> throw invalid("driver_info/%s is '%s'; allowed are true and false.".formatted(key, text));
            };
        }
    }
}
