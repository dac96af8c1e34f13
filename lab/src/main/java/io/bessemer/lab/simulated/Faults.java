package io.bessemer.lab.simulated;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// What goes wrong with a simulated machine. May be changed at any time, from any thread.
public final class Faults {
    /// the BMC answers nothing
    public volatile boolean deadBmc;
    /// of this many BMC packets, one is lost; 0 for none
    public volatile int bmcLosesOneOf;
    /// the BMC takes this long for each packet
    public volatile Duration bmcDelay = Duration.ZERO;
    /// somebody changed the BMC's password
    public volatile boolean wrongPassword;
    /// the network cable is out: power on, and nothing is heard
    public volatile boolean silentOnNetwork;
    /// fetches the kernel and dies
    public volatile boolean agentNeverStarts;
    /// what `write_image` reports as its error; empty for none
    public volatile String writeError = "";
    /// how often it still starts anew in the middle of writing an image
    public final AtomicInteger rebootsWhileWriting = new AtomicInteger();
    /// other machines do not get from it what is on its disk
    public volatile boolean givesWrongChunks;
    /// its agent is of before machines delivered images to each other
    public volatile boolean knowsNoNeighbours;
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
    /// the operating system reports, but there is no compute agent on it
    public volatile boolean agentNeverJoins;
    /// what cloud-init complains of
    public volatile List<String> firstBootErrors = List.of();
    /// what checks of the compute agent say when they fail, by their names
    public final Map<String, String> failingChecks = new ConcurrentHashMap<>();
    /// that each check of the compute agent takes
    public volatile Duration checkDuration = Duration.ofMillis(20);
    /// instead of that, by the checks' names
    public final Map<String, Duration> checkDurations = new ConcurrentHashMap<>();
}
