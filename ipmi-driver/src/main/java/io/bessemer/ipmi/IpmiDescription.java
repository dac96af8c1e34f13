package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.ipmi.IpmiAccounts.Account;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.Command;
import io.bessemer.ipmi.command.GetChannelInfo;
import io.bessemer.ipmi.command.GetDeviceId;
import io.bessemer.ipmi.command.GetLanParameter;
import io.bessemer.ipmi.command.GetSelTime;
import io.bessemer.ipmi.command.GetSystemGuid;
import io.bessemer.ipmi.command.GetUserAccess;
import io.bessemer.ipmi.command.GetWatchdog;
import io.bessemer.ipmi.command.GetWatchdog.Watchdog;
import io.bessemer.ipmi.event.SelTime;
import io.bessemer.ipmi.protocol.Privilege;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a BMC is, its network and its accounts, in one answer; and what of that an operator should know.
final class IpmiDescription {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiDescription.class);
    /// of most BMCs
    private static final int USUAL_CHANNEL = 1;
    private static final int ADMINISTRATOR = Privilege.ADMINISTRATOR.code();
    /// as makers ship them
    private static final Set<String> DEFAULT_NAMES = Set.of("ADMIN", "admin", "root", "Administrator", "USERID", "administrator");
    private static final Set<String> DEFAULT_PASSWORDS = Set.of("ADMIN", "admin", "calvin", "PASSW0RD", "password", "changeme", "superuser", "0penBmc", "root", "");
    private static final String[] SOURCES = {"unspecified", "static", "DHCP", "BIOS or system software", "other"};

    private final NodeBmc bmc;
    private final List<Object> warnings = new ArrayList<>();

    private IpmiDescription(NodeBmc bmc) {
        this.bmc = bmc;
    }

    static Map<String, Object> of(NodeBmc bmc) throws DriverException {
        return new IpmiDescription(bmc).all();
    }

    private Map<String, Object> all() throws DriverException {
        Map<String, Object> told = new LinkedHashMap<>();
        GetDeviceId.DeviceId id = bmc.run(new GetDeviceId());
        told.put("device_id", id.deviceId());
        told.put("device_revision", id.deviceRevision());
        told.put("firmware", id.firmware());
        told.put("ipmi_version", id.ipmiVersion());
        told.put("manufacturer_id", id.manufacturerId());
        told.put("product_id", id.productId());
        ask(new GetSystemGuid()).ifPresent(guid -> told.put("guid", guid.toString()));
        ask(new GetSelTime()).flatMap(SelTime::at).ifPresent(time -> told.put("clock", time.toString()));
        told.put("lan", lan());
        told.put("accounts", accounts());
        Optional<Watchdog> watchdog = ask(new GetWatchdog());
        watchdog.ifPresent(timer -> told.put("watchdog", watchdog(timer)));
        told.put("warnings", warnings);
        return told;
    }

    /// Empty when it is refused, or makes no sense.
    private <R> Optional<R> ask(Command<R> command) throws DriverException {
        try {
            return bmc.answer(command) instanceof Answer.Done<R>(R value) ? Optional.of(value) : Optional.empty();
        } catch (DriverException e) {
            if (e.kind() != Kind.REFUSED) {
                throw e;
            }
            LOG.debug("{}", e.getMessage());
            return Optional.empty();
        }
    }

    private Map<String, Object> watchdog(Watchdog timer) {
        if (timer.threatens()) {
            warnings.add("The watchdog timer of %s runs: %s in %d s unless it is reset.".formatted(timer.usedBy(), timer.action(), timer.left().orElse(timer.timeout()).toSeconds()));
        }
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("running", timer.running());
        told.put("use", timer.usedBy());
        told.put("action", timer.action());
        told.put("timeout_seconds", timer.timeout().toMillis() / 1000.0);
        told.put("left_seconds", timer.left().map(left -> left.toMillis() / 1000.0).orElse(null));
        return told;
    }

    private Map<String, Object> lan() throws DriverException {
        int channel = ask(new GetChannelInfo()).filter(number -> number != 0 && number < GetUserAccess.THIS_CHANNEL).orElse(USUAL_CHANNEL);
        Map<String, Object> lan = new LinkedHashMap<>();
        lan.put("channel", channel);
        address(channel, GetLanParameter.ADDRESS).ifPresent(text -> lan.put("address", text));
        parameter(channel, GetLanParameter.SOURCE, 1).ifPresent(source -> lan.put("source", SOURCES[Math.min(source[0] & 0x0f, SOURCES.length - 1)]));
        address(channel, GetLanParameter.MASK).ifPresent(text -> lan.put("mask", text));
        address(channel, GetLanParameter.GATEWAY).ifPresent(text -> lan.put("gateway", text));
        parameter(channel, GetLanParameter.MAC, 6).ifPresent(mac -> lan.put("mac", HexFormat.ofDelimiter(":").formatHex(mac, 0, 6)));
        parameter(channel, GetLanParameter.VLAN, 2).ifPresent(vlan ->
                lan.put("vlan", (vlan[1] & 0x80) == 0 ? null : (Object) (vlan[0] & 0xff | (vlan[1] & 0x0f) << 8)));
        suites(channel).ifPresent(suites -> lan.put("cipher_suites", suites));
        return lan;
    }

    private Optional<byte[]> parameter(int channel, int parameter, int length) throws DriverException {
        return ask(new GetLanParameter(channel, parameter)).filter(data -> data.length >= length);
    }

    private Optional<String> address(int channel, int parameter) throws DriverException {
        return parameter(channel, parameter, 4).map(bytes -> IntStream.range(0, 4).mapToObj(i -> Integer.toString(bytes[i] & 0xff)).collect(Collectors.joining(".")));
    }

    /// Parameters 22 to 24 (table 23-4): how many suites there are, which, and the most that each may do.
    private Optional<List<Object>> suites(int channel) throws DriverException {
        Optional<byte[]> count = parameter(channel, GetLanParameter.SUITE_COUNT, 1);
        Optional<byte[]> suites = parameter(channel, GetLanParameter.SUITES, 1);
        Optional<byte[]> privileges = parameter(channel, GetLanParameter.SUITE_PRIVILEGES, 1);
        if (count.isEmpty() || suites.isEmpty() || privileges.isEmpty()) {
            return Optional.empty();
        }
        List<Object> told = new ArrayList<>();
        int known = Math.min(Math.min(count.get()[0] & 0x1f, 16), Math.min(suites.get().length - 1, 2 * (privileges.get().length - 1)));
        for (int i = 0; i < known; i++) {
            int suite = suites.get()[1 + i] & 0xff;
            int most = privileges.get()[1 + i / 2] >> (i % 2 == 0 ? 0 : 4) & 0x0f;
            told.add(Map.of("id", suite, "privilege", IpmiAccounts.privilege(most)));
            if (suite == 0 && most != 0) {
                warnings.add("Cipher suite 0 is enabled with privilege %s: whoever reaches the BMC gets in without a password. Disable it: `ipmitool lan set %d cipher_privs X...`, or in the BMC's web pages."
                        .formatted(IpmiAccounts.privilege(most), channel));
            }
        }
        return Optional.of(told);
    }

    private List<Object> accounts() throws DriverException {
        List<Account> all;
        try {
            all = new IpmiAccounts(bmc, GetUserAccess.THIS_CHANNEL).all();
        } catch (DriverException e) {
            if (e.kind() == Kind.UNREACHABLE) {
                throw e;
            }
            warnings.add("Its accounts are not told: " + e.getMessage());
            return List.of();
        }
        List<Object> told = new ArrayList<>();
        for (Account account : all) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("id", account.id());
            one.put("name", account.name());
            one.put("enabled", account.enabled());
            one.put("callback_only", account.access().callbackOnly());
            one.put("link_authentication", account.access().linkAuthentication());
            one.put("messaging", account.access().messaging());
            one.put("privilege", account.privilege());
            told.add(one);
            if (account.usable() && account.name().isEmpty()) {
                warnings.add("The anonymous account (user %d) is enabled with privilege %s. Disable it: ./bessemer node set-user %s %d --disable.".formatted(account.id(),
                        account.privilege(), bmc.node().name(), account.id()));
            }
            if (account.usable() && DEFAULT_NAMES.contains(account.name()) && account.access().privilege() >= ADMINISTRATOR) {
                warnings.add("Account '%s' (user %d) has a name that makers ship, and administrator's privilege: it is the first that is guessed.".formatted(account.name(), account.id()));
            }
        }
        if (DEFAULT_PASSWORDS.contains(bmc.info().access().password())) {
            warnings.add("The password of account '%s', by which the BMC is driven, is one that makers ship. Change it: ./bessemer node rotate-password %s."
                    .formatted(bmc.info().access().username(), bmc.node().name()));
        }
        return told;
    }
}
