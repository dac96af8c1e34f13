package io.bessemer.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.host.libvirt.Connection;
import io.bessemer.host.libvirt.Guests;
import io.bessemer.host.protocol.GuestOrder;
import io.bessemer.host.protocol.GuestOrder.GuestState;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.MoveOrder;
import io.bessemer.host.protocol.MoveReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With libvirt's own test driver: the real library, a host in its memory.
@Tag("root") // installs libvirt's programs where they are missing
class GuestKeeperTest {
    private static final UUID ONE = new UUID(0x4000, 1);
    private static final UUID TWO = new UUID(0x4000, 2);
    private static final String URI = "qemu+tls://10.0.0.6/system";

    @TempDir
    private Path root;
    private final Semaphore changes = new Semaphore(0);
    private LibvirtLink libvirt;
    private Moves moves;
    private GuestKeeper keeper;

    @BeforeAll
    static void install() {
        DebianPackages.require(List.of("virsh"), Progress.SILENT);
    }

    @BeforeEach
    void connect() {
        libvirt = new LibvirtLink("test:///default", () -> {});
        restart();
    }

    /// As after a kill.
    private void restart() {
        moves = new Moves(libvirt, changes::release);
        keeper = new GuestKeeper(new HostFiles(root), libvirt, moves, changes::release);
    }

    @AfterEach
    void clean() throws Exception {
        for (String name : List.of("k-one", "k-two")) { // the driver's host lives as long as the process
            new Guests(libvirt.get().orElseThrow()).remove(name);
        }
    }

    @Test
    void guests_become_what_the_orders_say_however_often_they_are_followed() throws Exception {
        for (GuestState state : List.of(GuestState.SHUT_OFF, GuestState.RUNNING, GuestState.SHUT_OFF, GuestState.RUNNING, GuestState.ABSENT, GuestState.RUNNING)) {
            for (int i = 0; i < 2; i++) {
                keeper.follow(orders(List.of(order(ONE, "k-one", state, 256)), List.of()));
                keeper.follow(orders(List.of(order(ONE, "k-one", state, 256)), List.of())); // the driver's guests shut down at once
                assertThat(state(ONE)).isEqualTo(state.wire());
                assertThat(keeper.errors()).isEmpty();
                restart();
            }
        }
    }

    @Test
    void a_new_definition_is_handed_on_and_the_same_one_is_not() throws Exception {
        keeper.follow(orders(List.of(order(ONE, "k-one", GuestState.SHUT_OFF, 256)), List.of()));
        assertThat(guest(ONE).memoryMib()).isEqualTo(256);
        keeper.follow(orders(List.of(order(ONE, "k-one", GuestState.SHUT_OFF, 512)), List.of()));
        assertThat(guest(ONE).memoryMib()).isEqualTo(512);
        new Guests(libvirt.get().orElseThrow()).define(xml(ONE, "k-one", 128)); // as an operator does with virsh edit
        keeper.follow(orders(List.of(order(ONE, "k-one", GuestState.SHUT_OFF, 512)), List.of()));
        assertThat(guest(ONE).memoryMib()).isEqualTo(128);
    }

    @Test
    void one_that_fails_is_told_and_holds_up_none() throws Exception {
        var broken = new GuestOrder(ONE, "k-one", GuestState.RUNNING, "<domain/>");
        HostOrders orders = orders(List.of(broken, order(TWO, "k-two", GuestState.RUNNING, 256)), List.of());
        keeper.follow(orders);
        assertThat(state(TWO)).isEqualTo("running");
        assertThat(keeper.errors()).containsOnlyKeys(ONE.toString());
        assertThat(keeper.errors().get(ONE.toString())).contains("virDomainDefineXMLFlags");
        assertThat(keeper.followed()).isEqualTo(orders.id());
        assertThat(changes.tryAcquire()).isTrue();
        keeper.follow(orders(List.of(order(ONE, "k-one", GuestState.RUNNING, 256), order(TWO, "k-two", GuestState.RUNNING, 256)), List.of()));
        assertThat(keeper.errors()).isEmpty();
        assertThat(state(ONE)).isEqualTo("running");
    }

