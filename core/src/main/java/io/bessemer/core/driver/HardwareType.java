package io.bessemer.core.driver;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A kind of machine that Bessemer can drive: Ironic's "dynamic driver". Implementations are found by `ServiceLoader`, ours and
/// those in jars under `plugins/` alike, so each has a public constructor without arguments. It blocks (callers are virtual
/// threads) and is safe for many threads.
public interface HardwareType extends AutoCloseable {
    /// as in a node's `driver` field: `ipmi`
    String name();

    /// By interface (`power`, `management`, `boot`, ...) the names of the implementations, the default first.
    Map<String, List<String>> interfaces();

    /// `driver_info` keys with what they mean, for `GET /v1/drivers/{name}/properties`.
    Map<String, String> properties();

    /// Checks `driver_info` without talking to the BMC.
    ///
    /// @throws DriverException of kind CONFIGURATION that names the key, what was found and what is allowed
    void validate(DriverNode node) throws DriverException;

    PowerInterface power();

    ManagementInterface management();

    // What not every kind of machine has. Empty: clients are told that the driver does not support it.

    default Optional<BootModeInterface> bootModes() {
        return Optional.empty();
    }

    default Optional<IndicatorInterface> indicators() {
        return Optional.empty();
    }

    default Optional<BiosInterface> bios() {
        return Optional.empty();
    }

    default Optional<RaidInterface> raid() {
        return Optional.empty();
    }

    default Optional<FirmwareInterface> firmware() {
        return Optional.empty();
    }

    default Optional<VirtualMediaInterface> virtualMedia() {
        return Optional.empty();
    }

    /// For a node whose `inspect_interface` is another than `agent`.
    default Optional<InspectInterface> inspection() {
        return Optional.empty();
    }

    default Optional<ConsoleInterface> console() {
        return Optional.empty();
    }

    /// What its BMC tells and takes beside power and boot.
    default Optional<BmcInterface> bmc() {
        return Optional.empty();
    }

    /// Who may log in to its BMC.
    default Optional<BmcUsers> bmcUsers() {
        return Optional.empty();
    }

    /// A line that we serve ourselves: what machines say while they boot is recorded, and people may type.
    ///
    /// @param name the node's `console_interface`
    default Optional<SerialConsole> serialConsole(String name) {
        return Optional.empty();
    }

    default Optional<VendorInterface> vendor() {
        return Optional.empty();
    }

    /// How long an interface whose implementation is `fake` pretends to work; asked anew for each piece of work.
    ///
    /// @param name of the interface: `deploy`, `inspect`, ...
    default Duration pretends(String name) {
        return Duration.ZERO;
    }

    /// Ends kept sessions.
    @Override
    default void close() {
    }
}
