package io.bessemer.host;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.host.check.HostChecks;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport.Check;
import io.bessemer.host.protocol.HostReport.CheckStatus;
import io.bessemer.host.protocol.HostReport.Verification;
import io.bessemer.host.protocol.HostReport.VerificationState;
import io.bessemer.host.server.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Runs the verification of the orders, once: its outcome is kept on the disk. One that was cut short by a kill is run again.
final class Verifier {
    private static final String FILE = "/var/lib/bessemer/verification.json";
    private static final int LONGEST_DETAIL = 8000;

    private final HostFiles files;
    private final HostChecks checks;
    private final Runnable changed;
    private volatile Verification state;

    /// @param changed called after each check
    Verifier(HostFiles files, HostChecks checks, Runnable changed) {
        this.files = files;
        this.checks = checks;
        this.changed = changed;
        this.state = read().orElse(null);
    }

    /// That runs or ran last; null when none did.
    Verification state() {
        return state;
    }

    boolean everFinished() {
        return read().isPresent();
    }

    /// Runs the checks unless they have been run. Ends early when other orders come.
    void run(HostOrders orders, Supplier<HostOrders> newest) throws IOException, InterruptedException {
        long id = orders.verification().id();
        Verification now = state;
        if (now != null && now.id() == id && now.state() != VerificationState.RUNNING) {
            return;
        }
        Duration limit = orders.verification().timeout();
        long end = System.nanoTime() + limit.toNanos();
        List<Check> results = new ArrayList<>(orders.verification().checks().stream().map(name -> new Check(name, CheckStatus.WAITING, "", 0)).toList());
        for (int i = 0; i < results.size(); i++) {
            if (newest.get().verification().id() != id || newest.get().phase() != HostPhase.VERIFYING) {
                return;
            }
            String name = results.get(i).check();
            results.set(i, new Check(name, CheckStatus.RUNNING, "", 0));
            tell(new Verification(id, VerificationState.RUNNING, results));
            Check result = check(name, orders, Duration.ofNanos(end - System.nanoTime()), limit);
            Console.say("check %s %s in %.1f s: %s".formatted(name, result.status().wire(), result.seconds(), result.detail()));
            results.set(i, result);
        }
        boolean passed = results.stream().allMatch(result -> result.status() == CheckStatus.PASSED);
        var outcome = new Verification(id, passed ? VerificationState.PASSED : VerificationState.FAILED, results);
        files.write(FILE, new String(Json.bytes(outcome.toMap()), StandardCharsets.UTF_8), "rw-r--r--");
        tell(outcome);
    }

    private Check check(String name, HostOrders orders, Duration left, Duration limit) throws InterruptedException {
        if (!left.isPositive()) {
            return new Check(name, CheckStatus.FAILED, "not run: the %d s for all checks were over".formatted(limit.toSeconds()), 0);
        }
        long begin = System.nanoTime();
        try {
            return result(name, CheckStatus.PASSED, checks.run(name, orders, left), begin);
        } catch (IOException | RuntimeException e) { // also a program that is missing
            return result(name, CheckStatus.FAILED, e.getMessage() == null ? e.toString() : e.getMessage(), begin);
        }
    }

    private static Check result(String name, CheckStatus status, String detail, long begin) {
        double seconds = Math.round((System.nanoTime() - begin) / 1e8) / 10.0;
        return new Check(name, status, detail.substring(0, Math.min(LONGEST_DETAIL, detail.length())), seconds);
    }

    private void tell(Verification verification) {
        state = verification;
        changed.run();
    }

    private Optional<Verification> read() {
        try {
            Optional<String> text = files.text(FILE);
            return text.isEmpty() ? Optional.empty() : Optional.of(Verification.fromMap(Json.object(text.get().getBytes(StandardCharsets.UTF_8))));
        } catch (DecodeException e) {
            return Optional.empty(); // it is run again
        }
    }
}
