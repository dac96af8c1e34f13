package io.bessemer.api;

import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.SerialConsole;
import io.bessemer.core.node.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/// Serial lines without machines: a test speaks for them. `driver_info/fake_serial` says what is wrong with one.
final class PretendSerial implements SerialConsole {
    static final String NAME = "pretend-serial";

    private final Map<NodeId, Watcher> lines = new ConcurrentHashMap<>();
    private final Map<NodeId, StringBuffer> typed = new ConcurrentHashMap<>();

    @Override
    public Line open(DriverNode node, Watcher watcher) {
        if ("none".equals(node.driverInfo().get("fake_serial"))) {
            watcher.state(State.UNAVAILABLE, "the BMC has no serial console");
        } else {
            lines.put(node.id(), watcher);
            watcher.state(State.CONNECTED, "");
        }
        return new Line() {
            @Override
            public boolean write(byte[] text) {
                typed.computeIfAbsent(node.id(), _ -> new StringBuffer()).append(new String(text, StandardCharsets.UTF_8));
                return true;
            }

            @Override
            public void sendBreak() {
                write("BREAK".getBytes(StandardCharsets.US_ASCII));
            }

            @Override
            public void close() {
                lines.remove(node.id(), watcher);
            }
        };
    }

    @Override
    public OptionalInt terminalPort(DriverNode node) {
        return node.driverInfo().get("fake_terminal_port") instanceof Number port ? OptionalInt.of(port.intValue()) : OptionalInt.empty();
    }

    boolean open(NodeId node) {
        return lines.containsKey(node);
    }

    void say(NodeId node, String text) {
        Watcher watcher = lines.get(node);
        if (watcher != null) {
            watcher.text(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    String typed(NodeId node) {
        return typed.getOrDefault(node, new StringBuffer()).toString();
    }
}
