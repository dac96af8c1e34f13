package io.bessemer.conductor;

import io.bessemer.conductor.console.Consoles;
import io.bessemer.conductor.engine.Transitions;
import io.bessemer.conductor.flow.FirmwareStep;
import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.ConsoleInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.EventLog;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.driver.IndicatorInterface.Indicator;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.RaidInterface;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// What a client asks of a machine beyond power, boot device and provisioning. Every method that asks the machine talks to its BMC
/// before it returns, so a client hears of a failure at once, where Ironic leaves it in `last_error`.
///
/// What the driver lacks, or the node chose `no-...` for, is [Failure.Unsupported].
public class NodeHardware {
    private final NodeService service;
    private final NodeChanges changes;
    private final FlowStore flows;
    private final Drivers drivers;
    private final Consoles consoles;
    private final Clock clock;
    private final ConductorSettings settings;
    private final PasswordRotation passwords;
    /// nodes whose BMCs' users are being changed: two who look for a free number at a time would find the same
    private final Set<NodeId> usersChanging = ConcurrentHashMap.newKeySet();

    NodeHardware(NodeService service, NodeChanges changes, FlowStore flows, Drivers drivers, Consoles consoles, Clock clock, ConductorSettings settings,
            PasswordRotation passwords) {
        this.service = service;
        this.changes = changes;
        this.flows = flows;
        this.drivers = drivers;
        this.consoles = consoles;
        this.clock = clock;
        this.settings = settings;
        this.passwords = passwords;
    }

    /// @throws Failure.Conflict while work is under way, which the change would disturb
    public void setBootMode(NodeId id, BootMode mode) {
        Node node = changes.find(id);
        refuseWhileBusy(node, "boot mode");
        run(node, HardwareType::bootModes, "management", "boot modes", (modes, machine) -> modes.setBootMode(machine, mode));
        note(id, "boot mode set to '%s'".formatted(mode.wire()), builder -> mode == BootMode.BIOS && Boolean.TRUE.equals(node.secureBoot())
                ? builder.bootMode(mode).secureBoot(false) : builder.bootMode(mode));
    }

    /// @throws Failure.Conflict while work is under way, which the change would disturb
    public void setSecureBoot(NodeId id, boolean on) {
        Node node = changes.find(id);
        refuseWhileBusy(node, "secure boot");
        run(node, HardwareType::bootModes, "management", "secure boot", (modes, machine) -> modes.setSecureBoot(machine, on));
        note(id, "secure boot turned " + (on ? "on" : "off"), builder -> builder.secureBoot(on));
    }

    private static void refuseWhileBusy(Node node, String what) {
        if (StateClasses.BUSY.contains(node.provisionState())) {
            throw new Failure.Conflict("The %s of node %s cannot be changed while it is in provision state \"%s\". Try again when that is over."
                    .formatted(what, node.displayName(), node.provisionState().wire()));
        }
    }

    /// Keeps what the next RAID step shall make; empty takes the wish back.
    public void setTargetRaid(NodeId id, Map<String, Object> target) {
        service.update(id, false, node -> {
            require(node, HardwareType::raid, "raid", "RAID configuration").check(target);
            return node.toBuilder().targetRaidConfig(target).build();
        });
    }

    /// By property of a logical disk, what it means.
    public Map<String, String> logicalDiskProperties(String driver) {
        return ofDriver(driver, HardwareType::raid, "raid").map(RaidInterface::logicalDiskProperties)
                .orElseThrow(() -> new Failure.Unsupported("Driver %s does not support RAID configuration.".formatted(driver)));
    }

    public ConsoleState console(NodeId id) {
        Node node = changes.find(id);
        if (!node.consoleEnabled()) {
            return new ConsoleState(false, null);
        }
        if (consoles.known(node)) {
            return new ConsoleState(true, consoles.connection(id).orElse(null)); // not served in maintenance, and elsewhere by another conductor
        }
        return new ConsoleState(true, get(node, HardwareType::console, "console", "a console", ConsoleInterface::connection));
    }

    /// @param connection null while it is not enabled
    public record ConsoleState(boolean enabled, Map<String, Object> connection) {}

    public void setConsole(NodeId id, boolean on) {
        Node node = changes.find(id);
        if (consoles.known(node)) {
            setSerialConsole(node, on);
            return;
        }
        require(node, HardwareType::console, "console", "a console");
        if (node.consoleEnabled() == on) {
            return;
        }
        run(node, HardwareType::console, "console", "a console", (console, machine) -> {
            if (on) {
                console.start(machine);
            } else {
                console.stop(machine);
            }
        });
        note(id, "console " + (on ? "started" : "stopped"), builder -> builder.consoleEnabled(on));
    }

