package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.Command;
import io.bessemer.ipmi.command.EnableUser;
import io.bessemer.ipmi.command.GetUserAccess;
import io.bessemer.ipmi.command.GetUserAccess.Access;
import io.bessemer.ipmi.command.GetUserName;
import io.bessemer.ipmi.command.SetUserAccess;
import io.bessemer.ipmi.command.SetUserName;
import io.bessemer.ipmi.command.SetUserPassword;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.Privilege;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The accounts of a BMC, as they are on a channel.
final class IpmiAccounts {
    static final int ANONYMOUS = 1;
    static final int NO_ACCESS = 15;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /// @param name empty of the anonymous one, and of those that were never used
    record Account(int id, String name, Access access) {
        /// Somebody can log in to it.
        boolean usable() {
            return openAccess() && (id == ANONYMOUS || !name.isEmpty());
        }

        /// Somebody could, had it a name.
        boolean openAccess() {
            return access.messaging() && access.enabled() != GetUserAccess.Enabled.NO && access.privilege() >= 1 && access.privilege() <= 5;
        }

        /// It has a name, or is usable without one.
        boolean inUse() {
            return !name.isEmpty() || usable();
        }

        /// null when it is not told
        Boolean enabled() {
            return switch (access.enabled()) {
                case YES -> true;
                case NO -> false;
                case UNTOLD, RESERVED -> null;
            };
        }

        String privilege() {
            return IpmiAccounts.privilege(access.privilege());
        }
    }

    private final SensorBmc bmc;
    private final int channel;

    /// @param channel [GetUserAccess#THIS_CHANNEL] for the one that we come by
    IpmiAccounts(SensorBmc bmc, int channel) {
        this.bmc = bmc;
        this.channel = channel;
    }

    static String privilege(int code) {
        return Arrays.stream(Privilege.values()).filter(level -> level.code() == code).map(Privilege::name).findFirst().orElse(switch (code) {
            case 0 -> "unused";
            case 5 -> "OEM";
            case NO_ACCESS -> "NO ACCESS";
            default -> "0x%x".formatted(code);
        });
    }

    List<Account> all() throws DriverException {
        return every().stream().filter(Account::inUse).toList();
    }

    /// The free ones too; only those are missing that the BMC refuses to tell of.
    ///
    /// @throws DriverException rather than to tell of a part of them: nobody may take that for all
    List<Account> every() throws DriverException {
        long end = System.nanoTime() + LONGEST.toNanos();
        List<Account> all = new ArrayList<>();
        int most = 1;
        for (int id = 1; id <= most; id++) {
            if (System.nanoTime() > end) {
                throw new DriverException(Kind.BUSY, "%s told of %d of its %d users within %d s: it is slow, or much is asked of it. Try again.".formatted(bmc.name(), id - 1, most, LONGEST.toSeconds()));
            }
            GetUserAccess ask = new GetUserAccess(channel, id);
            switch (bmc.answer(ask)) {
                case Answer.Refused<Access>(CompletionCode code) -> {
                    if (id == 1) {
                        throw bmc.refused(ask, code);
                    }
                }
                case Answer.Done<Access>(Access access) -> {
                    most = Math.max(most, access.mostUsers());
                    all.add(new Account(id, name(id), access));
                }
            }
        }
        return all;
    }

    Account one(int id) throws DriverException {
        GetUserAccess ask = new GetUserAccess(channel, id);
        return switch (bmc.answer(ask)) {
            case Answer.Refused<Access>(CompletionCode code) -> throw bmc.refused(ask, code);
            case Answer.Done<Access>(Access access) -> new Account(id, name(id), access);
        };
    }

    /// Many BMCs refuse the name of an account that has none.
    private String name(int id) throws DriverException {
        return bmc.answer(new GetUserName(id)) instanceof Answer.Done<String>(String name) ? name : "";
    }

    /// The account that logs in by this name: BMCs take the first.
    private int id(String user) throws DriverException {
        if (user.isEmpty()) {
            return ANONYMOUS;
        }
        List<Account> known = all();
        return known.stream().filter(account -> account.name().equals(user)).mapToInt(Account::id).findFirst().orElseThrow(() -> new DriverException(Kind.REFUSED,
                "%s tells of no account '%s', by which it was logged in to; it has %s. Its accounts may come from a directory: change the password there."
                        .formatted(bmc.name(), user, known.stream().map(Account::name).toList())));
    }

    void setPassword(String user, String password) throws DriverException {
        setPassword(id(user), password);
    }

    void setPassword(int id, String password) throws DriverException {
        SetUserPassword set = new SetUserPassword(id, password);
        if (bmc.answer(set) instanceof Answer.Refused<Void>(CompletionCode code)) {
            DriverException refused = bmc.refused(set, code);
            throw refused.kind() != Kind.REFUSED ? refused : new DriverException(Kind.REFUSED,
                    refused.getMessage() + " Its rules for passwords may want other characters, or at most %d of them.".formatted(SetUserPassword.SHORT));
        }
    }

    void setName(int id, String name) throws DriverException {
        run(new SetUserName(id, name));
    }

    void setAccess(int id, boolean callbackOnly, boolean linkAuthentication, boolean messaging, int privilege) throws DriverException {
        run(new SetUserAccess(channel, id, callbackOnly, linkAuthentication, messaging, privilege));
    }

    void enable(int id, boolean on) throws DriverException {
        EnableUser order = new EnableUser(id, on, false);
        if (bmc.answer(order) instanceof Answer.Refused<Void>(CompletionCode code)) {
            if (code != CompletionCode.Generic.DATA_LENGTH_INVALID && code != CompletionCode.Generic.DATA_TRUNCATED) {
                throw bmc.refused(order, code);
            }
            run(new EnableUser(id, on, true));
        }
    }

    private void run(Command<Void> command) throws DriverException {
        if (bmc.answer(command) instanceof Answer.Refused<Void>(CompletionCode code)) {
            throw bmc.refused(command, code);
        }
    }
}
