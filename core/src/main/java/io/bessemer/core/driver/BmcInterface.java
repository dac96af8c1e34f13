package io.bessemer.core.driver;

import io.bessemer.core.node.JsonCopy;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A BMC for its own sake: the log it keeps, what it knows of the machine's parts, its accounts and its network. Everything here asks it, which may take
/// seconds.
public interface BmcInterface {
    /// @param most of the newest entries
    EventLog events(DriverNode node, int most) throws DriverException;

    /// Erases all entries.
    void clearEvents(DriverNode node) throws DriverException;

    /// Sets the clock by which events are stamped.
    void setClock(DriverNode node, Instant now) throws DriverException;

    /// Who made the machine's parts, and their serial numbers. At most some dozens.
    List<Fru> fru(DriverNode node) throws DriverException;

    /// What the BMC is, its network, its accounts without their secrets, and what of that an operator should know. What it refuses to tell is left out.
    ///
    /// @return JSON values
    Map<String, Object> description(DriverNode node) throws DriverException;

    /// Starts the BMC anew; the machine goes on. Returns when the BMC took the order, and is gone after that for a minute or several.
    ///
    /// @param warm keeps more of the BMC's state; which, its maker says
    void reset(DriverNode node, boolean warm) throws DriverException;

    /// The key of `driver_info` with the password of the account by which the BMC is driven. While it is changed, the new one is beside it under
    /// [#pendingKey]: the driver logs in with the one that the BMC takes.
    String passwordKey();

    default String pendingKey() {
        return passwordKey() + "_pending";
    }

    /// @throws DriverException of kind CONFIGURATION that says what is wrong with it as a password, without telling it
    void checkPassword(DriverNode node, String password) throws DriverException;

    /// Gives the account by which the BMC is driven another password.
    void setPassword(DriverNode node, String password) throws DriverException;

    /// Whether a new login with this password succeeds.
    ///
    /// @throws DriverException when nobody can tell, as the BMC does not answer
    boolean admits(DriverNode node, String password) throws DriverException;

    /// A field replaceable unit.
    ///
    /// @param id    the number that the BMC has for it
    /// @param name  null when it is not known
    /// @param facts `chassis`, `board` and `product` with what each tells, as JSON values
    record Fru(int id, String name, Map<String, Object> facts) {
        public Fru {
            facts = JsonCopy.of(facts);
        }
    }
}
