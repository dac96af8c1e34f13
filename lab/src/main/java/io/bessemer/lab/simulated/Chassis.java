package io.bessemer.lab.simulated;

/// What a simulated BMC controls.
interface Chassis {
    boolean poweredOn();

    void powerOn();

    void powerOff();

    void reset();

    void softOff();

    /// @param flags the five bytes of boot option parameter 5, IPMI 2.0 §28.13
    void bootFlags(byte[] flags);

    byte[] bootFlags();
}
