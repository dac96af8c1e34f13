package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.redfish.client.BmcAccess;
import io.bessemer.redfish.client.BmcAccess.Authentication;
import io.bessemer.redfish.client.Trust;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// A node's `driver_info`, checked. Keys, defaults and meanings are those of Ironic's `redfish` driver.
///
/// @param system path of the ComputerSystem; empty for the only one that there is
record RedfishDriverInfo(BmcAccess access, String system) {
    private static final String DEFAULT_ROOT = "/redfish/v1";
    private static final int LONGEST = 2048;

    /// Key to meaning, for `GET /v1/drivers/redfish/properties`.
    static Map<String, String> properties() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("redfish_address", "URL of the BMC: https://bmc.example.com, with a port where it is not the usual one. Without a scheme, https is meant. A path is "
                + "that of the service root, /redfish/v1 by default. Required.");
        keys.put("redfish_system_id", "Path of the ComputerSystem, such as /redfish/v1/Systems/1. Only needed where the BMC has several. Optional.");
        keys.put("redfish_username", "User name; without one the BMC is asked without logging in. Optional.");
        keys.put("redfish_password", "Password. Optional.");
        keys.put("redfish_verify_ca", "Whether the BMC's certificate is verified: true, false, or the path of a file or folder of PEM certificates that are trusted "
                + "instead. Default is true. Optional.");
        keys.put("redfish_auth_type", "How to log in: session, basic, or auto, which is basic where the BMC gives no session. Default is auto. Optional.");
        return keys;
    }

    static RedfishDriverInfo of(DriverNode node) throws DriverException {
        Map<String, Object> info = node.driverInfo();
        String address = text(info, "redfish_address");
        if (address.isEmpty()) {
            throw invalid("driver_info/redfish_address is missing. Set it to the URL of the node's BMC: "
                    + "`baremetal node set %s --driver-info redfish_address=https://ADDRESS`.".formatted(node.id()));
        }
        URI url = url(address);
        String system = text(info, "redfish_system_id");
        if (!system.isEmpty() && !system.matches("/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*") || system.contains("..")) {
            throw invalid("driver_info/redfish_system_id is '%s'; allowed is a path such as /redfish/v1/Systems/1.".formatted(system));
        }
        String user = text(info, "redfish_username");
        String password = text(info, "redfish_password");
        if (user.isEmpty() && !password.isEmpty()) {
            throw invalid("driver_info/redfish_password is set, and redfish_username is not. Set both, or neither.");
        }
        if (user.contains(":")) {
            throw invalid("driver_info/redfish_username is '%s'; HTTP allows no colon in it.".formatted(user));
        }
        String root = url.getPath() == null || url.getPath().replace("/", "").isEmpty() ? DEFAULT_ROOT : url.getPath().replaceAll("/+$", "");
        BmcAccess access = new BmcAccess(URI.create(url.getScheme().toLowerCase(Locale.ROOT) + "://" + url.getRawAuthority()), root, user, password,
                authentication(text(info, "redfish_auth_type")), trust(text(info, "redfish_verify_ca")));
        return new RedfishDriverInfo(access, system.length() > 1 ? system.replaceAll("/+$", "") : system);
    }

    private static URI url(String address) throws DriverException {
        boolean bareIpv6 = address.chars().filter(c -> c == ':').count() > 1 && address.matches("[0-9A-Fa-f:.]+");
        String whole = address.contains("://") ? address : "https://" + (bareIpv6 ? "[" + address + "]" : address);
        try {
            URI url = new URI(whole);
            boolean scheme = url.getScheme() != null && url.getScheme().toLowerCase(Locale.ROOT).matches("https?");
            if (scheme && url.getHost() != null && url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null && !whole.contains("..")) {
                return url;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        // user and password in it would be shown
        throw invalid("driver_info/redfish_address is '%s'; allowed is a URL such as https://bmc.example.com or http://10.0.0.7:8000, without user, password or query."
                .formatted(address.replaceAll("//[^/]*@", "//******@")));
    }

    private static Authentication authentication(String text) throws DriverException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "", "auto" -> Authentication.AUTO;
            case "basic" -> Authentication.BASIC;
            case "session" -> Authentication.SESSION;
            default -> throw invalid("driver_info/redfish_auth_type is '%s'; allowed are auto, basic and session.".formatted(text));
        };
    }

    private static Trust trust(String text) throws DriverException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "", "true", "t", "1", "yes", "y", "on" -> new Trust.Jdk();
            case "false", "f", "0", "no", "n", "off" -> new Trust.Anybody();
            default -> new Trust.Pem(readable(text));
        };
    }

    private static Path readable(String text) throws DriverException {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute() && Files.isReadable(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // told below
        }
        throw invalid(("driver_info/redfish_verify_ca is '%s'; allowed are true, false, and the absolute path of a file or folder of PEM certificates that the server "
                + "can read.").formatted(text));
    }

    private static String text(Map<String, Object> info, String key) throws DriverException {
        return switch (info.get(key)) {
            case null -> "";
            case String text when text.length() <= LONGEST -> text.strip();
            case Number number -> number.toString();
            case Boolean flag -> flag.toString();
            case String text -> throw invalid("driver_info/%s has %d characters; allowed are %d.".formatted(key, text.length(), LONGEST));
            default -> throw invalid("driver_info/%s is a %s; allowed is text.".formatted(key, info.get(key) instanceof Map ? "map" : "list"));
        };
    }

    private static DriverException invalid(String message) {
        return new DriverException(Kind.CONFIGURATION, message);
    }
}
