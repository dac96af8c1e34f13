package io.bessemer.conductor.simulation;

import io.bessemer.core.driver.FirmwareInterface.Job;
import io.bessemer.core.driver.FirmwareInterface.Update;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The firmware of a machine, and its BMC that writes it: `bios` at the next boot, in the self-test; `bmc` at once, and then the BMC is away for minutes and has forgotten
/// its jobs; the rest at once. A file is what its URL ends in: the new version.
final class SimulatedFirmware {
    private final World world;
    private final Machine machine;
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    final Map<String, String> versions = new TreeMap<>(Map.of("bios", "1", "bmc", "1", "nic:1", "1"));
    /// each URL that the BMC was told, as often as it was
    final List<String> told = new ArrayList<>();
    /// what jobs end with, instead of success
    String fails;
    /// jobs are forgotten without having done anything
    boolean forgets;
    /// the power went away while it was written
    boolean ruined;
    /// jobs are over before the machine boots, and what they wrote counts from then on
    boolean staged;
    /// somebody else's update is under way, and ends at this moment
    private Instant busyUntil = Instant.MIN;
    private Update atBoot;
    private String atBootJob;
    private boolean writing;

    SimulatedFirmware(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
    }

    Set<String> jobs() {
        return new TreeSet<>(jobs.keySet());
    }

    Job look(String job) {
        return jobs.getOrDefault(job, new Job.Forgotten());
    }

    void isBusyFor(Duration time) {
        busyUntil = world.now().plus(time);
    }

    boolean busy() {
        boolean busy = world.now().isBefore(busyUntil);
        if (busy) {
            jobs.put("job of somebody else", new Job.Done());
        }
        return busy;
    }

    Optional<String> update(Update update, Set<String> before) {
        Optional<String> begun = jobs.keySet().stream().filter(job -> !before.contains(job)).findFirst();
        if (begun.isPresent()) {
            return begun;
        }
        told.add(update.url());
        world.tell("BMC writes firmware " + update.url());
        String job = "job " + told.size();
        switch (update.component()) {
            case "bios" -> {
                jobs.put(job, staged ? new Job.Done() : new Job.Running("Starting", true));
                atBoot = update;
                atBootJob = job;
            }
            case "bmc" -> {
                jobs.put(job, new Job.Running("Running, 10 %", false));
                world.after(world.between(20_000, 90_000), () -> {
                    end(job, update);
                    if (fails == null) {
                        jobs.clear();
                        machine.bmcDeadUntil = world.now().plus(Duration.ofMinutes(3));
                    }
                });
            }
            default -> {
                jobs.put(job, new Job.Running("Running", false));
                world.after(world.between(5_000, 60_000), () -> end(job, update));
            }
        }
        if (forgets) {
            jobs.clear();
            atBoot = null;
        }
        return Optional.of(job);
    }

    private void end(String job, Update update) {
        if (fails != null) {
            jobs.replace(job, new Job.Failed(fails));
            return;
        }
        jobs.replace(job, new Job.Done());
        versions.put(update.component(), update.url().replaceAll(".*/", ""));
    }

    /// In the self-test.
    ///
    /// @return whether the machine boots anew when it is written, and not now
    boolean writes() {
        if (atBoot == null) {
            return false;
        }
        Update update = atBoot;
        String job = atBootJob;
        atBoot = null;
        writing = true;
        jobs.computeIfPresent(job, (_, was) -> was instanceof Job.Done ? was : new Job.Running("Running, 50 %", false));
        machine.after(world.between(60_000, 280_000), () -> {
            writing = false;
            end(job, update);
            machine.resetItself();
        });
        return true;
    }

    void losesPower() {
        if (writing) {
            world.tell("the power went away while firmware was written");
            ruined = true;
            writing = false;
        }
    }
}
