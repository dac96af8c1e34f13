package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.Command;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.session.IpmiCall;
import java.util.Arrays;
import java.util.function.Function;

/// A BMC that answers as a test says: a request goes in, and out come a completion code and data.
record ScriptedBmc(Function<IpmiCall, byte[]> script) implements SensorBmc {
    static byte[] refusal(int code) {
        return new byte[] {(byte) code};
    }

    @Override
    public <R> Answer<R> answer(Command<R> command) throws DriverException {
        byte[] said = script.apply(command.call());
        if (said[0] != 0) {
            return new Answer.Refused<>(CompletionCode.of(said[0]));
        }
        try {
            return new Answer.Done<>(command.decode(Arrays.copyOfRange(said, 1, said.length)));
        } catch (DecodeException e) {
            throw new DriverException(DriverException.Kind.REFUSED, e.getMessage());
        }
    }

    @Override
    public DriverException refused(Command<?> command, CompletionCode code) {
        return new DriverException(DriverException.Kind.REFUSED, command.title() + " refused: " + code);
    }

    @Override
    public String name() {
        return "BMC of a test";
    }
}
