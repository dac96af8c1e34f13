package io.bessemer.conductor;

import io.bessemer.conductor.engine.Transitions;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Changes the password by which a node's BMC is driven.
///
/// The new one is stored beside the old one before the BMC is told, so at every moment one of the two that are stored is the BMC's, whenever the process
/// dies; the driver logs in with the one that works. Which that is, is settled by new logins: at once, or when a conductor starts, or each minute until the BMC answers.
final class PasswordRotation implements AutoCloseable {
    /// in `driver_internal_info`: who is about it, since when
    static final String UNDER_WAY = "bmc_password_change";
    /// Another conductor that has not come to an end by then is dead: the driver's calls take a minute or two at most.
    static final Duration ABANDONED = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(PasswordRotation.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final SecureRandom RANDOM = new SecureRandom();
    /// that every BMC takes: those of IPMI 1.5 have no room for more
    private static final int GENERATED = 16;
    private static final String LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_";
    /// what makers' rules ask for
    private static final String[] REQUIRED = {"[a-z]", "[A-Z]", "[0-9]", "[-_]"};

    private final NodeStore nodes;
    private final NodeChanges changes;
    private final Drivers drivers;
    private final Clock clock;
    private final String conductor;
    private final Set<NodeId> working = ConcurrentHashMap.newKeySet();
    private final Set<NodeId> unsettled = ConcurrentHashMap.newKeySet();
    private volatile Thread loop;

    /// CUT: the BMC keeps the first [#GENERATED] characters alone, as some do without a word.
    private enum Taken { NEW, CUT, OLD }

    PasswordRotation(NodeStore nodes, Drivers drivers, Clock clock, String conductor) {
        this.nodes = nodes;
        this.changes = new NodeChanges(nodes);
        this.drivers = drivers;
        this.clock = clock;
        this.conductor = conductor;
    }

    void start() {
        loop = Thread.ofVirtual().name("bmc-passwords").start(this::loop);
    }

    @Override
    public void close() {
        Thread running = loop;
        if (running != null) {
            running.interrupt();
        }
    }

    private void loop() {
        boolean found = false;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    if (!found) {
                        findUnsettled();
                        found = true;
                    }
                    settleAll();
                } catch (RuntimeException e) {
                    LOG.warn("A look at passwords of BMCs that were being changed broke off; the next one is in {} s", PAUSE.toSeconds(), e);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What a process that died left behind.
    void findUnsettled() {
        nodes.forEach(node -> {
            if (node.driverInternalInfo().containsKey(UNDER_WAY)) {
                unsettled.add(node.id());
            }
        });
    }

    void settleAll() {
        for (NodeId id : unsettled) {
            if (!working.add(id)) {
                continue;
            }
            try {
                Optional<Node> node = nodes.find(id);
                if (node.isPresent() && pending(node.get()).isPresent()) {
                    if (othersAreAboutIt(node.get()).isPresent()) {
                        continue;
                    }
                    settle(node.get());
                }
                unsettled.remove(id);
            } catch (DriverException | RuntimeException e) {
                LOG.info("Which password a BMC has is not known yet: node={} reason={}", id, e.getMessage());
            } finally {
                working.remove(id);
            }
        }
    }

    /// @param wished empty for a generated one
    void change(NodeId id, BmcInterface bmc, Optional<String> wished) {
        if (!working.add(id)) {
            throw new Failure.Conflict("The password of the BMC of node %s is being changed already.".formatted(changes.find(id).displayName()));
        }
        try {
            changeAlone(id, bmc, wished);
        } finally {
            working.remove(id);
        }
    }

    private void changeAlone(NodeId id, BmcInterface bmc, Optional<String> wished) {
        Node node = changes.find(id);
        othersAreAboutIt(node).ifPresent(who -> {
            throw new Failure.Conflict("The password of the BMC of node %s is being changed by conductor %s. Try again when that is over.".formatted(node.displayName(), who));
        });
        if (pending(node).isPresent()) {
            drivers.call(() -> settle(node));
        }
        String password = wished.orElseGet(PasswordRotation::generated);
        Node before = changes.find(id);
        check(bmc, before, password);
        unsettled.add(id);
        Node begun = changes.commit(id, now -> begin(now, bmc, text(before, bmc.passwordKey()), password));
        Optional<DriverException> failed = Optional.empty();
        try {
            bmc.setPassword(DriverNode.of(begun), password);
        } catch (DriverException e) {
            failed = Optional.of(e); // it may have been set all the same
        }
        Optional<DriverException> reason = failed;
        Taken taken = drivers.call(() -> {
            try {
                return settle(changes.find(id));
            } catch (DriverException e) {
                throw new DriverException(e.kind(), "%s Which password the BMC has now, the old or the new one, is not known; both are kept, and it is tried each minute."
                        .formatted(reason.orElse(e).getMessage()), e);
            }
        });
        unsettled.remove(id);
        if (taken == Taken.CUT) {
            drivers.call(() -> {
                throw new DriverException(DriverException.Kind.NOT_CONFIRMED, "The BMC of node %s keeps only the first %d characters of a password. They are its password now, and stored as such."
                        .formatted(node.displayName(), GENERATED));
            });
        }
        if (taken == Taken.OLD) {
            drivers.call(() -> {
                throw reason.orElseGet(() -> new DriverException(DriverException.Kind.NOT_CONFIRMED,
                        "The BMC of node %s took the new password and does not log in with it; the old one works still, and stays. Try another, of at most %d characters."
                                .formatted(node.displayName(), GENERATED)));
            });
        }
    }

    private static void check(BmcInterface bmc, Node node, String password) {
        try {
            bmc.checkPassword(DriverNode.of(node), password);
        } catch (DriverException e) {
            throw new Failure.Invalid("password", e.getMessage());
        }
        if (password.equals(text(node, bmc.passwordKey()))) {
            throw new Failure.Invalid("password", "is the one that the BMC has already. Choose another, or none for a generated one.");
        }
    }

    private Change begin(Node now, BmcInterface bmc, String current, String password) {
        if (pending(now).isPresent() || !text(now, bmc.passwordKey()).equals(current)) {
            throw new Failure.Conflict("driver_info of node %s was changed meanwhile. Try again.".formatted(now.displayName()));
        }
        Map<String, Object> info = new LinkedHashMap<>(now.driverInfo());
        info.put(bmc.pendingKey(), password);
        return Transitions.from(now, clock.instant(), conductor)
                .set(now.toBuilder().driverInfo(info).internal(UNDER_WAY, Map.of("conductor", conductor, "at", clock.instant().toString())).build())
                .note(HistoryEntry.info(now.id(), clock.instant(), conductor, "bmc", "the BMC's password is being changed"))
                .change();
    }

    /// Finds out which of the two passwords the BMC has, and keeps that one alone. Only who has the node among [#working] comes here.
    private Taken settle(Node node) throws DriverException {
        BmcInterface bmc = bmc(node).orElseThrow(() -> new DriverException(DriverException.Kind.UNSUPPORTED, "Driver %s of node %s has no BMC's password to change."
                .formatted(node.driver(), node.displayName())));
        String pending = pending(node).orElseThrow(() -> new DriverException(DriverException.Kind.NOT_CONFIRMED, "driver_info of node %s was changed meanwhile: %s is gone."
                .formatted(node.displayName(), bmc.pendingKey())));
        String old = text(node, bmc.passwordKey());
        DriverNode machine = DriverNode.of(node);
        String cut = pending.substring(0, Math.min(GENERATED, pending.length()));
        Taken taken;
        if (bmc.admits(machine, pending)) {
            taken = Taken.NEW;
        } else if (bmc.admits(machine, old)) {
            taken = Taken.OLD;
        } else if (!cut.equals(pending) && bmc.admits(machine, cut)) {
            taken = Taken.CUT;
        } else {
            throw new DriverException(DriverException.Kind.AUTHENTICATION,
                    "The BMC of node %s logs in neither with the password that it had nor with the new one. It may have locked the account for some minutes; or set driver_info/%s to the one it has."
                            .formatted(node.displayName(), bmc.passwordKey()));
        }
        changes.commit(node.id(), now -> {
            Map<String, Object> info = new LinkedHashMap<>(now.driverInfo());
            if (pending.equals(info.get(bmc.pendingKey()))) {
                info.remove(bmc.pendingKey());
                if (taken != Taken.OLD) {
                    info.put(bmc.passwordKey(), taken == Taken.NEW ? pending : cut);
                }
            }
            return Transitions.from(now, clock.instant(), conductor)
                    .set(now.toBuilder().driverInfo(info).internal(UNDER_WAY, null).build())
                    .note(HistoryEntry.info(now.id(), clock.instant(), conductor, "bmc", taken == Taken.OLD ? "the BMC's password is the old one still" : "the BMC's password is changed"))
                    .change();
        });
        return taken;
    }

    /// Another conductor, unless it began long ago.
    private Optional<String> othersAreAboutIt(Node node) {
        if (!(node.driverInternalInfo().get(UNDER_WAY) instanceof Map<?, ?> mark) || conductor.equals(mark.get("conductor"))) {
            return Optional.empty();
        }
        try {
            boolean fresh = Instant.parse(String.valueOf(mark.get("at"))).plus(ABANDONED).isAfter(clock.instant());
            return fresh ? Optional.of(String.valueOf(mark.get("conductor"))) : Optional.empty();
        } catch (DateTimeParseException unreadable) {
            return Optional.empty();
        }
    }

    private Optional<BmcInterface> bmc(Node node) {
        return drivers.of(node).bmc();
    }

    private Optional<String> pending(Node node) {
        return bmc(node).map(bmc -> text(node, bmc.pendingKey())).filter(text -> !text.isEmpty());
    }

    private static String text(Node node, String key) {
        return Objects.toString(node.driverInfo().get(key), "");
    }

    private static String generated() {
        while (true) {
            String text = RANDOM.ints(GENERATED, 0, LETTERS.length()).mapToObj(i -> String.valueOf(LETTERS.charAt(i))).collect(Collectors.joining());
            boolean complete = true;
            for (String some : REQUIRED) {
                complete &= text.matches(".*" + some + ".*");
            }
            if (complete && Character.isLetter(text.charAt(0))) { // a leading dash is an option to tools
                return text;
            }
        }
    }
}
