package io.bessemer.pxe.http;

/// How many machines fetch images at a time. Either what is configured, or found by trying: more as long as the whole rate follows, fewer as long as it
/// does not fall. So it settles where the card, or the disks of the server, are just busy: a fast machine takes its image alone there, slow ones come in numbers.
final class ImageTurnLimit {
    static final int FEWEST = 4;
    static final int MOST = 256;
    private static final int FIRST = 16;

    private final boolean fixed;
    private volatile int machines;
    private int machinesBefore;
    private double rateBefore;

    /// @param machines 0 for a measured one
    ImageTurnLimit(int machines) {
        this.fixed = machines > 0;
        this.machines = fixed ? machines : FIRST;
    }

    int machines() {
        return machines;
    }

    /// @param bytesPerSecond of all machines together, while others waited
    void measured(double bytesPerSecond) {
        if (fixed || bytesPerSecond <= 0) {
            return;
        }
        boolean more;
        if (rateBefore == 0 || machines == machinesBefore) {
            more = machines < MOST; // nothing to compare with, or at an end of the scale: look at the other side
        } else {
            double followed = (bytesPerSecond / rateBefore - 1) / ((double) machines / machinesBefore - 1);
            more = followed >= 0.5;
        }
        machinesBefore = machines;
        rateBefore = bytesPerSecond;
        machines = Math.clamp(more ? machines + Math.max(1, machines / 4) : machines - Math.max(1, machines / 5), FEWEST, MOST);
    }
}
