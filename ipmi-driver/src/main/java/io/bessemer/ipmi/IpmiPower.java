package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.ChassisControl;
import io.bessemer.ipmi.command.ChassisControl.Action;
import io.bessemer.ipmi.command.GetChassisStatus;
import io.bessemer.ipmi.command.GetChassisStatus.ChassisStatus;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.CompletionCode.Generic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Power by Chassis Control.
final class IpmiPower implements PowerInterface {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiPower.class);

    private final Bmcs bmcs;

    IpmiPower(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public PowerState state(DriverNode node) throws DriverException {
        return state(bmcs.of(node));
    }

    private static PowerState state(NodeBmc bmc) throws DriverException {
        return bmc.run(new GetChassisStatus()).powerOn() ? PowerState.ON : PowerState.OFF;
    }

    @Override
    public void apply(DriverNode node, PowerAction action) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        switch (action) {
            case ON -> control(bmc, Action.ON, PowerState.ON);
            case OFF -> control(bmc, Action.OFF, PowerState.OFF);
            case SOFT_OFF -> control(bmc, Action.SOFT_OFF, PowerState.OFF);
            case CYCLE -> cycle(bmc);
            case RESET -> bmc.run(new ChassisControl(Action.RESET));
        }
    }

    /// Some BMCs refuse what is the case already. That is no failure.
    private static void control(NodeBmc bmc, Action action, PowerState wanted) throws DriverException {
        ChassisControl command = new ChassisControl(action);
        switch (bmc.answer(command)) {
            case Answer.Done<Void> _ -> { }
            case Answer.Refused<Void>(CompletionCode code) -> {
                if (code != Generic.NOT_IN_THIS_STATE || state(bmc) != wanted) {
                    throw bmc.refused(command, code);
                }
                LOG.debug("{}: {} refused, it is {} already", bmc.name(), command.title(), wanted.wire());
            }
        }
    }

    /// A machine that is off cannot be cycled, and many BMCs say so (0xd5). What is wanted is a machine that starts, so it is turned on.
    private static void cycle(NodeBmc bmc) throws DriverException {
        ChassisControl command = new ChassisControl(Action.CYCLE);
        switch (bmc.answer(command)) {
            case Answer.Done<Void> _ -> { }
            case Answer.Refused<Void>(CompletionCode code) -> {
                if (code != Generic.NOT_IN_THIS_STATE) {
                    throw bmc.refused(command, code);
                }
                ChassisStatus status = bmc.run(new GetChassisStatus());
                if (status.powerOn()) {
                    throw new DriverException(Kind.REFUSED, "%s refused %s although the machine is on: completion code %s. See the BMC's own log for why."
                            .formatted(bmc.name(), command.title(), code));
                }
                bmc.run(new ChassisControl(Action.ON));
            }
        }
    }
}
