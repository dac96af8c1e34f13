package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.driver.SerialConsole;
import io.bessemer.core.driver.SerialConsole.Line;
import io.bessemer.core.driver.SerialConsole.State;
import io.bessemer.ipmi.protocol.SolPacket;
import io.bessemer.ipmi.session.IpmiCounters.Event;
import io.bessemer.ipmi.session.IpmiSettings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Somebody floods the socket by which a console is read, without the session's keys; and a BMC that has them says in the console what none should.
/// `-Dbessemer.hostile.datagrams=10000000` sends ten million each.
class HostileConsoleTest {
    private static final int DATAGRAMS = Integer.getInteger("bessemer.hostile.datagrams", 50_000);
    private static final long SEED = 20260105;
    private static final int BATCH = 64;
    private static final Duration UNTIL_LOST = Duration.ofMillis(500);
    /// so often the machine says something true in the middle of it
    private static final Duration SPOKEN_EACH = Duration.ofSeconds(5);
    private static final long HEAP_TOLERANCE = 8L << 20;
    private static final long DIRECT_TOLERANCE = 4L << 20;
    private static final int DESCRIPTORS_TOLERANCE = 8;
    /// A look whose console it is, each 15 s, and an acknowledgement for what is said and typed: nothing for what is hostile.
    private static final long SENT_IN_A_MINUTE = 4;
    private static final String LOST = "\r\n[characters were lost in the BMC]\r\n";

    @TempDir
    private Path directory;

    private final Random random = new Random(SEED);
    private final List<AutoCloseable> open = new ArrayList<>();
    private long lost;

