package io.bessemer.agent;

import io.bessemer.agent.command.CommandRunner;
import io.bessemer.agent.protocol.AgentEvent;
import io.bessemer.agent.protocol.CommandKind;
import io.bessemer.agent.protocol.CommandMessage;
import io.bessemer.agent.protocol.CommandReport;
import io.bessemer.agent.protocol.CommandStatus;
import io.bessemer.agent.protocol.Progress;
import io.bessemer.agent.protocol.SessionAnswer;
import io.bessemer.agent.protocol.SessionRequest;
import io.bessemer.agent.server.ServerClient;
import io.bessemer.agent.server.SessionGoneException;
import io.bessemer.agent.server.StaleCommandException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The agent's life: open a session, ask for a command, run it, report, ask again. A server that is away is asked again for
/// ever, while a command goes on; a session that is gone ends in a reboot, because only a fresh boot brings a fresh token.
final class Agent {
    private static final int REMEMBERED_REPORTS = 64;
    private static final Duration LONGEST_DROP = Duration.ofSeconds(40);

    private final ServerClient server;
    private final SessionRequest request;
    private final CommandRunner runner;
    private final MachineControl machine;
    private final Pace pace;
    private final Map<UUID, CommandReport> finished = new LinkedHashMap<>();
    private long newestAttempt;
    private boolean over;

    Agent(ServerClient server, SessionRequest request, CommandRunner runner, MachineControl machine, Pace pace) {
        this.server = server;
        this.request = request;
        this.runner = runner;
        this.machine = machine;
        this.pace = pace;
        this.newestAttempt = request.attempt();
    }

    /// Returns when the machine was told to reboot or power off.
    void run() throws InterruptedException {
        try {
            SessionAnswer session = insist("open a session", () -> server.open(request));
            newestAttempt = Math.max(newestAttempt, session.attempt());
            Console.say("session open, attempt " + newestAttempt);
            greet();
            work(session);
        } catch (SessionGoneException e) {
            Console.say("the server does not accept this agent: " + e.getMessage());
            Console.say("rebooting in %d s for a fresh token".formatted(pace.beforeReboot().toSeconds()));
            Thread.sleep(pace.beforeReboot());
            machine.reboot();
        }
    }

    private void work(SessionAnswer session) throws InterruptedException, SessionGoneException {
        long idleSince = System.nanoTime();
        while (!over) {
            Optional<CommandMessage> command = insist("ask for a command", () -> server.next(session.pollWait()));
            if (command.isPresent()) {
                handle(command.get());
                idleSince = System.nanoTime();
            } else if (idle(session, idleSince)) {
                leave();
                idleSince = System.nanoTime(); // still here: the server wants it so
            }
        }
    }

    private void handle(CommandMessage command) throws InterruptedException, SessionGoneException {
        newestAttempt = Math.max(newestAttempt, command.attempt());
        CommandReport report = finished.get(command.id());
        if (report == null) {
            report = execute(command);
        }
        if (report == null || !deliver(command, report) || report.status() != CommandStatus.SUCCEEDED) {
            return;
        }
        switch (CommandKind.fromWire(command.kind()).orElseThrow()) {
            case REBOOT -> {
                Thread.sleep(Duration.ofSeconds(delaySeconds(command)));
                end("rebooting", machine::reboot);
            }
            case POWER_OFF -> end("powering off", machine::powerOff);
            case INSPECT, ERASE_METADATA, ERASE, ERASE_EXPRESS, WRITE_IMAGE, WRITE_CONFIG_DRIVE, INSTALL_BOOT, RESCUE, BURN_IN_CPU, BURN_IN_MEMORY, BURN_IN_DISK,
                    BURN_IN_NETWORK, RAID_CREATE, RAID_DELETE -> { }
        }
    }

    /// @return the last report, or null when the server dropped the command
    private CommandReport execute(CommandMessage command) throws InterruptedException, SessionGoneException {
        if (command.attempt() < newestAttempt) {
            return remember(command, CommandReport.failed(Progress.NONE, "attempt %d is over: this agent works for attempt %d"
                    .formatted(command.attempt(), newestAttempt)));
        }
        if (CommandKind.fromWire(command.kind()).isEmpty()) {
            return remember(command, CommandReport.failed(Progress.NONE, "this agent does not know the command '%s'".formatted(command.kind())));
        }
        Console.say(command.kind() + " (" + command.step() + ")");
        var running = new RunningCommand(command, runner);
        CommandReport report = CommandReport.running(Progress.NONE);
        int failures = 0;
        try {
            while (!report.finished()) {
                try {
                    server.report(command.id(), report);
                    failures = 0;
                } catch (IOException e) {
                    failures++; // the work goes on; its end is what must be delivered
                }
                report = running.report(failures == 0 ? pace.report() : pace.afterFailures(failures));
            }
        } catch (StaleCommandException e) {
            Console.say(command.kind() + " was dropped by the server: " + e.getMessage());
            running.drop(LONGEST_DROP);
            return null;
        } catch (SessionGoneException e) {
            running.drop(LONGEST_DROP);
            throw e;
        }
        Console.say(command.kind() + " " + report.status().wire() + (report.error().isEmpty() ? "" : ": " + report.error()));
        return remember(command, report);
    }

    private CommandReport remember(CommandMessage command, CommandReport report) {
        finished.put(command.id(), report);
        if (finished.size() > REMEMBERED_REPORTS) {
            finished.remove(finished.keySet().iterator().next());
        }
        return report;
    }

    /// @return false when the server does not want to know any more
    private boolean deliver(CommandMessage command, CommandReport report) throws InterruptedException, SessionGoneException {
        return insist("report " + command.kind(), () -> {
            try {
                server.report(command.id(), report);
                return true;
            } catch (StaleCommandException e) {
                Console.say("the report of " + command.kind() + " is not wanted: " + e.getMessage());
                return false;
            }
        });
    }

    private void greet() throws SessionGoneException {
        try {
            server.events(List.of(new AgentEvent("agent", "up", "agent %s, %s, up %s s after the kernel"
                    .formatted(request.version(), request.bootMode(), Console.uptime()))));
        } catch (IOException e) {
            Console.say("could not report being up: " + e.getMessage()); // only for the timeline
        }
    }

    private static boolean idle(SessionAnswer session, long since) {
        return !session.idlePowerOff().isZero() && System.nanoTime() - since >= session.idlePowerOff().toNanos();
    }

    private void leave() throws SessionGoneException {
        try {
            server.goodbye("idle");
        } catch (IOException e) {
            Console.say("stays up, goodbye failed: " + e.getMessage());
            return;
        }
        end("idle, powering off", machine::powerOff);
    }

    private void end(String words, Runnable action) {
        Console.say(words);
        over = true;
        action.run();
    }

    private static long delaySeconds(CommandMessage command) {
        return command.params().get("delay") instanceof Number number ? Math.clamp(number.longValue(), 0, 600) : 0;
    }

    private <T> T insist(String what, Request<T> request) throws InterruptedException, SessionGoneException {
        for (int failures = 1;; failures++) {
            try {
                return request.send();
            } catch (IOException e) {
                if (Integer.bitCount(failures) == 1) { // the console is for people: 1st, 2nd, 4th, 8th ...
                    Console.say("cannot %s, will try again: %s".formatted(what, e));
                }
                Thread.sleep(pace.afterFailures(failures));
            }
        }
    }

    private interface Request<T> {
        T send() throws IOException, SessionGoneException;
    }
}
