package io.bessemer.core.driver;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// The users of a BMC: who may log in to it, and how far each may go on a channel. Bessemer logs in as one of them, which is never renamed, disabled or
/// given less here: nobody could undo that from here. What a client asks for and cannot have is a [io.bessemer.core.fault.Failure] with the field's name.
public interface BmcUsers {
    /// An IPMI BMC counts them from 1, in six bits.
    int LAST_ID = 63;

    /// @param channel empty for the one that Bessemer comes by
    Users list(DriverNode node, OptionalInt channel) throws DriverException;

    /// Makes a user who can log in, with the first number that is free. One of this name that nobody can log in by is taken instead: an earlier attempt was
    /// cut off.
    User create(DriverNode node, OptionalInt channel, String name, String password, Privilege privilege) throws DriverException;

    /// Changes what is named; what takes access away is done first, what gives it last.
    User change(DriverNode node, OptionalInt channel, int id, Change change) throws DriverException;

    /// Disables a user, takes its privilege on the channel, and its name, so that its number is free.
    void remove(DriverNode node, OptionalInt channel, int id) throws DriverException;

    /// How far a user may go, IPMI 2.0 §6.8.
    enum Privilege {
        NO_ACCESS,
        CALLBACK,
        USER,
        OPERATOR,
        ADMINISTRATOR;

        /// `NO ACCESS`, as ipmitool has it
        public String wire() {
            return name().replace('_', ' ');
        }

        /// @param text in any case, with a blank, dash or underscore between words
        public static Optional<Privilege> of(String text) {
            String name = text.strip().toUpperCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
            return Arrays.stream(values()).filter(level -> level.name().equals(name)).findFirst();
        }

        /// All of them, for a message.
        public static String known() {
            return Arrays.stream(values()).map(Privilege::wire).collect(Collectors.joining(", "));
        }
    }

    /// @param channel    that privileges are told of; 14 when the BMC does not tell its number
    /// @param most       that the BMC has room for
    /// @param enabled    how many are, as the BMC counts
    /// @param fixedNames so many, from number 1 on, have names that cannot be changed
    /// @param users      those with a name, and those by which somebody can log in
    record Users(int channel, int most, int enabled, int fixedNames, List<User> users) {
        public Users {
            users = List.copyOf(users);
        }
    }

    /// @param privilege          as [Privilege#wire], or another word of the BMC's
    /// @param enabled            null when the BMC does not tell
    /// @param messaging          may log in to give commands
    /// @param linkAuthentication may open a serial link by PPP
    /// @param callbackOnly       the BMC calls back, by modem
    /// @param ours               Bessemer logs in by it
    record User(int id, String name, String privilege, Boolean enabled, boolean messaging, boolean linkAuthentication, boolean callbackOnly, boolean ours) {}

    /// What is empty stays as it is.
    record Change(Optional<String> name, Optional<String> password, Optional<Privilege> privilege, Optional<Boolean> enabled, Optional<Boolean> messaging,
            Optional<Boolean> linkAuthentication) {
        /// The BMC is asked to set access on the channel anew.
        public boolean access() {
            return privilege.isPresent() || messaging.isPresent() || linkAuthentication.isPresent();
        }

        public boolean isEmpty() {
            return !access() && name.isEmpty() && password.isEmpty() && enabled.isEmpty();
        }

        @Override
        public String toString() {
            return "Change[name %s, password %s, privilege %s, enabled %s, messaging %s, link authentication %s]"
                    .formatted(name, password.map(_ -> "***"), privilege, enabled, messaging, linkAuthentication);
        }
    }
}