    private <T extends AutoCloseable> T kept(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    /// Counts, and keeps no more than the last that it was told.
    private static final class Counting implements SerialConsole.Watcher {
        private static final int KEPT = 4096;
        private final StringBuilder last = new StringBuilder();
        private final AtomicLong bytes = new AtomicLong();
        private final List<State> states = new CopyOnWriteArrayList<>();
        private volatile State state;

        @Override
        public synchronized void text(byte[] text) {
            bytes.addAndGet(text.length);
            last.append(new String(text, StandardCharsets.ISO_8859_1));
            last.delete(0, Math.max(0, last.length() - KEPT));
        }

        @Override
        public void state(State now, String why) {
            states.add(now);
            state = now;
        }

        synchronized String last() {
            return last.toString();
        }
    }

    /// What the process holds.
    private record Held(long heap, long direct, long descriptors) {
        static Held now() {
            return new Held(HostileAnswersTest.heapAfterCollection(), HostileAnswersTest.directMemory(), HostileAnswersTest.descriptors());
        }

        void requireNoMoreThan(Held before) {
            assertThat(heap - before.heap).as("growth of the heap, bytes").isLessThan(HEAP_TOLERANCE);
            assertThat(direct - before.direct).as("growth of direct memory, bytes").isLessThan(DIRECT_TOLERANCE);
            assertThat(descriptors - before.descriptors).as("growth of open files and sockets").isLessThan(DESCRIPTORS_TOLERANCE);
        }

        String since(Held before) {
            return "heap after collection %d KiB, now %+d KiB; direct memory %d KiB, now %+d KiB; descriptors %d, now %+d".formatted(before.heap >> 10, heap - before.heap >> 10, before.direct >> 10,
                    direct - before.direct >> 10, before.descriptors, descriptors - before.descriptors);
        }
    }

    private interface Sender {
        void send() throws Exception;
    }

    /// Sends what the driver can read in time, so that the kernel drops little.
    private void flood(int datagrams, IpmiHardwareType ipmi, Sender one, Sender now) throws Exception {
        long spokenAt = System.nanoTime() - SPOKEN_EACH.toNanos();
        for (int sent = 0; sent < datagrams; sent += BATCH) {
            long due = ipmi.counters().get(Event.RECEIVED) + BATCH;
            for (int i = 0; i < BATCH; i++) {
                one.send();
            }
            long until = System.nanoTime() + UNTIL_LOST.toNanos();
            while (ipmi.counters().get(Event.RECEIVED) < due && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            lost += Math.max(0, due - ipmi.counters().get(Event.RECEIVED));
            if (System.nanoTime() - spokenAt > SPOKEN_EACH.toNanos()) {
                now.send();
                spokenAt = System.nanoTime();
            }
        }
    }

    @Test
    void who_has_no_keys_adds_no_character_and_is_not_answered() throws Exception {
        SerialMachine machine = kept(new SerialMachine());
        IpmiSim simulator = kept(IpmiSim.withConsole(directory, machine.port()));
        UdpMeddler meddler = kept(new UdpMeddler(simulator.address()));
        IpmiHardwareType ipmi = kept(new IpmiHardwareType());
        DatagramChannel stranger = kept(DatagramChannel.open().bind(new InetSocketAddress("127.9.8.7", 0)));
        Counting heard = new Counting();
        Line line = kept(ipmi.serialConsole("ipmitool-socat").orElseThrow().open(TestNodes.node(meddler.port()), heard));
        Await.until(() -> heard.state == State.CONNECTED, heard.states::toString);
        for (int i = 0; i < 8; i++) {
            speak(machine, line, heard);
        }
        List<byte[]> known = new ArrayList<>(meddler.answers());
        known.addAll(meddler.requests());
        InetSocketAddress client = new InetSocketAddress("127.0.0.1", ((InetSocketAddress) meddler.client()).getPort());
        Sender one = () -> {
            byte[] packet = damaged(known.get(random.nextInt(known.size())));
            if (random.nextInt(4) == 0) {
                stranger.send(ByteBuffer.wrap(packet), client);
            } else {
                meddler.say(packet);
            }
        };
        Sender now = () -> {
            meddler.forget(); // it keeps what it passes on
            speak(machine, line, heard);
        };
        flood(DATAGRAMS / 10, ipmi, one, now);
        Held before = Held.now();
        Map<Event, Long> counted = ipmi.counters();
        long spoken = said;
        lost = 0;
        long began = System.nanoTime();

        flood(DATAGRAMS, ipmi, one, now);

        double seconds = (System.nanoTime() - began) / 1e9;
        Held after = Held.now();
        Map<Event, Long> counters = ipmi.counters();
        System.out.printf("%d hostile datagrams to a console in %.1f s, of which the kernel dropped %d; %d lines said and typed meanwhile; %s; %s%n", DATAGRAMS, seconds, lost, said - spoken,
                after.since(before), counters);
        speak(machine, line, heard);
        assertThat(heard.bytes.get()).as("characters that were heard").isEqualTo(saidBytes);
        assertThat(heard.states).containsExactly(State.CONNECTING, State.CONNECTED);
        assertThat(counters.get(Event.SESSION_OPENED)).isEqualTo(1);
        assertThat(counters.get(Event.SENT) - counted.get(Event.SENT)).as("packets sent").isLessThanOrEqualTo(4 * (said - spoken) + (long) (SENT_IN_A_MINUTE * (1 + seconds / 60)));
        assertThat(lost).as("datagrams that the kernel dropped").isLessThan(DATAGRAMS / 10);
        after.requireNoMoreThan(before);
        long told = List.of(Event.MALFORMED, Event.UNPROTECTED, Event.TAMPERED, Event.REPLAYED, Event.UNEXPECTED).stream().mapToLong(event -> counters.get(event) - counted.get(event)).sum();
        assertThat(told).as("datagrams that a counter gives a reason for").isGreaterThanOrEqualTo(DATAGRAMS - lost);
        for (Event event : List.of(Event.MALFORMED, Event.TAMPERED, Event.REPLAYED, Event.UNEXPECTED)) {
            assertThat(counters.get(event) - counted.get(event)).as(event.name()).isPositive();
        }
    }

    private long said;
    private long saidBytes;

    /// The machine says a line, and a character is typed at it.
    private void speak(SerialMachine machine, Line line, Counting heard) throws InterruptedException {
        String text = "line %d\r\n".formatted(said++);
        saidBytes += text.length();
        machine.say(text);
        Await.until(() -> heard.last().endsWith(text), heard::last);
        line.write(new byte[] {'x'});
        Await.until(() -> machine.typed().length() == said, machine::typed);
    }

    private byte[] damaged(byte[] good) {
        return switch (random.nextInt(4)) {
            case 0 -> noise(1400);
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

    private byte[] noise(int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Endless, repeated, growing, cut off, of other sessions, of numbers long gone; refusing and taking what was never typed.
    @Test
    void a_bmc_that_lies_is_acknowledged_and_costs_nothing_else() throws Exception {
        LyingConsole bmc = kept(new LyingConsole());
        IpmiHardwareType ipmi = kept(new IpmiHardwareType());
        Counting heard = new Counting();
        Line line = kept(ipmi.serialConsole("ipmitool-socat").orElseThrow().open(TestNodes.node(bmc.port(), "ipmi_cipher_suite", "0"), heard));
        Await.until(() -> heard.state == State.CONNECTED, heard.states::toString);
        bmc.onTyped(typed -> switch (random(4)) {
            case 0 -> null;
            case 1 -> new SolPacket(0, typed.sequence(), random(256), SolPacket.NACK | SolPacket.TRANSFER_UNAVAILABLE, new byte[0]);
            case 2 -> SolPacket.acknowledgement(typed.sequence(), random(256));
            default -> LyingConsole.taken(typed);
        });
        long[] characters = {0, 0};
        Sender one = () -> lie(bmc, characters);
        Sender now = () -> line.write("typed ".getBytes(StandardCharsets.US_ASCII));
        flood(DATAGRAMS / 10, ipmi, one, now);
        Held before = Held.now();
        Map<Event, Long> counted = ipmi.counters();
        lost = 0;
        characters[0] = 0;
        characters[1] = 0;
        long typedBefore = bmc.typed();
        long bytesBefore = heard.bytes.get();
        long began = System.nanoTime();

        flood(DATAGRAMS, ipmi, one, now);

        double seconds = (System.nanoTime() - began) / 1e9;
        Held after = Held.now();
        Map<Event, Long> counters = ipmi.counters();
        long sent = counters.get(Event.SENT) + counters.get(Event.RETRANSMITTED) - counted.get(Event.SENT) - counted.get(Event.RETRANSMITTED);
        System.out.printf("%d lies in a console in %.1f s, of which the kernel dropped %d: %d characters of %d said, %d packets sent; %s; %s%n", DATAGRAMS, seconds, lost,
                heard.bytes.get() - bytesBefore, characters[0], sent, after.since(before), counters);
        assertThat(heard.states).containsExactly(State.CONNECTING, State.CONNECTED);
        assertThat(heard.bytes.get() - bytesBefore).as("characters that were heard").isPositive().isLessThanOrEqualTo(characters[0] + characters[1] * LOST.length());
        assertThat(sent).as("packets sent: at most one for each, and what was typed").isLessThanOrEqualTo(DATAGRAMS + bmc.typed() - typedBefore + (long) (SENT_IN_A_MINUTE * (1 + seconds / 60)));
        after.requireNoMoreThan(before);
        for (Event event : List.of(Event.MALFORMED, Event.REPLAYED, Event.UNEXPECTED)) {
            assertThat(counters.get(event) - counted.get(event)).as(event.name()).isPositive();
        }

        // it behaves again: what was said and typed arrives
        StringBuffer typed = new StringBuffer();
        int[] last = {0};
        bmc.onTyped(packet -> {
            if (packet.sequence() != last[0]) {
                typed.append(new String(packet.characters(), StandardCharsets.US_ASCII));
            }
            last[0] = packet.sequence();
            return LyingConsole.taken(packet);
        });
        assertThat(line.write("and now\r".getBytes(StandardCharsets.US_ASCII))).as("room for what is typed").isTrue();
        Await.until(() -> typed.toString().endsWith("and now\r"), typed::toString);
        bmc.say(new SolPacket(1, 0, 0, 0, new byte[0]).encode());
        bmc.say(new SolPacket(2, 0, 0, 0, "the truth".getBytes(StandardCharsets.US_ASCII)).encode());
        Await.until(() -> heard.last().endsWith("the truth"), heard::last);
    }

    private int random(int bound) {
        synchronized (random) {
            return random.nextInt(bound);
        }
    }

    /// @param said characters, and marks of lost ones
    private void lie(LyingConsole bmc, long[] said) throws Exception {
        int status = random(256) & ~SolPacket.DEACTIVATED;
        byte[] payload = new SolPacket(random(16), random(16), random(256), status, noise(random(4) == 0 ? 900 : 64)).encode();
        switch (random(8)) {
            case 0 -> bmc.send(noise(1400));
            case 1 -> bmc.say(Arrays.copyOf(payload, random(SolPacket.HEADER_LENGTH)));
            case 2 -> bmc.sayAs(random(1 << 30), bmc.lastSequence() + 1, payload);
            case 3 -> bmc.sayAs(bmc.session(), bmc.lastSequence() - random(1 << 20), payload);
            default -> {
                said[0] += payload.length - SolPacket.HEADER_LENGTH;
                said[1]++;
                bmc.say(payload);
            }
        }
    }

    @Test
    void a_machine_that_takes_nothing_is_asked_ten_times_a_second_however_much_is_typed() throws Exception {
        LyingConsole bmc = kept(new LyingConsole());
        IpmiHardwareType ipmi = kept(new IpmiHardwareType());
        Counting heard = new Counting();
        Line line = kept(ipmi.serialConsole("ipmitool-socat").orElseThrow().open(TestNodes.node(bmc.port(), "ipmi_cipher_suite", "0"), heard));
        Await.until(() -> heard.state == State.CONNECTED, heard.states::toString);
        bmc.onTyped(typed -> new SolPacket(0, typed.sequence(), 0, SolPacket.NACK | SolPacket.TRANSFER_UNAVAILABLE, new byte[0]));
        long began = System.nanoTime();
        for (int key = 0; key < 100; key++) {
            line.write(new byte[] {'k'});
            long received = ipmi.counters().get(Event.RECEIVED);
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
            while (ipmi.counters().get(Event.RECEIVED) == received && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        }
        Await.until(() -> bmc.typed() >= 30, () -> Long.toString(bmc.typed()));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).as("for 30 packets").isGreaterThan(Duration.ofMillis(2500));
    }

    @Test
    void a_console_that_ends_while_its_bmc_is_silent_is_connected_again_once() throws Exception {
        LyingConsole bmc = kept(new LyingConsole());
        bmc.hideOwner();
        IpmiHardwareType ipmi = kept(new IpmiHardwareType(IpmiSettings.defaults().withCommandTimeout(Duration.ofMillis(20)).withBreaker(1000, Duration.ofSeconds(1))));
        Counting heard = new Counting();
        kept(ipmi.serialConsole("ipmitool-socat").orElseThrow().open(TestNodes.node(bmc.port(), "ipmi_cipher_suite", "0"), heard));
        for (int round = 1; round <= 4; round++) {
            int wanted = round;
            Await.until(() -> bmc.activations() == wanted && heard.state == State.CONNECTED, () -> bmc.activations() + " " + heard.states);
            bmc.say(new SolPacket(0, 0, 0, SolPacket.DEACTIVATED, new byte[0]).encode());
            Await.until(() -> heard.states.stream().filter(State.LOST::equals).count() == wanted, heard.states::toString);
        }
        Await.until(() -> bmc.activations() == 5, () -> bmc.activations() + " " + heard.states);
        for (int i = 0; i + 1 < heard.states.size(); i++) {
            State next = switch (heard.states.get(i)) {
                case CONNECTING -> State.CONNECTED;
                case CONNECTED -> State.LOST;
                case LOST -> State.CONNECTING;
                case UNAVAILABLE -> throw new AssertionError(heard.states.toString());
            };
            assertThat(heard.states.get(i + 1)).as(heard.states.toString()).isEqualTo(next);
        }
    }
}
