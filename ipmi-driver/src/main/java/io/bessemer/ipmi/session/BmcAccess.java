package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.Privilege;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// Who we are to a BMC. Two calls with unequal access never share a session.
///
/// @param hexBmcKey K_G in hexadecimal, empty when the BMC has none
/// @param suites    to try, in this order; a single one is somebody's order
/// @param proven    the suite that is known to work, below which none is tried; null when none is known, or one was ordered
/// @param quirks    what this BMC does otherwise than IPMI says
public record BmcAccess(String username, String password, String hexBmcKey, Privilege privilege, List<CipherSuite> suites, CipherSuite proven, Set<Quirk> quirks) {
    /// strongest first; suite 0 only when somebody asks for it
    public static final List<CipherSuite> DEFAULT_SUITES = List.of(CipherSuite.SUITE_17, CipherSuite.SUITE_3);

    public BmcAccess {
        suites = List.copyOf(suites);
        quirks = Set.copyOf(quirks);
        if (suites.isEmpty()) {
            throw new IllegalArgumentException("no cipher suite to try");
        }
    }

    public BmcAccess(String username, String password, String hexBmcKey, Privilege privilege, List<CipherSuite> suites) {
        this(username, password, hexBmcKey, privilege, suites, null, Set.of());
    }

    /// Whether a session that was opened with other access may serve this one: the same user with the same rights, by a suite that this one may use.
    boolean mayUse(Session open) {
        BmcAccess other = open.access();
        return username.equals(other.username) && password.equals(other.password) && hexBmcKey.equals(other.hexBmcKey) && privilege == other.privilege
                && quirks.equals(other.quirks) && suites.contains(open.suite()) && (proven == null || !open.suite().weakerThan(proven));
    }

    boolean has(Quirk quirk) {
        return quirks.contains(quirk);
    }

    /// Open Session is to name the level of RAKP 1.
    boolean wantsEqualLevels() {
        return !quirks.isEmpty() && quirks.stream().anyMatch(Quirk::makesLevelsEqual);
    }

    public static BmcAccess of(String username, String password) {
        return new BmcAccess(username, password, "", Privilege.ADMINISTRATOR, DEFAULT_SUITES);
    }

    public BmcAccess withPassword(String other) {
        return new BmcAccess(username, other, hexBmcKey, privilege, suites, proven, quirks);
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
        return "BmcAccess[user " + username + ", password ***, " + privilege + ", suites " + suites + (quirks.isEmpty() ? "" : ", quirks " + quirks) + "]";
    }
}
