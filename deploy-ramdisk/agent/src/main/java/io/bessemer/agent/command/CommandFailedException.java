package io.bessemer.agent.command;

/// A command cannot be done. The message goes to the operator as it is: what, on which device, why.
public final class CommandFailedException extends Exception {
    public CommandFailedException(String message) {
        super(message);
    }

    public CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
