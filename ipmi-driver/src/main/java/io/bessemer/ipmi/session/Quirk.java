package io.bessemer.ipmi.session;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What BMCs do otherwise than IPMI 2.0 says, and what we do about it. The names are those of FreeIPMI's workaround flags where it has one, so that an
/// operator's list can be carried over; what was seen where is told by its manual pages and its file `freeipmi-bugs-issues-and-workarounds.txt`.
/// `docs/reference/ipmi-quirks.md` shows this table to operators.
public enum Quirk {
    /// Open Session asks for the privilege level itself instead of "the highest", so that both are the same number.
    OPEN_SESSION_PRIVILEGE("opensesspriv", "its keys are made with the privilege level of Open Session instead of RAKP 1's",
            "Sun Fire X4150, Supermicro X8DTH, X8DTG and X8DTU, Intel S5500WBV and S2600JF, Inventec 5441, Quanta QSSC-S4R, Dell C5220"),
    /// As the above, the user name filled up to 16 bytes with zeros, and looked up by name and privilege.
    INTEL_2_0("intel20", "it fills user names up to 16 bytes before it makes keys, knows no look-up by name alone, and no \"highest\" privilege level",
            "Intel SE7520AF2 with Server Management Module"),
    /// As [#OPEN_SESSION_PRIVILEGE]; codes that are too long are cut for every BMC.
    SUN_2_0("sun20", "its keys are made with the privilege level of Open Session, and its code in RAKP 2 is a byte too long", "Sun Fire 4100, 4200 and 4500 with ILOM"),
    SUPERMICRO_2_0("supermicro20", "its code in RAKP 2 is a byte too long", "Supermicro H8QME with SIMSO card (Peppercon firmware)"),
    /// The packets' own code is checked all the same, so nobody else can change one.
    NO_CHECKSUM_CHECK("nochecksumcheck", "the checksums inside its answers are wrong", "Supermicro X9SCM-iiF, X9DRi-F and X9DRFR"),
    /// The packets' own code is checked all the same, and it is made with a key of this session.
    ID_ZERO("idzero", "its packets in a session have the session id 0", "Tyan S2882 with M3289 BMC"),
    INTEGRITY_CHECK_VALUE("integritycheckvalue", "it sends a code in RAKP 4 with cipher suite 0, which has none",
            "Supermicro X8DTG and X8DTU, Intel S5500WBV and S2600JF"),
    AUTHENTICATION_CAPABILITIES("authcap", "what it says of users, authentication and K_G before a login is wrong",
            "Asus P5M2, P5MT-R, RS162-E4 and RX4, Intel SR1520ML and X38ML, Sun Fire 2200, 4150 and 4450 with ELOM"),
    IPMI_PING("ipmiping", "it does not answer RMCP pings", "Intel Windmill, Quanta Winterfell, Wiwynn Windmill"),
    /// Boot selector 9 instead of 2 for the disk.
    UEFI_DISK("uefidisk", "in UEFI mode it knows the disk by boot selector 9, which is remote media elsewhere", "Supermicro; so does Ironic choose for that vendor") {
        @Override
        public boolean isOf(int manufacturer) {
            return manufacturer == SUPERMICRO || manufacturer == SUPERMICRO_TOO;
        }
    };

    /// IANA enterprise numbers that Supermicro's BMCs give in Get Device ID
    private static final int SUPERMICRO = 10876;
    private static final int SUPERMICRO_TOO = 47488;

    /// FreeIPMI's flags that are not taken, and why.
    private static final Map<String, String> REFUSED = refused();

    private static final Set<Quirk> ALWAYS = EnumSet.of(SUPERMICRO_2_0, INTEGRITY_CHECK_VALUE, AUTHENTICATION_CAPABILITIES, IPMI_PING);
    private static final Set<Quirk> MAKE_LEVELS_EQUAL = EnumSet.of(OPEN_SESSION_PRIVILEGE, INTEL_2_0, SUN_2_0);

    private final String flag;
    private final String reason;
    private final String seenOn;

    Quirk(String flag, String reason, String seenOn) {
        this.flag = flag;
        this.reason = reason;
        this.seenOn = seenOn;
    }

    private static Map<String, String> refused() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("noauthcodecheck", "it would make forged answers believed, and concerns the sessions of IPMI 1.5, which are not spoken here");
        for (String flag : new String[] {"unexpectedauth", "forcepermsg", "endianseq"}) {
            all.put(flag, "it concerns the sessions of IPMI 1.5, which are not spoken here");
        }
        return all;
    }

    /// By what operators write.
    public static Optional<Quirk> of(String flag) {
        return Arrays.stream(values()).filter(quirk -> quirk.flag.equals(flag)).findFirst();
    }

    /// Why a flag that FreeIPMI knows is not taken.
    public static Optional<String> whyRefused(String flag) {
        return Optional.ofNullable(REFUSED.get(flag));
    }

    public static Set<String> refusedFlags() {
        return REFUSED.keySet();
    }

    public static String flags() {
        return Arrays.stream(values()).map(Quirk::flag).collect(Collectors.joining(", "));
    }

    /// Whether a BMC of this maker has the quirk for sure, by Get Device ID. What concerns the login cannot be told so: it must be known before.
    public boolean isOf(int manufacturer) {
        return false;
    }

    /// done for every BMC, because it costs no safety; naming it changes nothing
    public boolean always() {
        return ALWAYS.contains(this);
    }

    boolean makesLevelsEqual() {
        return MAKE_LEVELS_EQUAL.contains(this);
    }

    public String flag() {
        return flag;
    }

    public String reason() {
        return reason;
    }

    public String seenOn() {
        return seenOn;
    }

    @Override
    public String toString() {
        return flag;
    }
}