    private void setSerialConsole(Node node, boolean on) {
        if (on && node.maintenance()) {
            throw new Failure.Conflict("The console of node %s is not served while the node is in maintenance. Try again after `baremetal node maintenance unset %s`."
                    .formatted(node.displayName(), node.displayName()));
        }
        if (on && node.consoleEnabled() && consoles.connection(node.id()).isPresent()) {
            return;
        }
        if (on) {
            consoles.enable(node);
        }
        if (node.consoleEnabled() != on) {
            note(node.id(), "console " + (on ? "started" : "stopped"), builder -> builder.consoleEnabled(on));
        }
        if (!on) {
            consoles.disable(node.id());
        }
    }

    public List<Indicator> indicators(NodeId id) {
        return get(changes.find(id), HardwareType::indicators, "management", "indicators", IndicatorInterface::indicators);
    }

    /// @param name `led@chassis`
    public IndicatorInterface.State indicator(NodeId id, String name) {
        Node node = changes.find(id);
        return get(node, HardwareType::indicators, "management", "indicators", (all, machine) -> all.state(machine, find(all, machine, name)));
    }

    /// @param name `led@chassis`
    public void setIndicator(NodeId id, String name, IndicatorInterface.State state) {
        Node node = changes.find(id);
        run(node, HardwareType::indicators, "management", "indicators", (all, machine) -> {
            Indicator indicator = find(all, machine, name);
            if (indicator.readOnly()) {
                throw new Failure.Invalid("indicator", "%s of node %s can only be read.".formatted(name, node.displayName()));
            }
            if (!indicator.states().contains(state)) {
                throw new Failure.Invalid("state", "'%s' is not one of %s, which %s can be in."
                        .formatted(state.wire(), indicator.states().stream().map(IndicatorInterface.State::wire).toList(), name));
            }
            all.setState(machine, indicator, state);
        });
    }

    private static Indicator find(IndicatorInterface all, DriverNode machine, String name) throws DriverException {
        List<Indicator> known = all.indicators(machine);
        return known.stream().filter(indicator -> indicator.uniqueName().equals(name)).findFirst().orElseThrow(() -> new Failure.Invalid("indicator",
                "'%s' is not one of %s.".formatted(name, known.stream().map(Indicator::uniqueName).collect(Collectors.joining(", ")))));
    }

    public List<Sensor> sensors(NodeId id) {
        return get(changes.find(id), driver -> Optional.of(driver.management()), "management", "sensors", ManagementInterface::sensors);
    }

    /// @param most of the newest entries
    public EventLog events(NodeId id, int most) {
        return get(changes.find(id), HardwareType::bmc, "management", "the event log of its BMC", (bmc, machine) -> bmc.events(machine, most));
    }

    public void clearEvents(NodeId id) {
        run(changes.find(id), HardwareType::bmc, "management", "the event log of its BMC", BmcInterface::clearEvents);
        note(id, "the BMC's event log was cleared", builder -> builder);
    }

    /// Sets the clock by which a BMC stamps its events to ours.
    public void setBmcClock(NodeId id) {
        run(changes.find(id), HardwareType::bmc, "management", "the clock of its BMC", (bmc, machine) -> bmc.setClock(machine, clock.instant()));
    }

    public List<BmcInterface.Fru> fru(NodeId id) {
        return get(changes.find(id), HardwareType::bmc, "management", "an inventory of parts", BmcInterface::fru);
    }

    public Map<String, Object> bmc(NodeId id) {
        return get(changes.find(id), HardwareType::bmc, "management", "a description of its BMC", BmcInterface::description);
    }

    public void resetBmc(NodeId id, boolean warm) {
        Node node = unlocked(id);
        run(node, HardwareType::bmc, "management", "a reset of its BMC", (bmc, machine) -> bmc.reset(machine, warm));
        note(id, "the BMC was told to start anew (%s reset)".formatted(warm ? "warm" : "cold"), builder -> builder);
    }

    /// Gives the account by which the BMC is driven another password.
    ///
    /// @param password empty for a generated one
    public void changeBmcPassword(NodeId id, Optional<String> password) {
        passwords.change(id, require(unlocked(id), HardwareType::bmc, "management", "a change of its BMC's password"), password);
    }

