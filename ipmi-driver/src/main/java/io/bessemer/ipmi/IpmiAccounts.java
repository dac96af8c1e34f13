package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.GetUserAccess;
import io.bessemer.ipmi.command.GetUserAccess.Access;
import io.bessemer.ipmi.command.GetUserName;
import io.bessemer.ipmi.command.SetUserPassword;
import io.bessemer.ipmi.protocol.CompletionCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The accounts of a BMC, as they are on the channel that we come by.
final class IpmiAccounts {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int ANONYMOUS = 1;

    /// @param name empty of the anonymous one, and of those that were never used
    record Account(int id, String name, Access access) {
        /// Somebody can log in to it.
        boolean usable() {
            return access.messaging() && access.enabled() != GetUserAccess.Enabled.NO && access.privilege() >= 1 && access.privilege() <= 5 && (id == ANONYMOUS || !name.isEmpty());
        }
    }

    private final SensorBmc bmc;

    IpmiAccounts(SensorBmc bmc) {
        this.bmc = bmc;
    }

    /// Those with a name, and those that are usable.
    List<Account> all() throws DriverException {
        long end = System.nanoTime() + LONGEST.toNanos();
        List<Account> all = new ArrayList<>();
        int most = 1;
        for (int id = 1; id <= most && System.nanoTime() < end; id++) {
            GetUserAccess ask = new GetUserAccess(GetUserAccess.THIS_CHANNEL, id);
            switch (bmc.answer(ask)) {
                case Answer.Refused<Access>(CompletionCode code) -> {
                    if (id == 1) {
                        throw bmc.refused(ask, code);
                    }
                }
                case Answer.Done<Access>(Access access) -> {
                    most = Math.max(most, access.mostUsers());
                    Account account = new Account(id, name(id), access);
                    if (!account.name().isEmpty() || account.usable()) {
                        all.add(account);
                    }
                }
            }
        }
        return all;
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
        SetUserPassword set = new SetUserPassword(id(user), password);
        if (bmc.answer(set) instanceof Answer.Refused<Void>(CompletionCode code)) {
            DriverException refused = bmc.refused(set, code);
            throw refused.kind() != Kind.REFUSED ? refused : new DriverException(Kind.REFUSED,
                    refused.getMessage() + " Its rules for passwords may want other characters, or at most %d of them.".formatted(SetUserPassword.SHORT));
        }
    }
}
