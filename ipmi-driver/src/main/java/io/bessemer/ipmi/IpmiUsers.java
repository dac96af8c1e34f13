package io.bessemer.ipmi;

import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.fault.Failure;
import io.bessemer.ipmi.IpmiAccounts.Account;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.GetChannelInfo;
import io.bessemer.ipmi.command.GetUserAccess;
import io.bessemer.ipmi.command.SetUserPassword;
import io.bessemer.ipmi.protocol.Bridge;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.Rakp1;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The users of a BMC by IPMI 2.0 §22.26 to §22.30, each change read back.
final class IpmiUsers implements BmcUsers {
    private final Bmcs bmcs;

    IpmiUsers(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public Users list(DriverNode node, OptionalInt channel) throws DriverException {
        return of(node, channel).list();
    }

    @Override
    public User create(DriverNode node, OptionalInt channel, String name, String password, Privilege privilege) throws DriverException {
        checkName(name);
        checkPassword(IpmiDriverInfo.of(node), password);
        return of(node, channel).create(name, password, privilege);
    }

    @Override
    public User change(DriverNode node, OptionalInt channel, int id, Change change) throws DriverException {
        change.name().ifPresent(IpmiUsers::checkName);
        if (change.password().isPresent()) {
            checkPassword(IpmiDriverInfo.of(node), change.password().get());
        }
        return of(node, channel).change(id, change);
    }

    @Override
    public void remove(DriverNode node, OptionalInt channel, int id) throws DriverException {
        of(node, channel).remove(id);
    }

    private static void checkName(String name) {
        if (name.isEmpty() || name.length() > Rakp1.MAX_USERNAME || !visible(name)) {
            throw new Failure.Invalid("name", "has %d characters; IPMI 2.0 allows 1 to %d, and each must be an ASCII character that can be seen.".formatted(name.length(), Rakp1.MAX_USERNAME));
        }
    }

    private static void checkPassword(IpmiDriverInfo info, String password) {
        if (info.access().suites().contains(CipherSuite.SUITE_0)) {
            throw new Failure.Invalid("password", "is not sent in the clear, as driver_info/ipmi_cipher_suite '0' would have it. Set that to 17 or 3, or remove it.");
        }
        if (!isPassword(password)) {
            throw new Failure.Invalid("password", passwordRule(password));
        }
    }

    static boolean isPassword(String password) {
        return !password.isEmpty() && password.length() <= SetUserPassword.LONGEST && visible(password);
    }

    static String passwordRule(String password) {
        return "has %d characters; IPMI 2.0 allows 1 to %d, and each must be an ASCII character that can be seen.".formatted(password.length(), SetUserPassword.LONGEST);
    }

    private static boolean visible(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private Work of(DriverNode node, OptionalInt channel) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        if (!bmc.info().bridge().equals(Bridge.NONE)) {
            throw new DriverException(Kind.CONFIGURATION, "driver_info/ipmi_bridging is set: the users are those of the BMC before this machine's, which others share. Change them there.");
        }
        return new Work(bmc, channel.orElseGet(() -> GetUserAccess.THIS_CHANNEL), bmc.info().access().username());
    }

    /// @param channel  [GetUserAccess#THIS_CHANNEL] until it is known
    /// @param username by which we log in
    record Work(SensorBmc bmc, int channel, String username) {
        /// By its number, where the BMC tells it: Set User Access is not bound to know the other way to name it.
        private Work numbered() throws DriverException {
            if (channel == GetUserAccess.THIS_CHANNEL && bmc.answer(new GetChannelInfo()) instanceof Answer.Done<Integer>(Integer number) && number > 0 && number < GetUserAccess.THIS_CHANNEL) {
                return new Work(bmc, number, username);
            }
            return this;
        }

        private IpmiAccounts accounts() {
            return new IpmiAccounts(bmc, channel);
        }

        Users list() throws DriverException {
            Work work = numbered();
            List<Account> every = work.accounts().every();
            GetUserAccess.Access told = every.getFirst().access();
            return new Users(work.channel, told.mostUsers(), told.enabledUsers(), told.fixedNames(),
                    every.stream().filter(Account::inUse).map(this::shown).toList());
        }

        User create(String name, String password, Privilege privilege) throws DriverException {
            return numbered().make(name, password, privilege);
        }

        private User make(String name, String password, Privilege privilege) throws DriverException {
            List<Account> every = accounts().every();
            Account free = room(every, name);
            int id = free.id();
            if (free.openAccess()) { // else whoever knows the name would be in before it has a password
                accounts().setAccess(id, false, false, false, IpmiAccounts.NO_ACCESS);
            }
            if (!free.name().equals(name)) {
                accounts().setName(id, name);
            }
            accounts().setPassword(id, password);
            accounts().setAccess(id, false, false, true, code(privilege));
            accounts().enable(id, true);
            return confirmed(id, new Change(Optional.of(name), Optional.empty(), Optional.of(privilege), Optional.of(true), Optional.of(true), Optional.empty()));
        }

        private Account room(List<Account> every, String name) throws DriverException {
            if (name.equals(username)) {
                throw new Failure.Invalid("name", "'%s' is the user by which Bessemer logs in to %s: of two with a name, a BMC takes one. Choose another.".formatted(name, bmc.name()));
            }
            for (Account account : every) {
                if (account.name().equals(name)) {
                    if (account.usable()) {
                        throw new Failure.Invalid("name", "%s has a user '%s' already, number %d. Change that one, or choose another name.".formatted(bmc.name(), name, account.id()));
                    }
                    return account;
                }
            }
            int fixed = every.getFirst().access().fixedNames();
            return every.stream().filter(account -> account.name().isEmpty() && account.id() != IpmiAccounts.ANONYMOUS && account.id() > fixed).findFirst()
                    .orElseThrow(() -> new DriverException(Kind.REFUSED, "%s has no room for another user: all of its %d have a name, or one that is fixed. Remove one first."
                            .formatted(bmc.name(), every.getFirst().access().mostUsers())));
        }

        User change(int id, Change change) throws DriverException {
            return numbered().set(id, change);
        }

        private User set(int id, Change change) throws DriverException {
            List<Account> every = accounts().every();
            Account now = account(every, id);
            refuseToLockOut(now, change);
            change.name().ifPresent(name -> every.stream().filter(other -> other.id() != id && other.name().equals(name)).findFirst().ifPresent(other -> {
                throw new Failure.Invalid("name", "%s has a user '%s' already, number %d. Choose another.".formatted(bmc.name(), name, other.id()));
            }));
            if (change.enabled().orElse(false) && id != IpmiAccounts.ANONYMOUS && change.name().orElse(now.name()).isEmpty()) {
                throw new Failure.Invalid("enabled", "user %d of %s has no name. Give it one and a password first, or make a user anew.".formatted(id, bmc.name()));
            }
            if (change.enabled().isPresent() && !change.enabled().get()) {
                accounts().enable(id, false);
            }
            if (change.name().isPresent() && !change.name().get().equals(now.name())) {
                accounts().setName(id, change.name().get());
            }
            if (change.password().isPresent()) {
                accounts().setPassword(id, change.password().get());
            }
            if (change.access()) {
                accounts().setAccess(id, now.access().callbackOnly(), change.linkAuthentication().orElse(now.access().linkAuthentication()),
                        change.messaging().orElse(now.access().messaging()), change.privilege().map(Work::code).orElse(kept(now)));
            }
            if (change.enabled().orElse(false)) {
                accounts().enable(id, true);
            }
            return confirmed(id, change);
        }

        /// One that was never used has 0 there, which Set User Access does not take.
        private static int kept(Account now) {
            return now.access().privilege() == 0 ? IpmiAccounts.NO_ACCESS : now.access().privilege();
        }

        private Account account(List<Account> every, int id) {
            return every.stream().filter(account -> account.id() == id).findFirst().orElseThrow(() -> new Failure.Invalid("user", "%s tells of no user %d; it has room for %d."
                    .formatted(bmc.name(), id, every.getFirst().access().mostUsers())));
        }

        void remove(int id) throws DriverException {
            Work work = numbered();
            Account now = account(work.accounts().every(), id);
            if (ours(now)) {
                throw lockOut(now, "user", "is not removed");
            }
            if (now.access().enabled() != GetUserAccess.Enabled.NO) {
                work.accounts().enable(id, false);
            }
            work.accounts().setAccess(id, false, false, false, IpmiAccounts.NO_ACCESS);
            if (!now.name().isEmpty()) {
                try {
                    work.accounts().setName(id, "");
                } catch (DriverException e) {
                    throw new DriverException(e.kind(), "User '%s' (%d) is disabled now and has no access on channel %d, and keeps its name: %s".formatted(now.name(), id, work.channel, e.getMessage()), e);
                }
            }
            work.confirmed(id, new Change(Optional.of(""), Optional.empty(), Optional.of(Privilege.NO_ACCESS), Optional.of(false), Optional.of(false), Optional.empty()));
        }

        private boolean ours(Account account) {
            return username.isEmpty() ? account.id() == IpmiAccounts.ANONYMOUS : account.name().equals(username);
        }

        private void refuseToLockOut(Account now, Change change) {
            if (!ours(now)) {
                return;
            }
            if (!change.enabled().orElse(true)) {
                throw lockOut(now, "enabled", "is not disabled");
            }
            if (!change.messaging().orElse(true)) {
                throw lockOut(now, "messaging", "goes on giving commands");
            }
            if (change.name().isPresent() && !change.name().get().equals(now.name())) {
                throw lockOut(now, "name", "is not renamed");
            }
            if (change.privilege().isPresent() && change.privilege().get().ordinal() < rank(now)) {
                throw lockOut(now, "privilege", "is not given less than %s".formatted(now.privilege()));
            }
            if (change.password().isPresent()) {
                throw new Failure.Invalid("password", "that of user '%s' (%d), by which Bessemer logs in to %s, is changed and remembered by `./bessemer node rotate-password`."
                        .formatted(now.name(), now.id(), bmc.name()));
            }
        }

        private Failure.Invalid lockOut(Account account, String field, String refusal) {
            return new Failure.Invalid(field, "user '%s' (%d) is the one by which Bessemer logs in to %s, and %s. Give it another in driver_info/ipmi_username and ipmi_password first."
                    .formatted(account.name(), account.id(), bmc.name(), refusal));
        }

        private static int rank(Account account) {
            return account.access().privilege() == IpmiAccounts.NO_ACCESS ? 0 : account.access().privilege();
        }

        private static int code(Privilege privilege) {
            return privilege == Privilege.NO_ACCESS ? IpmiAccounts.NO_ACCESS : privilege.ordinal();
        }

        /// A BMC that takes an order and does not follow it is found out. What was not asked for may have changed: one that is disabled gives no commands
        /// either, on some.
        private User confirmed(int id, Change wanted) throws DriverException {
            Account now = accounts().one(id);
            List<String> otherwise = new ArrayList<>();
            differs(otherwise, "name", wanted.name(), now.name());
            differs(otherwise, "privilege", wanted.privilege().map(Privilege::wire), now.privilege());
            differs(otherwise, "messaging", wanted.messaging(), now.access().messaging());
            differs(otherwise, "link authentication", wanted.linkAuthentication(), now.access().linkAuthentication());
            if (now.enabled() != null) {
                differs(otherwise, "enabled", wanted.enabled(), now.enabled());
            }
            if (!otherwise.isEmpty()) {
                throw new DriverException(Kind.NOT_CONFIRMED, "%s took the orders and has user %d otherwise: %s. Its channel may allow no more, or its maker reserves that number."
                        .formatted(bmc.name(), id, String.join(", ", otherwise)));
            }
            return shown(now);
        }

        private static void differs(List<String> otherwise, String what, Optional<?> wanted, Object found) {
            if (wanted.isPresent() && !wanted.get().equals(found)) {
                otherwise.add("%s is '%s', not '%s'".formatted(what, found, wanted.get()));
            }
        }

        private User shown(Account account) {
            return new User(account.id(), account.name(), account.privilege(), account.enabled(), account.access().messaging(), account.access().linkAuthentication(),
                    account.access().callbackOnly(), ours(account));
        }
    }
}