    @Test
    void guests_that_no_order_names_are_left_alone() throws Exception {
        new Guests(libvirt.get().orElseThrow()).define(xml(ONE, "k-one", 256));
        keeper.follow(orders(List.of(), List.of()));
        assertThat(state(ONE)).isEqualTo("shut off");
        assertThat(state("test")).as("the driver's own").isEqualTo("running");
    }

    @Test
    void a_move_that_fails_is_told_with_its_number_and_not_tried_again() throws Exception {
        keeper.follow(orders(List.of(order(ONE, "k-one", GuestState.RUNNING, 256)), List.of()));
        keeper.follow(orders(List.of(), List.of(new MoveOrder(ONE, "k-one", 7, URI, "h2"))));
        MoveReport failed = await(ONE, MoveReport.State.FAILED);
        assertThat(failed.number()).isEqualTo(7);
        assertThat(failed.detail()).isEqualTo("migrating k-one: guests of test:///default cannot be moved while they run");
        assertThat(state(ONE)).isEqualTo("running");
        keeper.follow(orders(List.of(), List.of(new MoveOrder(ONE, "k-one", 7, URI, "h2"))));
        assertThat(moves.reports()).containsExactly(failed);
        keeper.follow(orders(List.of(), List.of(new MoveOrder(ONE, "k-one", 8, URI, "h3"))));
        await(ONE, MoveReport.State.FAILED);
        assertThat(moves.reports()).extracting(MoveReport::number).containsExactly(8L);
        keeper.follow(orders(List.of(), List.of()));
        assertThat(moves.reports()).isEmpty();
    }

    @Test
    void a_guest_that_is_not_here_has_moved_already() throws Exception {
        keeper.follow(orders(List.of(), List.of(new MoveOrder(TWO, "k-two", 1, URI, "h2"))));
        assertThat(await(TWO, MoveReport.State.GONE).detail()).isEmpty();
        assertThat(moves.busy(TWO)).isFalse();
    }

    private MoveReport await(UUID guest, MoveReport.State state) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            for (MoveReport report : moves.reports()) {
                if (report.guest().equals(guest) && report.state() == state) {
                    return report;
                }
            }
            changes.tryAcquire(1, TimeUnit.SECONDS);
        }
        throw new AssertionError("after 20 s the moves are " + moves.reports());
    }

    private Connection.Guest guest(UUID uuid) throws Exception {
        return libvirt.get().orElseThrow().guests().stream().filter(guest -> guest.id().equals(uuid)).findFirst().orElseThrow();
    }

    private String state(UUID uuid) throws Exception {
        return libvirt.get().orElseThrow().guests().stream().filter(guest -> guest.id().equals(uuid)).map(Connection.Guest::state).findFirst().orElse("absent");
    }

    private String state(String name) throws Exception {
        return libvirt.get().orElseThrow().guests().stream().filter(guest -> guest.name().equals(name)).map(Connection.Guest::state).findFirst().orElse("absent");
    }

    private static GuestOrder order(UUID uuid, String name, GuestState state, int memoryMib) {
        return new GuestOrder(uuid, name, state, state == GuestState.ABSENT ? "" : xml(uuid, name, memoryMib));
    }

    private static String xml(UUID uuid, String name, int memoryMib) {
        return "<domain type='test'><name>%s</name><uuid>%s</uuid><memory unit='MiB'>%d</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>".formatted(name, uuid, memoryMib);
    }

    private static HostOrders orders(List<GuestOrder> guests, List<MoveOrder> moves) {
        return HostOrders.of(HostPhase.ENABLED, "az1", "p", "kvm", new HostOrders.Verification(1, List.of(), Duration.ofMinutes(1)), List.of(), List.of(),
                false, Duration.ofSeconds(10)).withGuests(guests, moves);
    }
}
