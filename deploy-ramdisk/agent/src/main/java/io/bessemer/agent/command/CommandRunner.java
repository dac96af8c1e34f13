package io.bessemer.agent.command;

import io.bessemer.agent.protocol.CommandMessage;
import java.util.Map;

/// Does what a command says. Runs on a thread of its own; an interrupt means that the server dropped the command.
@FunctionalInterface
public interface CommandRunner {
    Map<String, Object> run(CommandMessage command, ProgressSink progress) throws CommandFailedException, InterruptedException;
}
