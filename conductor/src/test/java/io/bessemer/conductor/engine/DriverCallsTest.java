package io.bessemer.conductor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.ConsoleInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.driver.ManagementInterface;
import io.bessemer.core.driver.PowerInterface;
import io.bessemer.core.driver.RaidInterface;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DriverCallsTest {
    private static final DriverNode NODE = new DriverNode(NodeId.of("00000000-0000-0000-0000-000000000001"), "n", Map.of(), Map.of(), null, false);

    @Test
    void every_capability_of_a_driver_is_passed_on() throws Exception {
        HardwareType stoppable = new DriverCalls().of(new WithConsole(_ -> {}));
        for (Method capability : HardwareType.class.getMethods()) {
            if (capability.getReturnType() == Optional.class) {
                assertThat(stoppable.getClass().getDeclaredMethod(capability.getName(), capability.getParameterTypes())).as("DriverCalls.Stoppable delegates %s", capability.getName()).isNotNull();
            }
        }
        for (Method call : ManagementInterface.class.getMethods()) {
            assertThat(stoppable.getClass().getDeclaredMethod(call.getName(), call.getParameterTypes())).as("DriverCalls.Stoppable delegates %s", call.getName()).isNotNull();
        }
        assertThat(stoppable.console().orElseThrow().connection(NODE)).isEqualTo(Map.of("url", "tcp://n"));
        assertThat(stoppable.raid().orElseThrow().logicalDiskProperties()).containsKey("raid_level");
        assertThat(stoppable.bios()).isEmpty();
    }

    @Test
    void what_a_capability_throws_arrives_as_it_was_thrown() {
        HardwareType stoppable = new DriverCalls().of(new WithConsole(_ -> {
            throw new IllegalStateException("broken");
        }));
        ConsoleInterface console = stoppable.console().orElseThrow();
        assertThatThrownBy(() -> console.start(NODE)).isInstanceOf(IllegalStateException.class).hasMessage("broken");
        assertThatThrownBy(() -> console.stop(NODE)).isInstanceOf(DriverException.class).hasMessage("cannot stop");
        assertThatThrownBy(() -> stoppable.raid().orElseThrow().check(Map.of("x", 1))).isInstanceOf(Failure.Invalid.class);
    }

    @Test
    void a_call_of_a_capability_is_ended_with_its_flow_and_none_begins_after() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<DriverCalls> calls = new AtomicReference<>();
        AtomicReference<Exception> ended = new AtomicReference<>();
        CountDownLatch made = new CountDownLatch(1);
        Thread flow = Thread.startVirtualThread(() -> {
            DriverCalls mine = new DriverCalls();
            mine.attempt(1);
            calls.set(mine);
            made.countDown();
            ConsoleInterface console = mine.of(new WithConsole(_ -> {
                inside.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted");
                }
            })).console().orElseThrow();
            assertThatThrownBy(() -> console.start(NODE)).hasMessage("interrupted");
            try {
                console.start(NODE);
            } catch (DriverException e) {
                ended.set(e);
            }
        });
        made.await();
        inside.await();
        calls.get().stopBelow(2);
        assertThat(flow.join(java.time.Duration.ofSeconds(10))).as("the flow's thread came back").isTrue();
        assertThat(ended.get()).hasMessage("The flow that asked was ended.");
    }

    private record WithConsole(Consumer<DriverNode> starts) implements HardwareType, ConsoleInterface {
        @Override
        public String name() {
            return "with-console";
        }

        @Override
        public Map<String, List<String>> interfaces() {
            return Map.of();
        }

        @Override
        public Map<String, String> properties() {
            return Map.of();
        }

        @Override
        public void validate(DriverNode node) {
        }

        @Override
        public PowerInterface power() {
            throw new IllegalStateException("not asked here");
        }

        @Override
        public ManagementInterface management() {
            throw new IllegalStateException("not asked here");
        }

        @Override
        public Optional<ConsoleInterface> console() {
            return Optional.of(this);
        }

        @Override
        public Optional<RaidInterface> raid() {
            return Optional.of(new RaidInterface() {});
        }

        @Override
        public void start(DriverNode node) {
            starts.accept(node);
        }

        @Override
        public void stop(DriverNode node) throws DriverException {
            throw new DriverException(DriverException.Kind.REFUSED, "cannot stop");
        }

        @Override
        public Map<String, Object> connection(DriverNode node) {
            return Map.of("url", "tcp://" + node.name());
        }
    }
}
