package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Somebody floods the port from which we ask BMCs, with the BMC's address as source and with others: noise, true answers of this session told again
/// or damaged, and requests. `-Dbessemer.hostile.datagrams=10000000` sends ten million.
class HostileAnswersTest {
    private static final int DATAGRAMS = Integer.getInteger("bessemer.hostile.datagrams", 50_000);
    private static final long SEED = 20260105;
    private static final int BATCH = 64;
    private static final Duration UNTIL_LOST = Duration.ofMillis(500);
    /// so often the BMC is asked in the middle of it, and answers
    private static final Duration ASKED_EACH = Duration.ofSeconds(10);
    /// what the JVM adds by compiling and loading classes in between
    private static final long HEAP_TOLERANCE = 8L << 20;
    private static final long DIRECT_TOLERANCE = 4L << 20;
    /// Keep-alives of the session, one in half a minute; nothing is answered.
    private static final long SENT_IN_A_MINUTE = 4;

    private final Random random = new Random(SEED);
    private final List<byte[]> answers = new ArrayList<>();
    private long askedAt;
    private long asked;

    @Test
    void the_client_believes_nothing_sends_nothing_and_has_not_grown() throws Exception {
        try (var simulator = BmcSimulator.start();
                var meddler = new UdpMeddler(simulator.address());
                var ipmi = new IpmiHardwareType();
                DatagramChannel stranger = DatagramChannel.open().bind(new InetSocketAddress("127.9.8.7", 0))) {
            DriverNode node = TestNodes.node(meddler.port());
            ipmi.power().apply(node, PowerAction.ON);
            assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
            answers.addAll(meddler.answers());
            answers.addAll(meddler.requests());
            var client = new InetSocketAddress("127.0.0.1", ((InetSocketAddress) meddler.client()).getPort());
            flood(DATAGRAMS / 10, ipmi, node, meddler, stranger, client);
            long heap = heapAfterCollection();
            long direct = directMemory();
            long descriptors = descriptors();
            Map<Event, Long> before = ipmi.counters();
            asked = 0;
            long began = System.nanoTime();

            long lost = flood(DATAGRAMS, ipmi, node, meddler, stranger, client);

            double seconds = (System.nanoTime() - began) / 1e9;
            Map<Event, Long> after = ipmi.counters();
            long grown = heapAfterCollection() - heap;
            long grownDirect = directMemory() - direct;
            long grownDescriptors = descriptors() - descriptors;
            System.out.printf("%d hostile answers in %.1f s, of which the kernel dropped %d; asked %d times meanwhile; heap after collection %d KiB, now %+d KiB; direct memory %d KiB, now %+d KiB; "
                    + "descriptors %d, now %+d; %s%n", DATAGRAMS, seconds, lost, asked, heap >> 10, grown >> 10, direct >> 10, grownDirect >> 10, descriptors, grownDescriptors, after);
            assertThat(grownDescriptors).as("growth of open files and sockets").isLessThan(8);
            assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
            assertThat(ipmi.counters().get(Event.SESSION_OPENED)).as("sessions: the first one has lived through it").isEqualTo(before.get(Event.SESSION_OPENED));
            assertThat(lost).as("datagrams that the kernel dropped").isLessThan(DATAGRAMS / 10);
            assertThat(grown).as("growth of the heap, bytes").isLessThan(HEAP_TOLERANCE);
            assertThat(grownDirect).as("growth of direct memory, bytes").isLessThan(DIRECT_TOLERANCE);
            assertThat(after.get(Event.SENT) - before.get(Event.SENT)).as("requests sent").isLessThanOrEqualTo(asked + (long) (SENT_IN_A_MINUTE * (1 + seconds / 60)));
            long told = List.of(Event.MALFORMED, Event.UNPROTECTED, Event.TAMPERED, Event.REPLAYED, Event.UNEXPECTED).stream()
                    .mapToLong(event -> after.get(event) - before.get(event)).sum();
            assertThat(told).as("datagrams that a counter gives a reason for").isGreaterThanOrEqualTo(after.get(Event.RECEIVED) - before.get(Event.RECEIVED)
                    - (after.get(Event.SENT) - before.get(Event.SENT)));
            for (Event event : List.of(Event.MALFORMED, Event.TAMPERED, Event.REPLAYED, Event.UNEXPECTED)) {
                assertThat(after.get(event) - before.get(event)).as(event.name()).isPositive();
            }
        }
    }

    /// @return how many did not come through the kernel
    private long flood(int datagrams, IpmiHardwareType ipmi, DriverNode node, UdpMeddler meddler, DatagramChannel stranger, InetSocketAddress client) throws Exception {
        long lost = 0;
        askedAt = System.nanoTime() - ASKED_EACH.toNanos();
        for (int sent = 0; sent < datagrams; sent += BATCH) {
            long due = ipmi.counters().get(Event.RECEIVED) + BATCH;
            for (int i = 0; i < BATCH; i++) {
                byte[] packet = packet();
                if (random.nextInt(4) == 0) {
                    stranger.send(ByteBuffer.wrap(packet), client);
                } else {
                    meddler.say(packet);
                }
            }
            long until = System.nanoTime() + UNTIL_LOST.toNanos();
            while (ipmi.counters().get(Event.RECEIVED) < due && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            lost += Math.max(0, due - ipmi.counters().get(Event.RECEIVED));
            if (System.nanoTime() - askedAt > ASKED_EACH.toNanos()) {
                assertThat(ipmi.power().state(node)).isEqualTo(PowerState.ON);
                askedAt = System.nanoTime();
                asked++;
            }
        }
        return lost;
    }

    private byte[] packet() {
        byte[] good = answers.get(random.nextInt(answers.size()));
        return switch (random.nextInt(4)) {
            case 0 -> {
                byte[] noise = new byte[random.nextInt(1400)];
                random.nextBytes(noise);
                yield noise;
            }
            case 1 -> good;
            case 2 -> Arrays.copyOf(good, random.nextInt(good.length + 20));
            default -> {
                byte[] changed = good.clone();
                for (int i = 0; i < 1 + random.nextInt(4); i++) {
                    changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
                }
                yield changed;
            }
        };
    }

    static long heapAfterCollection() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    static long directMemory() {
        long ofTheJvm = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        return ofTheJvm + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
    }

    static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
