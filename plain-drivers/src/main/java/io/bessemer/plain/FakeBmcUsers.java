package io.bessemer.plain;

import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Ten users, kept until the process ends: the second is there from the beginning, and is the one by which a BMC would be driven.
final class FakeBmcUsers implements BmcUsers {
    private static final int ROOM = 10;
    private static final int OURS = 2;
    private static final int CHANNEL = 1;

    private final Map<NodeId, TreeMap<Integer, User>> all = new ConcurrentHashMap<>();

    private TreeMap<Integer, User> of(DriverNode node) {
        return all.computeIfAbsent(node.id(), _ -> new TreeMap<>(Map.of(OURS, new User(OURS, "admin", Privilege.ADMINISTRATOR.wire(), true, true, false, false, true))));
    }

    @Override
    public synchronized Users list(DriverNode node, OptionalInt channel) {
        List<User> users = List.copyOf(of(node).values());
        return new Users(channel.orElse(CHANNEL), ROOM, (int) users.stream().filter(User::enabled).count(), 1, users);
    }

    @Override
    public synchronized User create(DriverNode node, OptionalInt channel, String name, String password, Privilege privilege) {
        TreeMap<Integer, User> users = of(node);
        free(users, name);
        for (int id = OURS + 1; id <= ROOM; id++) {
            if (!users.containsKey(id)) {
                User made = new User(id, name, privilege.wire(), true, true, false, false, false);
                users.put(id, made);
                return made;
            }
        }
        throw new Failure.Invalid("name", "all %d users of the BMC are taken. Remove one first.".formatted(ROOM));
    }

    private static void free(Map<Integer, User> users, String name) {
        if (users.values().stream().anyMatch(user -> user.name().equals(name))) {
            throw new Failure.Invalid("name", "the BMC has a user '%s' already.".formatted(name));
        }
    }

    @Override
    public synchronized User change(DriverNode node, OptionalInt channel, int id, Change change) {
        User now = mayChange(node, id, !change.enabled().orElse(true) || change.name().isPresent() || !change.messaging().orElse(true)
                || change.privilege().filter(level -> level != Privilege.ADMINISTRATOR).isPresent() || change.password().isPresent());
        change.name().filter(name -> !name.equals(now.name())).ifPresent(name -> free(of(node), name));
        User changed = new User(id, change.name().orElse(now.name()), change.privilege().map(Privilege::wire).orElse(now.privilege()), change.enabled().orElse(now.enabled()),
                change.messaging().orElse(now.messaging()), change.linkAuthentication().orElse(now.linkAuthentication()), false, now.ours());
        of(node).put(id, changed);
        return changed;
    }

    @Override
    public synchronized void remove(DriverNode node, OptionalInt channel, int id) {
        mayChange(node, id, true);
        of(node).remove(id);
    }

    private User mayChange(DriverNode node, int id, boolean less) {
        User user = of(node).get(id);
        if (user == null) {
            throw new Failure.Invalid("user", "%d has no name. Make a user instead.".formatted(id));
        }
        if (user.ours() && less) {
            throw new Failure.Invalid("user", "'%s' (%d) is the one by which the BMC is driven, and stays as it is.".formatted(user.name(), id));
        }
        return user;
    }
}
