package io.bessemer.agent;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.CommandRunner;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.protocol.CommandMessage;
import io.bessemer.agent.protocol.CommandReport;
import io.bessemer.agent.protocol.Progress;
import java.time.Duration;

/// A command on its way, on a thread of its own.
final class RunningCommand implements ProgressSink {
    private final CommandMessage command;
    private final Thread thread;
    private volatile Progress progress = Progress.NONE;
    private volatile CommandReport end;

    RunningCommand(CommandMessage command, CommandRunner runner) {
        this.command = command;
        this.thread = Thread.ofPlatform().daemon().name("command").start(() -> end = run(runner));
    }

    /// Waits for the end, at most so long, and tells how it is going.
    CommandReport report(Duration longestWait) throws InterruptedException {
        thread.join(longestWait);
        CommandReport reached = end;
        return reached == null ? CommandReport.running(progress) : reached;
    }

    /// Stops it. What it writes to is closed by the interrupt, so nothing reaches a disk after it ended or did not end in time.
    void drop(Duration longestWait) throws InterruptedException {
        thread.interrupt();
        thread.join(longestWait);
    }

    @Override
    public void at(String phase, long done, long total, String message) {
        progress = new Progress(phase, done, total, message);
    }

    private CommandReport run(CommandRunner runner) {
        try {
            return CommandReport.succeeded(progress, runner.run(command, this));
        } catch (CommandFailedException e) {
            return CommandReport.failed(progress, e.getMessage());
        } catch (InterruptedException e) {
            return CommandReport.failed(progress, "dropped");
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return CommandReport.failed(progress, "the agent failed in command " + command.kind() + ": " + e);
        }
    }
}
