package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.Privilege;
import io.bessemer.ipmi.protocol.Rakp1;
import io.bessemer.ipmi.session.BmcAccess;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A node's `driver_info`, checked. Keys, defaults and meanings are those of Ironic's `ipmi` driver.
///
/// @param address             host name or IP address
/// @param disableBootTimeout  tell the BMC to keep boot flags for longer than 60 s
/// @param forceBootDevice     the boot device is to be set before every boot
/// @param terminalPort        TCP port of its console, 0 for one of the server's range
record IpmiDriverInfo(String address, int port, BmcAccess access, boolean disableBootTimeout, boolean forceBootDevice, int terminalPort) {
    static final int DEFAULT_PORT = 623;
    private static final int MAX_PASSWORD = 20;
    private static final int HEX_KEY_LENGTH = 40;

    /// Key to meaning, for `GET /v1/drivers/ipmi/properties`.
    static Map<String, String> properties() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("ipmi_address", "IP address or host name of the node's BMC. Required.");
        keys.put("ipmi_port", "UDP port of the BMC. Default is 623. Optional.");
        keys.put("ipmi_username", "User name, at most 16 bytes. Default is the anonymous user. Optional.");
        keys.put("ipmi_password", "Password, at most 20 bytes. Optional.");
        keys.put("ipmi_priv_level", "Privilege level: ADMINISTRATOR, OPERATOR, USER or CALLBACK. Default is ADMINISTRATOR. Optional.");
        keys.put("ipmi_hex_kg_key", "Key K_G for two-key logins, 40 hexadecimal digits. Default is none. Optional.");
        keys.put("ipmi_cipher_suite", "Cipher suite: 17 or 3; 0 turns off all protection. By default 17 is tried, then 3. Optional.");
        keys.put("ipmi_disable_boot_timeout", "Whether to tell the BMC to keep the boot device for longer than 60 seconds. Default is true. Optional.");
        keys.put("ipmi_force_boot_device", "Whether the boot device is set each time the machine is turned on. Default is false. Optional.");
        keys.put("ipmi_terminal_port", "TCP port at which the server serves the node's console. Default is one of the range in bessemer.console. Optional.");
        keys.put("ipmi_protocol_version", "Version of the IPMI protocol. Only 2.0, which is the default. Optional.");
        keys.put("ipmi_bridging", "Bridging to a controller behind the BMC. Only no, which is the default. Optional.");
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
        String password = info.text("ipmi_password", "");
        tooLong("ipmi_password", password, MAX_PASSWORD, "******");
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
        bridging(info.text("ipmi_bridging", "no"));
        BmcAccess access = new BmcAccess(user, password, zero ? "" : key, privilege, suites(info.text("ipmi_cipher_suite", "")));
        int terminalPort = info.text("ipmi_terminal_port", "").isEmpty() ? 0 : info.number("ipmi_terminal_port", 0, 1, 65535, "the TCP port of its console");
        return new IpmiDriverInfo(address, port, access, info.flag("ipmi_disable_boot_timeout", true), info.flag("ipmi_force_boot_device", false), terminalPort);
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

    private static void version(String version) throws DriverException {
        if (version.equals("1.5")) {
            throw invalid("driver_info/ipmi_protocol_version is '1.5', whose sessions are not encrypted and are not spoken here; "
                    + "allowed is 2.0. Remove the key, and enable IPMI 2.0 (RMCP+, lanplus) on the BMC.");
        }
        if (!version.equals("2.0")) {
            throw invalid("driver_info/ipmi_protocol_version is '%s'; allowed is 2.0.".formatted(version));
        }
    }

    private static void bridging(String bridging) throws DriverException {
        switch (bridging) {
            case "no" -> {
                return;
            }
            case "single", "dual" -> throw new DriverException(Kind.UNSUPPORTED, "driver_info/ipmi_bridging is '%s', and bridging is not there yet; "
                    .formatted(bridging) + "allowed is no. Set ipmi_address to the controller itself if it has a network port.");
            default -> throw invalid("driver_info/ipmi_bridging is '%s'; allowed is no.".formatted(bridging));
        }
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
