package io.bessemer.conductor.console;

import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A console's line with all who want it. Guarded by the lock of its [Consoles].
final class OpenConsole {
    /// a host that does not report is not waited for longer
    private static final Duration FIRST_BOOT = Duration.ofMinutes(10);
    private static final int RECORDING_WAITS = 1 << 20;
    private static final int WATCHER_WAITS = 256 << 10;

    private final NodeConsole console;
    private Map<String, Object> driverInfo;
    private TerminalPort port;
    private Instant servedAt;
    private Tap recording;
    private Instant recordedUntil;
    private int watchers;

    /// @param driverInfo by which the line was opened
    OpenConsole(NodeConsole console, Map<String, Object> driverInfo) {
        this.console = console;
        this.driverInfo = driverInfo;
    }

    NodeConsole console() {
        return console;
    }

    boolean wanted() {
        return port != null || recording != null || watchers > 0;
    }

    // --- the TCP port

    Optional<TerminalPort> port() {
        return Optional.ofNullable(port);
    }

    void serve(TerminalPort opened, Instant now) {
        port = opened;
        servedAt = now;
    }

    /// A console is served before its node says that it is on; not so any more after this time.
    boolean servedFor(Duration time, Instant now) {
        return now.isAfter(servedAt.plus(time));
    }

    void stopServing() {
        if (port != null) {
            port.close();
            port = null;
        }
    }

    // --- the recording

    boolean recorded() {
        return recording != null;
    }

    /// What a recording that begins has to write down; empty when one is under way.
    Optional<Tap> record() {
        recordedUntil = null;
        if (recording != null) {
            return Optional.empty();
        }
        recording = console.watch(RECORDING_WAITS, false, () -> {});
        return Optional.of(recording);
    }

    void heading(byte[] text) {
        recording.offer(text);
    }

    /// The host that was deployed boots for the first time: what goes wrong then is seen on the console alone.
    boolean booting(Node node, Instant now) {
        boolean coming = node.provisionState() == ProvisionState.ACTIVE && node.driverInternalInfo().get("host_token_hash") != null
                && node.driverInternalInfo().get("host_up_at") == null;
        if (!coming) {
            return false;
        }
        if (recordedUntil == null) {
            recordedUntil = now.plus(FIRST_BOOT);
        }
        return now.isBefore(recordedUntil);
    }

    void stopRecording() {
        if (recording != null) {
            recording.close();
            recording = null;
            recordedUntil = null;
        }
    }

    // --- those who look in

    int watchers() {
        return watchers;
    }

    ConsoleWatch watch(Runnable left) {
        watchers++;
        return new ConsoleWatch(console.watch(WATCHER_WAITS, true, left), console);
    }

    void left() {
        watchers--;
    }

    // --- the line

    /// Whether the BMC has got another address or password since the line was opened; told once.
    boolean changed(Map<String, Object> now) {
        if (now.equals(driverInfo)) {
            return false;
        }
        driverInfo = now;
        return true;
    }

    /// Whoever still wants it. Those who look in are told.
    void end() {
        stopRecording();
        stopServing();
        console.close();
    }
}
