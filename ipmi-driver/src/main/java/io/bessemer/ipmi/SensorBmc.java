package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.Command;
import io.bessemer.ipmi.protocol.CompletionCode;

/// What reading sensors needs of a BMC.
interface SensorBmc {
    <R> Answer<R> answer(Command<R> command) throws DriverException;

    DriverException refused(Command<?> command, CompletionCode code);

    String name();
}
