package io.bessemer.lab.simulated;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// The users of a simulated BMC, IPMI 2.0 §22.26 to §22.31: ten, of which the first has no name and the second is there from the beginning, on one channel.
/// Answers are those of the commands, their completion code first.
final class SimulatedUsers {
    static final int CHANNEL = 1;
    static final int NO_ACCESS = 15;
    private static final int THIS_CHANNEL = 0x0e;
    private static final int ROOM = 10;
    private static final int FIXED_NAMES = 1;
    private static final int ANONYMOUS = 1;
    private static final int FIRST = 2;
    private static final int ADMINISTRATOR = 4;
    private static final int LONGEST_NAME = 16;
    private static final int SHORT_PASSWORD = 16;
    private static final int LONG_PASSWORD = 20;
    private static final int WRONG_LENGTH = 0xc7;
    private static final int OUT_OF_RANGE = 0xc9;
    private static final int INVALID_FIELD = 0xcc;
    private static final int PASSWORD_WRONG = 0x80;
    private static final int PASSWORD_SIZE_WRONG = 0x81;

    private final User[] users = new User[ROOM + 1];

    /// A number, and who has it.
    static final class User {
        private byte[] name = {};
        private byte[] password = {};
        private boolean longPassword;
        private boolean enabled;
        /// call-back, link authentication, messaging, in bits 6 to 4
        private int flags;
        private int privilege = NO_ACCESS;

        byte[] password() {
            return password;
        }

        int privilege() {
            return privilege;
        }
    }

    SimulatedUsers(String name, String password) {
        Arrays.setAll(users, _ -> new User());
        User first = users[FIRST];
        first.name = name.getBytes(StandardCharsets.UTF_8);
        first.password = password.getBytes(StandardCharsets.UTF_8);
        first.longPassword = first.password.length > SHORT_PASSWORD;
        first.enabled = true;
        first.flags = 0x10;
        first.privilege = ADMINISTRATOR;
    }

    /// Who logs in by this name: the first that may.
    Optional<User> login(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        return Arrays.stream(users, ANONYMOUS, users.length)
                .filter(user -> user.enabled && (user.flags & 0x10) != 0 && user.privilege != NO_ACCESS && Arrays.equals(user.name, wanted) && (wanted.length > 0 || user == users[ANONYMOUS]))
                .findFirst();
    }

    static boolean isChange(int command) {
        return command == 0x43 || command == 0x45 || command == 0x47;
    }

    /// Null for a command that is not about users.
    byte[] execute(int command, byte[] data) {
        return switch (command) {
            case 0x42 -> data.length != 1 ? code(WRONG_LENGTH) : !isOurs(data[0]) ? code(INVALID_FIELD)
                    : new byte[] {0, CHANNEL, 0x04, 0x01, (byte) 0x80, (byte) 0xf2, 0x1b, 0, 0, 0}; // LAN, IPMB-1.0 protocol, sessions of many users
            case 0x43 -> data.length != 3 && data.length != 4 ? code(WRONG_LENGTH) : of(data[1]).isEmpty() || !isOurs(data[0]) ? code(OUT_OF_RANGE) : setAccess(of(data[1]).get(), data);
            case 0x44 -> data.length != 2 ? code(WRONG_LENGTH) : of(data[1]).isEmpty() || !isOurs(data[0]) ? code(OUT_OF_RANGE) : access(of(data[1]).get());
            case 0x45 -> data.length != 1 + LONGEST_NAME ? code(WRONG_LENGTH) : of(data[0]).isEmpty() ? code(OUT_OF_RANGE) : setName(data);
            case 0x46 -> data.length != 1 ? code(WRONG_LENGTH) : of(data[0]).isEmpty() ? code(OUT_OF_RANGE) : name(of(data[0]).get());
            case 0x47 -> data.length < 2 ? code(WRONG_LENGTH) : of(data[0]).isEmpty() ? code(OUT_OF_RANGE) : password(of(data[0]).get(), data);
            default -> null;
        };
    }

    private static boolean isOurs(byte channel) {
        return (channel & 0x0f) == CHANNEL || (channel & 0x0f) == THIS_CHANNEL;
    }

    private Optional<User> of(byte number) {
        int id = number & 0x3f;
        return id < ANONYMOUS || id > ROOM ? Optional.empty() : Optional.of(users[id]);
    }

    private static byte[] setAccess(User user, byte[] data) {
        int privilege = data[2] & 0x0f;
        if (privilege != NO_ACCESS && (privilege < 1 || privilege > ADMINISTRATOR)) {
            return code(INVALID_FIELD);
        }
        if ((data[0] & 0x80) != 0) {
            user.flags = data[0] & 0x70;
        }
        user.privilege = privilege;
        return code(0);
    }

    private byte[] access(User user) {
        int enabled = (int) Arrays.stream(users, ANONYMOUS, users.length).filter(one -> one.enabled).count();
        return new byte[] {0, ROOM, (byte) (enabled | (user.enabled ? 0x40 : 0x80)), FIXED_NAMES, (byte) (user.flags | user.privilege)};
    }

    private byte[] setName(byte[] data) {
        int id = data[0] & 0x3f;
        if (id <= FIXED_NAMES) {
            return code(INVALID_FIELD);
        }
        users[id].name = trimmed(data, 1, 1 + LONGEST_NAME);
        return code(0);
    }

    private static byte[] name(User user) {
        byte[] answer = new byte[1 + LONGEST_NAME];
        System.arraycopy(user.name, 0, answer, 1, user.name.length);
        return answer;
    }

    /// Disables, enables, sets the password, or tells whether it is the one that was set.
    private static byte[] password(User user, byte[] data) {
        boolean isLong = (data[0] & 0x80) != 0;
        int length = isLong ? LONG_PASSWORD : SHORT_PASSWORD;
        int operation = data[1] & 0x03;
        if (operation < 2) {
            user.enabled = operation == 1;
            return code(0);
        }
        if (data.length != 2 + length) {
            return code(WRONG_LENGTH);
        }
        byte[] password = trimmed(data, 2, 2 + length);
        if (operation == 2) {
            user.password = password;
            user.longPassword = isLong;
            return code(0);
        }
        return code(user.longPassword != isLong ? PASSWORD_SIZE_WRONG : Arrays.equals(password, user.password) ? 0 : PASSWORD_WRONG);
    }

    private static byte[] trimmed(byte[] data, int from, int to) {
        int end = to;
        while (end > from && data[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOfRange(data, from, end);
    }

    private static byte[] code(int completion) {
        return new byte[] {(byte) completion};
    }
}
