package io.bessemer.conductor.engine;

import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.ConsoleInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.driver.InspectInterface;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.driver.RaidInterface;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.driver.SerialConsole;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the thread that runs a node's flow asks of drivers. Whoever ends the flow ends the call under way as well, instead of waiting
/// for a dead BMC.
///
/// The thread is interrupted inside driver calls alone: an interrupt that meets H2 at its file closes the database.
final class DriverCalls {
    private final Thread thread = Thread.currentThread();
    private long attempt;
    private long fence;
    private boolean inside;

    /// The flow whose calls follow.
    synchronized void attempt(long number) {
        attempt = number;
    }

    /// From any thread: no call of attempts below `number` goes on, or begins.
    synchronized void stopBelow(long number) {
        fence = Math.max(fence, number);
        if (inside && stopped()) {
            thread.interrupt();
        }
    }

    synchronized boolean stopped() {
        return attempt < fence;
    }

    HardwareType of(HardwareType driver) {
        return new Stoppable(driver, this);
    }

    /// An interface that not every driver has, with each of its methods a call that can be stopped.
    private <T> T stoppable(Class<T> type, T of) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
            Call<Object> invoke = () -> {
                try {
                    return method.invoke(of, arguments);
                } catch (InvocationTargetException e) {
                    switch (e.getCause()) {
                        case DriverException failed -> throw failed;
                        case RuntimeException broken -> throw broken;
                        case Error fatal -> throw fatal;
                        default -> throw new IllegalStateException(method + " threw what it does not declare", e.getCause());
                    }
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(method + " of a public interface is not accessible", e);
                }
            };
            boolean asks = List.of(method.getExceptionTypes()).contains(DriverException.class);
            return asks ? call(invoke) : invoke.run();
        }));
    }

    private interface Call<T> {
        T run() throws DriverException;
    }

    private <T> T call(Call<T> call) throws DriverException {
        synchronized (this) {
            if (stopped()) {
                throw new DriverException(DriverException.Kind.BUSY, "The flow that asked was ended.");
            }
            inside = true;
        }
        try {
            return call.run();
        } finally {
            synchronized (this) {
                inside = false;
                if (stopped()) {
                    Thread.interrupted(); // ours, and it has done its work
                }
            }
        }
    }

    private record Stoppable(HardwareType driver, DriverCalls calls) implements HardwareType, PowerInterface, ManagementInterface {
        @Override
        public String name() {
            return driver.name();
        }

        @Override
        public Map<String, List<String>> interfaces() {
            return driver.interfaces();
        }

        @Override
        public Map<String, String> properties() {
            return driver.properties();
        }

        @Override
        public void validate(DriverNode node) throws DriverException {
            driver.validate(node);
        }

        @Override
        public Duration pretends(String name) {
            return driver.pretends(name);
        }

        @Override
        public PowerInterface power() {
            return this;
        }

        @Override
        public ManagementInterface management() {
            return this;
        }

        @Override
        public Optional<BootModeInterface> bootModes() {
            return driver.bootModes().map(all -> calls.stoppable(BootModeInterface.class, all));
        }

        @Override
        public Optional<IndicatorInterface> indicators() {
            return driver.indicators().map(all -> calls.stoppable(IndicatorInterface.class, all));
        }

        @Override
        public Optional<BiosInterface> bios() {
            return driver.bios().map(all -> calls.stoppable(BiosInterface.class, all));
        }

        @Override
        public Optional<RaidInterface> raid() {
            return driver.raid().map(all -> calls.stoppable(RaidInterface.class, all));
        }

        @Override
        public Optional<FirmwareInterface> firmware() {
            return driver.firmware().map(all -> calls.stoppable(FirmwareInterface.class, all));
        }

        @Override
        public Optional<VirtualMediaInterface> virtualMedia() {
            return driver.virtualMedia().map(all -> calls.stoppable(VirtualMediaInterface.class, all));
        }

        @Override
        public Optional<InspectInterface> inspection() {
            return driver.inspection().map(all -> calls.stoppable(InspectInterface.class, all));
        }

        @Override
        public Optional<ConsoleInterface> console() {
            return driver.console().map(all -> calls.stoppable(ConsoleInterface.class, all));
        }

        /// Opening one waits for nothing.
        @Override
        public Optional<SerialConsole> serialConsole(String name) {
            return driver.serialConsole(name);
        }

        @Override
        public Optional<BmcInterface> bmc() {
            return driver.bmc().map(all -> calls.stoppable(BmcInterface.class, all));
        }

        @Override
        public Optional<BmcUsers> bmcUsers() {
            return driver.bmcUsers().map(all -> calls.stoppable(BmcUsers.class, all));
        }

        @Override
        public Optional<VendorInterface> vendor() {
            return driver.vendor().map(all -> calls.stoppable(VendorInterface.class, all));
        }

        @Override
        public PowerState state(DriverNode node) throws DriverException {
            return calls.call(() -> driver.power().state(node));
        }

        @Override
        public void apply(DriverNode node, PowerAction action) throws DriverException {
            calls.call(() -> {
                driver.power().apply(node, action);
                return action;
            });
        }

        @Override
        public Set<BootDevice> supportedBootDevices(DriverNode node) {
            return driver.management().supportedBootDevices(node);
        }

        @Override
        public void setBootDevice(DriverNode node, BootDevice device, BootMode mode, boolean persistent) throws DriverException {
            calls.call(() -> {
                driver.management().setBootDevice(node, device, mode, persistent);
                return device;
            });
        }

        @Override
        public Optional<String> health(NodeId node) {
            return driver.management().health(node);
        }

        @Override
        public Map<String, Object> learned(NodeId node) {
            return driver.management().learned(node);
        }

        @Override
        public List<Sensor> sensors(DriverNode node) throws DriverException {
            return calls.call(() -> driver.management().sensors(node));
        }

        @Override
        public void setHttpBoot(DriverNode node, String url) throws DriverException {
            calls.call(() -> {
                driver.management().setHttpBoot(node, url);
                return url;
            });
        }

        @Override
        public BootDeviceSetting bootDevice(DriverNode node) throws DriverException {
            return calls.call(() -> driver.management().bootDevice(node));
        }

        @Override
        public void injectNmi(DriverNode node) throws DriverException {
            calls.call(() -> {
                driver.management().injectNmi(node);
                return node;
            });
        }

        @Override
        public void identify(DriverNode node, int seconds) throws DriverException {
            calls.call(() -> {
                driver.management().identify(node, seconds);
                return node;
            });
        }

        @Override
        public BmcIdentity identity(DriverNode node) throws DriverException {
            return calls.call(() -> driver.management().identity(node));
        }
    }
}