    /// @param channel empty for the one that Bessemer comes by
    public BmcUsers.Users bmcUsers(NodeId id, OptionalInt channel) {
        return get(changes.find(id), HardwareType::bmcUsers, "management", "the users of its BMC", (users, machine) -> users.list(machine, channel));
    }

    public BmcUsers.User createBmcUser(NodeId id, OptionalInt channel, String name, String password, BmcUsers.Privilege privilege) {
        BmcUsers.User made = changeUsers(id, (users, machine) -> users.create(machine, channel, name, password, privilege));
        note(id, "user '%s' (%d) was made on the BMC, with privilege %s".formatted(made.name(), made.id(), made.privilege()), builder -> builder);
        return made;
    }

    public BmcUsers.User changeBmcUser(NodeId id, OptionalInt channel, int user, BmcUsers.Change change) {
        BmcUsers.User changed = changeUsers(id, (users, machine) -> users.change(machine, channel, user, change));
        note(id, "user '%s' (%d) was changed on the BMC: %s".formatted(changed.name(), changed.id(), words(change)), builder -> builder);
        return changed;
    }

    public void removeBmcUser(NodeId id, OptionalInt channel, int user) {
        changeUsers(id, (users, machine) -> {
            users.remove(machine, channel, user);
            return user;
        });
        note(id, "user %d was removed from the BMC".formatted(user), builder -> builder);
    }

    private <T> T changeUsers(NodeId id, Ask<BmcUsers, T> ask) {
        Node node = unlocked(id);
        if (!usersChanging.add(id)) {
            throw new Failure.Conflict("The users of the BMC of node %s are being changed already. Try again when that is over.".formatted(node.displayName()));
        }
        try {
            return get(node, HardwareType::bmcUsers, "management", "the users of its BMC", ask);
        } finally {
            usersChanging.remove(id);
        }
    }

    private static String words(BmcUsers.Change change) {
        List<String> words = new ArrayList<>();
        change.name().ifPresent(_ -> words.add("name"));
        change.password().ifPresent(_ -> words.add("password"));
        change.privilege().ifPresent(level -> words.add("privilege " + level.wire()));
        change.enabled().ifPresent(on -> words.add(on ? "enabled" : "disabled"));
        change.messaging().ifPresent(on -> words.add("messaging " + (on ? "on" : "off")));
        change.linkAuthentication().ifPresent(on -> words.add("link authentication " + (on ? "on" : "off")));
        return String.join(", ", words);
    }

    /// None when the driver cannot tell: Ironic shows none either.
    public List<BiosInterface.Setting> bios(NodeId id) {
        Node node = changes.find(id);
        return of(node, HardwareType::bios, "bios").isEmpty() ? List.of() : get(node, HardwareType::bios, "bios", "BIOS settings", BiosInterface::settings);
    }

    /// None when the driver cannot tell: Ironic shows none either.
    public List<FirmwareInterface.Component> firmware(NodeId id) {
        Node node = changes.find(id);
        return of(node, HardwareType::firmware, "firmware").isEmpty() ? List.of()
                : get(node, HardwareType::firmware, "firmware", "firmware components", FirmwareInterface::components).stream()
                        .map(component -> FirmwareStep.Written.onto(component, node)).toList();
    }

    public List<VirtualMediaInterface.Drive> drives(NodeId id) {
        return get(changes.find(id), HardwareType::virtualMedia, "management", "virtual media", VirtualMediaInterface::drives);
    }

    public void attach(NodeId id, VirtualMediaInterface.Device device, String image) {
        Node node = unlocked(id);
        run(node, HardwareType::virtualMedia, "management", "virtual media", (media, machine) -> media.attach(machine, device, image));
    }

    /// @param devices all of them when empty
    public void detach(NodeId id, Set<VirtualMediaInterface.Device> devices) {
        Set<VirtualMediaInterface.Device> which = devices.isEmpty() ? Set.copyOf(Arrays.asList(VirtualMediaInterface.Device.values())) : devices;
        Node node = unlocked(id);
        run(node, HardwareType::virtualMedia, "management", "virtual media", (media, machine) -> media.detach(machine, which));
    }

    public Map<String, VendorInterface.Method> vendorMethods(NodeId id) {
        return of(changes.find(id), HardwareType::vendor, "vendor").map(VendorInterface::methods).orElse(Map.of());
    }

