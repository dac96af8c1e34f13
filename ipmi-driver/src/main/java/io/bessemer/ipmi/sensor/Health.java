package io.bessemer.ipmi.sensor;

/// How bad a state is, the worst last.
public enum Health {
    UNTOLD(null), OK("OK"), WARNING("Warning"), CRITICAL("Critical");

    private final String wire;

    Health(String wire) {
        this.wire = wire;
    }

    /// null when nothing is told
    public String wire() {
        return wire;
    }

    /// Of the thresholds that a reading has passed, IPMI 2.0 §35.14: bits 0 and 3 are non-critical, the others critical or non-recoverable.
    public static Health ofThresholds(int passed) {
        if ((passed & 0b110110) != 0) {
            return CRITICAL;
        }
        return (passed & 0b001001) != 0 ? WARNING : OK;
    }
}
