package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.MemoryLeases;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.RecordingDirectory;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a server does with many messages at once, without its socket.
@Timeout(60)
class DhcpWorkTest {
    private static final Inet4Address SERVER = (Inet4Address) Inet4Address.ofLiteral("10.0.0.1");
    private static final Inet4Address NONE = DhcpMessage.NO_ADDRESS;
    private static final int MANY = 40;

    @TempDir
    Path boot;

    private final HeldStore store = new HeldStore();
    private final RecordingDirectory directory = new RecordingDirectory();
    private final PxeCounters counters = new PxeCounters();
    private final LeaseIndex leases = new LeaseIndex(store, Clock.systemUTC());
    private final Wire wire = new Wire();
    private AddressProbe probe = AddressProbe.NONE;
    private Duration probing = Duration.ZERO;
    private DhcpWork work;

    @BeforeEach
    void start() {
        store.shared = false;
        work = new DhcpWork(directory, true, leases, counters);
    }

    @Test
    void nothing_is_acknowledged_before_it_is_stored_and_others_are_answered_meanwhile() throws Exception {
        List<DhcpMessage> offers = offers(2);
        store.hold();
        work.ask(wire, request(offers.getFirst()), null);
        store.awaitWrite();
        work.ask(wire, discover(7), null);
        work.ask(wire, request(offers.getLast()), null);
        assertThat(wire.next().type()).as("to the third machine").isEqualTo(DhcpMessageType.OFFER);
        work.ask(wire, request(offers.getFirst()), null); // it asks again
        assertThat(counters.value("dhcp.in-work")).isEqualTo(1);
        store.release();
        assertThat(Stream.of(wire.next(), wire.next())).extracting(DhcpMessage::type).containsOnly(DhcpMessageType.ACK);
        assertThat(store.list()).extracting(Lease::address).containsExactlyInAnyOrder(offers.getFirst().yourAddress(), offers.getLast().yourAddress());
        assertThat(wire.answers).isEmpty();
    }

    @Test
    void leases_that_come_while_others_are_stored_are_stored_together_and_answered_one_by_one() throws Exception {
        List<DhcpMessage> offers = offers(MANY);
        DhcpMessage taken = offers.get(20);
        store.save(new Lease(new MacAddress("52:54:00:00:00:ff"), taken.yourAddress(), Instant.EPOCH)); // by another server, at this moment
        store.hold();
        work.ask(wire, request(offers.getFirst()), null);
        store.awaitWrite();
        offers.stream().skip(1).forEach(offer -> work.ask(wire, request(offer), null));
        until(() -> counters.value("dhcp.request") == MANY);
        store.release();
        for (int i = 0; i < MANY; i++) {
            DhcpMessage answer = wire.next();
            assertThat(answer.type()).as(answer.mac().value()).isEqualTo(answer.mac().equals(taken.mac()) ? DhcpMessageType.NAK : DhcpMessageType.ACK);
        }
        assertThat(store.groups).extracting(List::size).containsExactly(1, MANY - 1);
        assertThat(store.list()).hasSize(MANY);
    }

    @Test
    void a_write_that_fails_leaves_its_machines_without_an_answer_until_they_ask_again() throws Exception {
        DhcpMessage offer = offers(1).getFirst();
        store.failure = new IllegalStateException("thrown by the test");
        work.ask(wire, request(offer), null);
        until(() -> counters.value("dhcp.faults") == 1);
        assertThat(wire.answers).isEmpty();
        store.failure = null;
        until(() -> { // its turn is over a moment after the fault was counted
            work.ask(wire, request(offer), null);
            return !wire.answers.isEmpty();
        });
        assertThat(wire.next().type()).isEqualTo(DhcpMessageType.ACK);
        assertThat(store.list()).hasSize(1);
    }

    @Test
    void a_decision_that_fails_keeps_no_other_of_its_group_from_an_answer() throws Exception {
        directory.localDiskFor(mac(1).value());
        directory.listener = _ -> {
            throw new IllegalStateException("thrown by the test");
        };
        work.ask(wire, discover(1), null);
        work.ask(wire, discover(2), null);
        assertThat(wire.next().mac()).isEqualTo(mac(2));
        until(() -> counters.value("dhcp.faults") == 1);
        directory.listener = _ -> { };
        work.ask(wire, discover(1), null);
        assertThat(wire.next().mac()).isEqualTo(mac(1));
    }

    @Test
    void a_machine_whose_address_is_probed_holds_nobody_up() throws Exception {
        var asked = new CountDownLatch(1);
        var nobody = new CountDownLatch(1);
        probing = Duration.ofMillis(300);
        probe = (_, _, _) -> {
            asked.countDown();
            await(nobody);
            return Optional.empty();
        };
        leases.bind(mac(2), (Inet4Address) Inet4Address.ofLiteral("10.0.0.77"), Duration.ofHours(1));
        work.ask(wire, discover(1), null);
        await(asked);
        work.ask(wire, discover(2), null);
        assertThat(wire.next().mac()).isEqualTo(mac(2));
        nobody.countDown();
        assertThat(wire.next().mac()).isEqualTo(mac(1));
    }

