package io.bessemer.conductor;

import io.bessemer.core.fault.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/// How a conductor works.
///
/// @param hostname           its name in `reservation`, `conductor` and history
/// @param agentUrl           where agents reach us
/// @param boot               deadlines of a network boot
/// @param maxBoots           how often one flow starts a machine
/// @param maxRetries         how often a step that met a busy or silent BMC is tried again
/// @param fastTrack          an agent that is up is used by the next flow
/// @param fastTrackFreshness how recently it must have spoken for that
/// @param agentLost          silence after which an agent is given up
/// @param pollWait           how long an agent's poll stays open
/// @param idlePowerOff       an agent without work powers its machine off after so long
/// @param bootTokenLife      validity of a boot script's token
/// @param powerPoll          pause between two looks at a power state that shall change
/// @param powerTimeout       for a hard power change
/// @param softPowerTimeout   for a soft one, unless the client says otherwise
/// @param imageTimeout       for an image to be imported
/// @param maxConcurrentDeploys flows beyond wait for their turn
/// @param maxConcurrentCleans  flows beyond wait for their turn
/// @param automatedClean     unless the node says otherwise
/// @param cleanStepPriorities by clean step, its priority in automated cleaning instead of its own; 0 leaves it out
/// @param kernelArguments    for every ramdisk, before those of the node
/// @param power              power sync
/// @param lessee             who becomes lessee of a node that is deployed
public record ConductorSettings(String hostname, AgentUrl agentUrl, BootDeadlines boot, int maxBoots, int maxRetries, boolean fastTrack,
        Duration fastTrackFreshness, Duration agentLost, Duration pollWait, Duration idlePowerOff, Duration bootTokenLife, Duration powerPoll,
        Duration powerTimeout, Duration softPowerTimeout, Duration imageTimeout, int maxConcurrentDeploys, int maxConcurrentCleans,
        boolean automatedClean, Map<String, Integer> cleanStepPriorities, String kernelArguments, PowerSyncSettings power, AutomaticLessee lessee) {

    public ConductorSettings {
        Objects.requireNonNull(hostname, "hostname");
        Objects.requireNonNull(agentUrl, "agentUrl");
        cleanStepPriorities = Map.copyOf(cleanStepPriorities);
        if (maxBoots < 1 || maxConcurrentDeploys < 1 || maxConcurrentCleans < 1) {
            throw new Failure.Invalid("max-boots, max-concurrent-deploys, max-concurrent-cleans", "each must be 1 or more.");
        }
    }

    public static ConductorSettings defaults(String hostname, AgentUrl agentUrl) {
        return new ConductorSettings(hostname, agentUrl, BootDeadlines.defaults(), 3, 4, true,
                Duration.ofSeconds(40), Duration.ofSeconds(90), Duration.ofSeconds(25), Duration.ofSeconds(600), Duration.ofMinutes(15),
                Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(180), Duration.ofHours(2), 250, 50, true, Map.of(),
                "console=tty0 console=ttyS0,115200", PowerSyncSettings.defaults(), AutomaticLessee.INSTANCE);
    }

    public ConductorSettings withBoot(BootDeadlines deadlines) {
        return new ConductorSettings(hostname, agentUrl, deadlines, maxBoots, maxRetries, fastTrack, fastTrackFreshness, agentLost, pollWait,
                idlePowerOff, bootTokenLife, powerPoll, powerTimeout, softPowerTimeout, imageTimeout, maxConcurrentDeploys, maxConcurrentCleans,
                automatedClean, cleanStepPriorities, kernelArguments, power, lessee);
    }

    public ConductorSettings withFastTrack(boolean on) {
        return new ConductorSettings(hostname, agentUrl, boot, maxBoots, maxRetries, on, fastTrackFreshness, agentLost, pollWait,
                idlePowerOff, bootTokenLife, powerPoll, powerTimeout, softPowerTimeout, imageTimeout, maxConcurrentDeploys, maxConcurrentCleans,
                automatedClean, cleanStepPriorities, kernelArguments, power, lessee);
    }

    public ConductorSettings withLimits(int deploys, int cleans) {
        return new ConductorSettings(hostname, agentUrl, boot, maxBoots, maxRetries, fastTrack, fastTrackFreshness, agentLost, pollWait,
                idlePowerOff, bootTokenLife, powerPoll, powerTimeout, softPowerTimeout, imageTimeout, deploys, cleans,
                automatedClean, cleanStepPriorities, kernelArguments, power, lessee);
    }

    public ConductorSettings withPower(PowerSyncSettings sync) {
        return new ConductorSettings(hostname, agentUrl, boot, maxBoots, maxRetries, fastTrack, fastTrackFreshness, agentLost, pollWait,
                idlePowerOff, bootTokenLife, powerPoll, powerTimeout, softPowerTimeout, imageTimeout, maxConcurrentDeploys, maxConcurrentCleans,
                automatedClean, cleanStepPriorities, kernelArguments, sync, lessee);
    }

    public ConductorSettings withLessee(AutomaticLessee source) {
        return new ConductorSettings(hostname, agentUrl, boot, maxBoots, maxRetries, fastTrack, fastTrackFreshness, agentLost, pollWait,
                idlePowerOff, bootTokenLife, powerPoll, powerTimeout, softPowerTimeout, imageTimeout, maxConcurrentDeploys, maxConcurrentCleans,
                automatedClean, cleanStepPriorities, kernelArguments, power, source);
    }
}
