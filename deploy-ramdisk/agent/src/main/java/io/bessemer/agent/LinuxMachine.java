package io.bessemer.agent;

import io.bessemer.agent.linux.SystemCalls;
import java.io.IOException;

/// The machine the agent runs on.
final class LinuxMachine implements MachineControl {
    @Override
    public void reboot() {
        try {
            SystemCalls.sync();
            SystemCalls.reboot();
        } catch (IOException e) {
            throw new IllegalStateException("cannot reboot", e);
        }
    }

    @Override
    public void powerOff() {
        try {
            SystemCalls.sync();
            SystemCalls.powerOff();
        } catch (IOException e) {
            throw new IllegalStateException("cannot power off", e);
        }
    }
}
