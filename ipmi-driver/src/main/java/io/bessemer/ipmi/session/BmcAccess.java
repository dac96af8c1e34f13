package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.Privilege;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// Who we are to a BMC. Two calls with unequal access never share a session.
///
/// @param hexBmcKey K_G in hexadecimal, empty when the BMC has none
/// @param suites    to try, in this order
public record BmcAccess(String username, String password, String hexBmcKey, Privilege privilege, List<CipherSuite> suites) {
    /// strongest first; suite 0 only when somebody asks for it
    public static final List<CipherSuite> DEFAULT_SUITES = List.of(CipherSuite.SUITE_17, CipherSuite.SUITE_3);

    public BmcAccess {
        suites = List.copyOf(suites);
        if (suites.isEmpty()) {
            throw new IllegalArgumentException("no cipher suite to try");
        }
    }

    public static BmcAccess of(String username, String password) {
        return new BmcAccess(username, password, "", Privilege.ADMINISTRATOR, DEFAULT_SUITES);
    }

    public BmcAccess withPassword(String other) {
        return new BmcAccess(username, other, hexBmcKey, privilege, suites);
    }

    byte[] userKey() {
        return password.getBytes(StandardCharsets.UTF_8);
    }

    byte[] bmcKey() {
        return hasBmcKey() ? HexFormat.of().parseHex(hexBmcKey) : userKey();
    }

    boolean hasBmcKey() {
        return !hexBmcKey.isEmpty();
    }

    @Override
    public String toString() {
        return "BmcAccess[user " + username + ", password ***, " + privilege + ", suites " + suites + "]";
    }
}
