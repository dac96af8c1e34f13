package io.bessemer.core.driver;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The firmware in a machine, Ironic API 1.86. A step of cleaning, deploy or service writes it, where the BMC fetches firmware by itself.
public interface FirmwareInterface {
    List<Component> components(DriverNode node) throws DriverException;

    /// What the BMC is at or was at of late, by name; empty when it keeps no list. What is not among them later has been begun since.
    default Set<String> jobs(DriverNode node) throws DriverException {
        return Set.of();
    }

    /// Tells the BMC to fetch and write firmware, and does not wait for it. Safe to repeat: a job that was not there before is taken for the one
    /// that an earlier call began whose answer was lost.
    ///
    /// @param before what [#jobs] said before the first call
    /// @return the job, for [#job]; empty when the BMC makes none of it, and its versions alone tell what became of it
    default Optional<String> update(DriverNode node, Update update, Set<String> before) throws DriverException {
        throw new DriverException(DriverException.Kind.UNSUPPORTED, "The driver of node %s cannot write firmware.".formatted(node.name()));
    }

    /// What has become of a job.
    default Job job(DriverNode node, String job) throws DriverException {
        throw new DriverException(DriverException.Kind.UNSUPPORTED, "The driver of node %s cannot write firmware.".formatted(node.name()));
    }

    /// @param component      `bios`, `bmc`, `nic:...`
    /// @param initialVersion as it was when the machine was first looked at
    /// @param flashedVersion what was written last, null when nothing was
    /// @param vendor         null when the BMC does not say, as `model` and `serialNumber`; Ironic API 1.114
    record Component(String component, String initialVersion, String currentVersion, String flashedVersion, String vendor, String model,
            String serialNumber, Instant seenAt) {}

    /// @param component that the file is for
    /// @param url       `http` or `https`, reached by the BMC
    record Update(String component, String url) {
        public Update {
            Objects.requireNonNull(component, "component");
            Objects.requireNonNull(url, "url");
        }
    }

    sealed interface Job {
        /// @param state        in the BMC's words
        /// @param waitsForBoot nothing happens before the machine boots
        record Running(String state, boolean waitsForBoot) implements Job {}

        record Done() implements Job {}

        /// @param reason what the BMC said of it
        record Failed(String reason) implements Job {}

        /// The BMC knows nothing of it any more: it ended, well or not.
        record Forgotten() implements Job {}
    }
}
