package io.bessemer.agent;

/// Ends the ramdisk's life. Neither call comes back on a real machine.
interface MachineControl {
    void reboot();

    void powerOff();
}
