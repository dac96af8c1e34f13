package io.bessemer.lab.simulated;

import java.time.Duration;

/// What goes wrong with a simulated machine. May be changed at any time, from any thread.
public final class Faults {
    /// the BMC answers nothing
    public volatile boolean deadBmc;
    /// of this many BMC packets, one is lost; 0 for none
    public volatile int bmcLosesOneOf;
    /// the network cable is out: power on, and nothing is heard
    public volatile boolean silentOnNetwork;
    /// fetches the kernel and dies
    public volatile boolean agentNeverStarts;
    /// what `write_image` reports as its error; empty for none
    public volatile String writeError = "";
    /// that each chunk of an image takes longer
    public volatile Duration chunkDelay = Duration.ZERO;
    /// boots from disk, but the operating system never reports
    public volatile boolean hostNeverReports;
    /// between power on and the first DHCP message
    public volatile Duration firmwareDelay = Duration.ofMillis(50);
    /// between the kernel's arrival and the agent's first words
    public volatile Duration kernelDelay = Duration.ofMillis(50);
    /// between disk boot and the host's report
    public volatile Duration hostDelay = Duration.ofMillis(50);
}