    @Test
    void more_than_may_wait_for_the_database_are_dropped_and_may_ask_again() throws Exception {
        List<DhcpMessage> offers = offers(MANY);
        work = new DhcpWork(directory, true, leases, counters, 4);
        store.hold();
        for (int i = 0; i < MANY; i++) {
            long seen = i + 1;
            work.ask(wire, request(offers.get(i)), null);
            until(() -> counters.value("dhcp.request") == seen);
            if (i == 0) {
                store.awaitWrite();
            }
        }
        until(() -> counters.value("dhcp.dropped") == MANY - 5); // one is stored, four wait
        store.release();
        for (int i = 0; i < 5; i++) {
            assertThat(wire.next().type()).isEqualTo(DhcpMessageType.ACK);
        }
        work.ask(wire, request(offers.getLast()), null);
        assertThat(wire.next().mac()).isEqualTo(offers.getLast().mac());
    }

    private List<DhcpMessage> offers(int machines) throws InterruptedException {
        var offers = new ArrayList<DhcpMessage>();
        for (int i = 1; i <= machines; i++) {
            work.ask(wire, discover(i), null);
            offers.add(wire.next());
        }
        assertThat(offers).extracting(DhcpMessage::type).containsOnly(DhcpMessageType.OFFER);
        assertThat(offers.stream().map(DhcpMessage::yourAddress).collect(Collectors.toSet())).hasSize(machines);
        return offers;
    }

    private static MacAddress mac(int number) {
        return new MacAddress("52:54:00:00:00:%02x".formatted(number));
    }

    private static DhcpMessage discover(int number) {
        return message(mac(number), DhcpMessageType.DISCOVER, DhcpOptions.builder().type(DhcpMessageType.DISCOVER).build());
    }

    private static DhcpMessage request(DhcpMessage offer) {
        return message(offer.mac(), DhcpMessageType.REQUEST, DhcpOptions.builder().type(DhcpMessageType.REQUEST).address(DhcpOption.REQUESTED_ADDRESS, offer.yourAddress())
                .address(DhcpOption.SERVER_IDENTIFIER, SERVER).build());
    }

    private static DhcpMessage message(MacAddress mac, DhcpMessageType type, DhcpOptions options) {
        return new DhcpMessage(false, 0, 7, 0, true, NONE, NONE, NONE, NONE, mac, "", "", type, options);
    }

    private static void until(BooleanSupplier state) {
        while (!state.getAsBoolean()) { // bounded by the test's timeout
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
        }
    }

    /// A network whose server decides as the product's, and that keeps the answers.
    private final class Wire implements DhcpWork.Door {
        final BlockingQueue<DhcpMessage> answers = new LinkedBlockingQueue<>();

        @Override
        public Decision decide(DhcpMessage message, InetSocketAddress source, boolean known) {
            var on = new PxeSettings.Interface("prov", SERVER, 8, (Inet4Address) Inet4Address.ofLiteral("10.0.0.10"), (Inet4Address) Inet4Address.ofLiteral("10.0.0.200"), Optional.empty(), List.of());
            var settings = PxeSettings.of(on, boot, boot).withDiscovery(true).withProbes(probing, Duration.ZERO);
            return new DhcpDecisions(settings, directory, leases, new BootFiles(boot), probe, counters, Clock.systemUTC()).decide(message, on, 8088, known);
        }

        @Override
        public void send(List<DhcpWork.Answer> group) {
            group.forEach(answer -> answers.add(answer.reply()));
        }

        DhcpMessage next() throws InterruptedException {
            DhcpMessage answer = answers.poll(30, TimeUnit.SECONDS);
            assertThat(answer).as("an answer").isNotNull();
            return answer;
        }
    }

    /// Leases whose writing can be held up.
    private static final class HeldStore extends MemoryLeases {
        final List<List<Lease>> groups = new ArrayList<>();
        volatile RuntimeException failure;
        private volatile CountDownLatch writing = new CountDownLatch(1);
        private volatile CountDownLatch goOn = new CountDownLatch(0);

        void hold() {
            writing = new CountDownLatch(1);
            goOn = new CountDownLatch(1);
        }

        void awaitWrite() {
            DhcpWorkTest.await(writing);
        }

        void release() {
            goOn.countDown();
        }

        @Override
        public List<Boolean> saveAll(List<Lease> all) {
            groups.add(all);
            writing.countDown();
            DhcpWorkTest.await(goOn);
            if (failure != null) {
                throw failure;
            }
            return super.saveAll(all);
        }
    }
}
