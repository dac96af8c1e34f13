package io.bessemer.server;

import io.bessemer.conductor.AgentUrl;
import io.bessemer.conductor.AutomaticLessee;
import io.bessemer.conductor.BootDeadlines;
import io.bessemer.conductor.ConductorSettings;
import io.bessemer.conductor.PowerSyncSettings;
import io.bessemer.conductor.flow.StepCatalogue;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.conductor.*`: how node work is done.
///
/// @param maxBoots             how often one flow starts a machine before it fails
/// @param maxRetries           how often a step that met a busy or silent BMC is tried again
/// @param fastTrack            an agent that is up is used by the next flow, which saves a boot
/// @param idlePowerOff         an agent without work powers its machine off after so long
/// @param agentLost            silence after which an agent is given up and its machine booted again
/// @param powerTimeout         for a hard power change
/// @param softPowerTimeout     for a soft one, unless the client says otherwise
/// @param imageTimeout         for an image to be imported
/// @param maxConcurrentDeploys flows beyond wait for their turn
/// @param maxConcurrentCleans  flows beyond wait for their turn
/// @param automatedClean       unless the node says otherwise
/// @param cleanStepPriorityOverride by clean step, its priority in automated cleaning: `"[deploy.erase_devices]": 10`; 0 leaves it out
/// @param kernelArguments      for every ramdisk, before those of the node
/// @param automaticLesseeSource whose project becomes the lessee of a node that is deployed and has none, until it is undeployed: `instance` that of `instance_info/project_id`, `request` that of who asks, `none` nobody's
@Validated
@ConfigurationProperties("bessemer.conductor")
public record ConductorProperties(
        @DefaultValue("3") @Min(1) @Max(20) int maxBoots,
        @DefaultValue("4") @Min(0) @Max(100) int maxRetries,
        @DefaultValue("true") boolean fastTrack,
        @DefaultValue("10m") @NotNull @DurationMin(seconds = 1) Duration idlePowerOff,
        @DefaultValue("90s") @NotNull @DurationMin(seconds = 1) Duration agentLost,
        @DefaultValue("60s") @NotNull @DurationMin(seconds = 1) Duration powerTimeout,
        @DefaultValue("3m") @NotNull @DurationMin(seconds = 1) Duration softPowerTimeout,
        @DefaultValue("2h") @NotNull @DurationMin(seconds = 1) Duration imageTimeout,
        @DefaultValue("250") @Min(1) int maxConcurrentDeploys,
        @DefaultValue("50") @Min(1) int maxConcurrentCleans,
        @DefaultValue("true") boolean automatedClean,
        @DefaultValue Map<String, Integer> cleanStepPriorityOverride,
        @DefaultValue("console=tty0 console=ttyS0,115200") String kernelArguments,
        @DefaultValue("instance") @NotNull AutomaticLessee automaticLesseeSource,
        @DefaultValue @Valid Boot boot,
        @DefaultValue @Valid PowerSync powerSync) implements CheckedSettings {
    private static final int HIGHEST_PRIORITY = 10_000;

    @Override
    public void check() {
        List<String> wrong = new ArrayList<>();
        new TreeMap<>(cleanStepPriorityOverride).forEach((step, priority) -> {
            String key = "bessemer.conductor.clean-step-priority-override[%s]".formatted(step);
            if (!StepCatalogue.prioritised().contains(step)) {
                wrong.add("%s is not known; known are %s".formatted(key, String.join(", ", StepCatalogue.prioritised())));
            } else if (priority < 0 || priority > HIGHEST_PRIORITY) {
                wrong.add("%s is '%d'; allowed is 0 to %d".formatted(key, priority, HIGHEST_PRIORITY));
            }
        });
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", wrong));
        }
    }

    /// @param power  from power on to the first DHCP packet; a large server tests its memory first, so raise it there
    /// @param dhcp   from an address to the first loader or script
    /// @param loader from the loader to the boot script
    /// @param script from the script to the kernel
    /// @param kernel from the last byte of kernel or initramfs to the agent
    public record Boot(
            @DefaultValue("90s") @NotNull @DurationMin(seconds = 1) Duration power,
            @DefaultValue("60s") @NotNull @DurationMin(seconds = 1) Duration dhcp,
            @DefaultValue("60s") @NotNull @DurationMin(seconds = 1) Duration loader,
            @DefaultValue("60s") @NotNull @DurationMin(seconds = 1) Duration script,
            @DefaultValue("3m") @NotNull @DurationMin(seconds = 1) Duration kernel) {}

    /// @param interval    between two readings of a machine's power; 0 turns power sync off
    /// @param force       puts a machine back into the state it should be in; otherwise the change is noted
    /// @param parallel    BMCs asked at a time; one that has not answered after a second does not count any more
    /// @param maxFailures in a row, after which the node goes into maintenance with fault "power failure"
    public record PowerSync(
            @DefaultValue("60s") @NotNull @DurationMin Duration interval,
            @DefaultValue("true") boolean force,
            @DefaultValue("64") @Min(1) @Max(10_000) int parallel,
            @DefaultValue("3") @Min(1) int maxFailures) {}

    ConductorSettings settings(String hostname, AgentUrl agentUrl) {
        ConductorSettings defaults = ConductorSettings.defaults(hostname, agentUrl);
        return new ConductorSettings(hostname, agentUrl,
                new BootDeadlines(boot.power, boot.dhcp, boot.loader, boot.script, boot.kernel), maxBoots, maxRetries, fastTrack,
                defaults.fastTrackFreshness(), agentLost, defaults.pollWait(), idlePowerOff, defaults.bootTokenLife(), defaults.powerPoll(),
                powerTimeout, softPowerTimeout, imageTimeout, maxConcurrentDeploys, maxConcurrentCleans, automatedClean, cleanStepPriorityOverride, kernelArguments,
                new PowerSyncSettings(powerSync.interval, powerSync.force, powerSync.parallel, powerSync.maxFailures), automaticLesseeSource);
    }
}
