package io.bessemer.plain;

import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.EventLog;
import io.bessemer.core.driver.SystemEvent;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps what it is told, until the process ends: a log with one event until it is cleared, and a password that is the node's until it is changed.
final class FakeBmc implements BmcInterface {
    private static final SystemEvent HOT = new SystemEvent(1, Instant.parse("2026-01-31T12:00:00Z"), null, "BMC", "Inlet Temp", "Temperature", 1, "Upper Non-critical going high", true,
            "Warning", 39.0, 38.0, "Cel", "572726");
    private static final Fru MACHINE = new Fru(0, "Builtin FRU Device", Map.of("product", Map.of("manufacturer", "Bessemer", "name", "Fake")));

    private final Set<NodeId> cleared = ConcurrentHashMap.newKeySet();
    private final Map<NodeId, Instant> clocks = new ConcurrentHashMap<>();
    private final Map<NodeId, String> passwords = new ConcurrentHashMap<>();

    @Override
    public EventLog events(DriverNode node, int most) {
        List<SystemEvent> events = cleared.contains(node.id()) ? List.of() : List.of(HOT);
        return new EventLog(events.size(), false, clocks.get(node.id()), events);
    }

    @Override
    public void clearEvents(DriverNode node) {
        cleared.add(node.id());
    }

    @Override
    public void setClock(DriverNode node, Instant now) {
        clocks.put(node.id(), now);
    }

    @Override
    public List<Fru> fru(DriverNode node) {
        return List.of(MACHINE);
    }

    @Override
    public Map<String, Object> description(DriverNode node) {
        return Map.of("firmware", "fake", "lan", Map.of(), "accounts", List.of(), "warnings", List.of());
    }

    @Override
    public void reset(DriverNode node, boolean warm) {
        // taken, and of no effect
    }

    @Override
    public String passwordKey() {
        return "fake_password";
    }

    @Override
    public void checkPassword(DriverNode node, String password) throws DriverException {
        if (password.isEmpty() || password.length() > 20) {
            throw new DriverException(DriverException.Kind.CONFIGURATION, "the password has %d characters, allowed are 1 to 20.".formatted(password.length()));
        }
    }

    @Override
    public void setPassword(DriverNode node, String password) {
        passwords.put(node.id(), password);
    }

    @Override
    public boolean admits(DriverNode node, String password) {
        return password.equals(passwords.getOrDefault(node.id(), Objects.toString(node.driverInfo().get(passwordKey()), "")));
    }
}