    /// @param arguments never logged: they may be anything
    public VendorAnswer callVendor(NodeId id, String method, String httpMethod, Map<String, Object> arguments) {
        Node node = changes.find(id);
        VendorInterface.Method known = known(vendorMethods(id), method, httpMethod);
        if (known.exclusive()) {
            unlocked(id);
        }
        return new VendorAnswer(known.async(), get(node, HardwareType::vendor, "vendor", "vendor methods",
                (vendor, machine) -> vendor.call(machine, method, httpMethod, arguments)));
    }

    public Map<String, VendorInterface.Method> driverVendorMethods(String driver) {
        return ofDriver(driver, HardwareType::vendor, "vendor").map(VendorInterface::driverMethods).orElse(Map.of());
    }

    public VendorAnswer callDriverVendor(String driver, String method, String httpMethod, Map<String, Object> arguments) {
        VendorInterface.Method known = known(driverVendorMethods(driver), method, httpMethod);
        return new VendorAnswer(known.async(), drivers.call(() -> drivers.named(driver).vendor().orElseThrow().callDriver(method, httpMethod, arguments)));
    }

    /// @param async the client is not shown the result
    public record VendorAnswer(boolean async, Optional<Object> result) {}

    private static VendorInterface.Method known(Map<String, VendorInterface.Method> methods, String method, String httpMethod) {
        VendorInterface.Method known = methods.get(method);
        if (known == null) {
            throw new Failure.Invalid("method", "No handler for method %s. Known: %s.".formatted(method,
                    methods.isEmpty() ? "none" : String.join(", ", new TreeSet<>(methods.keySet()))));
        }
        if (!known.httpMethods().contains(httpMethod)) {
            throw new Failure.Invalid("method", "The method %s does not support HTTP %s, only %s."
                    .formatted(method, httpMethod, String.join(", ", new TreeSet<>(known.httpMethods()))));
        }
        return known;
    }

    /// @throws Failure.NodeLocked while a flow works on the node
    private Node unlocked(NodeId id) {
        Node node = changes.find(id);
        if (StateClasses.BUSY.contains(node.provisionState()) && flows.find(id).isPresent()) {
            throw new Failure.NodeLocked(node.displayName(), Objects.requireNonNullElse(node.reservation(), settings.hostname()));
        }
        return node;
    }

    private void note(NodeId id, String text, UnaryOperator<Node.Builder> edit) {
        changes.commit(id, node -> Transitions.from(node, clock.instant(), settings.hostname())
                .set(edit.apply(node.toBuilder()).build())
                .note(HistoryEntry.info(id, clock.instant(), settings.hostname(), "hardware", text))
                .change());
    }

    /// Empty when the driver lacks it, or the node chose to do without.
    private <I> Optional<I> of(Node node, Function<HardwareType, Optional<I>> which, String name) {
        Optional<I> found = which.apply(drivers.of(node));
        return node.interfaces().getOrDefault(name, "").equals("no-" + name) ? Optional.empty() : found;
    }

    /// Of the driver itself its default implementation counts.
    private <I> Optional<I> ofDriver(String driver, Function<HardwareType, Optional<I>> which, String name) {
        HardwareType type = drivers.named(driver);
        List<String> implementations = type.interfaces().getOrDefault(name, List.of());
        return implementations.isEmpty() || implementations.getFirst().equals("no-" + name) ? Optional.empty() : which.apply(type);
    }

    private <I> I require(Node node, Function<HardwareType, Optional<I>> which, String name, String what) {
        return of(node, which, name).orElseThrow(() -> new Failure.Unsupported("Driver %s of node %s does not support %s (%s_interface is '%s')."
                .formatted(node.driver(), node.displayName(), what, name, node.interfaces().getOrDefault(name, "none"))));
    }

    private <I, T> T get(Node node, Function<HardwareType, Optional<I>> which, String name, String what, Ask<I, T> ask) {
        I found = require(node, which, name, what);
        return drivers.call(() -> ask.of(found, DriverNode.of(node)));
    }

    private <I> void run(Node node, Function<HardwareType, Optional<I>> which, String name, String what, Order<I> order) {
        get(node, which, name, what, (found, machine) -> {
            order.to(found, machine);
            return machine;
        });
    }

    private interface Ask<I, T> {
        T of(I found, DriverNode machine) throws DriverException;
    }

    private interface Order<I> {
        void to(I found, DriverNode machine) throws DriverException;
    }
}
