package io.bessemer.host;

import io.bessemer.host.check.CanaryGuest;
import io.bessemer.host.check.FirstBootReader;
import io.bessemer.host.check.HostChecks;
import io.bessemer.host.join.Identity;
import io.bessemer.host.join.IdentityFile;
import io.bessemer.host.join.Membership;
import io.bessemer.host.join.TicketSource;
import io.bessemer.host.kind.Hypervisor;
import io.bessemer.host.libvirt.Connection;
import io.bessemer.host.libvirt.Guests;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.HostReport.Capacity;
import io.bessemer.host.protocol.HostReport.Guest;
import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.protocol.MoveReport;
import io.bessemer.host.server.RefusedException;
import io.bessemer.host.server.ServerClient;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Four threads: one keeps a report at the server, which holds it until there are other orders; one sends a report of its own as soon as
/// something changed; one works on the host, and one looks after its guests.
final class Agent {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(25);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration SHUTTING_DOWN = Duration.ofSeconds(5);
    private static final int FAILURES_BEFORE_A_LOOK_FOR_A_TICKET = 10;

    private final HostFiles files;
    private final TicketSource tickets;
    private final Membership membership;
    private final Pace pace;
    private final FirstBootReader firstBoot;
    private final UnaryOperator<String> libvirtUri;
    private final KindFile kind;
    private final LibvirtLink libvirt;
    private final Workshop workshop;
    private final Verifier verifier;
    private final Moves moves;
    private final GuestKeeper keeper;
    private final Bell news = new Bell();
    private final Bell work = new Bell();
    private final Bell guestWork = new Bell();

    private final AtomicReference<HostOrders> orders = new AtomicReference<>();
    private volatile Identity identity;
    private volatile ServerClient server;
    private volatile Map<String, Object> facts = Map.of();
    private volatile List<Connection.Guest> guests; // null until libvirt answered once

    /// @param libvirtUri of the libvirt that stands for a hypervisor's own
    /// @param workshop   made of the connection to libvirt
    Agent(HostFiles files, TicketSource tickets, UnaryOperator<String> libvirtUri, Pace pace, Function<LibvirtLink, Workshop> workshop) {
        this.files = files;
        this.tickets = tickets;
        this.pace = pace;
        this.membership = new Membership(new IdentityFile(files), Main.VERSION, hostname());
        this.firstBoot = new FirstBootReader(files);
        this.kind = new KindFile(files);
        this.libvirt = new LibvirtLink(libvirtUri.apply(kind.recall().map(Hypervisor::uri).orElse("qemu:///system")), news::ring);
        this.libvirtUri = libvirtUri;
        this.workshop = workshop.apply(libvirt);
        this.verifier = new Verifier(files, new HostChecks(files, libvirt::get, this::clockOffset, this.workshop::error), news::ring);
        this.moves = new Moves(libvirt, news::ring);
        this.keeper = new GuestKeeper(files, libvirt, moves, news::ring);
    }

    /// Ends only when interrupted.
    void run() throws InterruptedException {
        enter();
        libvirt.get().ifPresent(Agent::removeCanary); // of an agent that was killed
        Thread.ofPlatform().daemon().name("news").start(this::tellNews);
        Thread.ofPlatform().daemon().name("work").start(this::work);
        Thread.ofPlatform().daemon().name("guests").start(this::lookAfterGuests);
        int failures = 0;
        while (true) {
            try {
                exchange(wait(orders.get()));
                failures = 0;
            } catch (IOException e) {
                failures++;
                if (Integer.bitCount(failures) == 1) { // the log is for people: 1st, 2nd, 4th, 8th ...
                    Console.say("cannot report to %s, will try again: %s".formatted(identity.url(), e.getMessage()));
                }
                Thread.sleep(pace.afterFailures(failures));
                if (failures % FAILURES_BEFORE_A_LOOK_FOR_A_TICKET == 0) {
                    enter(); // its certificate may have expired, or the server have another authority: a fresh ticket helps
                }
            } catch (RefusedException e) {
                Console.sayOnce("report", e.getMessage() + ". If this host shall be a member, verify it or deploy it again.");
                Thread.sleep(pace.afterRefusal());
                enter();
            }
        }
    }

    /// Becomes who this host is, and joins if need be; insists until it has.
    private void enter() throws InterruptedException {
        for (int failures = 1;; failures++) {
            Duration pause = pace.afterFailures(failures);
            try {
                if (tryToEnter()) {
                    return;
                }
                Console.sayOnce("ticket", "there is none: no config drive has bessemer.join in its meta_data.json, and /etc/bessemer/join.json is missing");
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                Console.sayOnce("join", String.valueOf(e.getMessage()));
            } catch (RefusedException e) {
                Console.sayOnce("join", e.getMessage() + ". The token is spent or stale: verify the host, or deploy it again.");
                pause = pace.afterRefusal();
            }
            Thread.sleep(pause);
        }
    }

    private synchronized boolean tryToEnter() throws IOException, GeneralSecurityException, RefusedException {
        Optional<JoinTicket> ticket;
        try {
            ticket = tickets.find();
        } catch (IOException e) {
            Console.sayOnce("ticket", e.getMessage());
            ticket = Optional.empty(); // who has joined needs none
        }
        Identity mine = membership.recall(ticket).orElse(null);
        if (mine == null || !mine.joined() && ticket.isEmpty()) {
            return false;
        }
        if (!mine.joined()) {
            mine = membership.join(mine, ticket.get().token());
            Console.say("joined %s as node %s, zone %s, pool %s".formatted(mine.url(), mine.node(), ticket.get().zone(), ticket.get().pool()));
        }
        become(mine);
        return true;
    }

    private synchronized void become(Identity mine) throws GeneralSecurityException, IOException {
        if (!mine.equals(identity)) {
            server = new ServerClient(mine.url(), mine.node(), mine.tls());
            identity = mine;
        }
    }

    // --- reports ------------------------------------------------------------------------------------------------------

    private void exchange(Duration wait) throws IOException, RefusedException {
        HostOrders answer = server.report(report(), wait);
        synchronized (kind) { // both threads that report may be told at once
            if (kind.become(answer.hypervisor())) { // before the orders are followed: they are for this kind
                kind.recall().ifPresent(one -> libvirt.use(libvirtUri.apply(one.uri())));
            }
        }
        HostOrders before = orders.getAndSet(answer);
        if (before == null || !before.id().equals(answer.id())) {
            Console.say("orders %s: %s, verification %d".formatted(answer.id(), answer.phase().wire(), answer.verification().id()));
            work.ring();
            guestWork.ring();
            news.ring(); // that these orders have been understood
        }
    }

    private HostReport report() throws IOException {
        Capacity capacity = Capacity.NONE;
        // before the guests are listed: what is said to be over is over in that list
        String followed = keeper.followed();
        Map<String, String> errors = keeper.errors();
        List<MoveReport> moving = moves.reports();
        Optional<Connection> connection = libvirt.get();
        if (connection.isPresent()) {
            guests = connection.get().guests().stream().filter(guest -> !guest.name().equals(CanaryGuest.NAME)).toList();
            capacity = HostFacts.capacity(files, connection.get(), guests, orders.get());
        } else if (guests == null && verifier.everFinished()) {
            // "no guests" would be a lie on which a host may be torn down
            throw new IOException("libvirt does not answer, so its guests are not known: " + libvirt.error());
        }
        List<Guest> list = guests == null ? List.of() : guests.stream()
                .map(guest -> new Guest(guest.id().toString(), guest.name(), guest.state(), guest.vcpus(), guest.memoryMib(), guest.consoles())).toList();
        HostOrders known = orders.get();
        return new HostReport(Main.VERSION, hostname(), Instant.now(), known == null ? "" : known.id(), firstBoot.read(), facts, capacity, verifier.state(), list,
                followed, errors, moving);
    }

    private void tellNews() {
        try {
            while (true) {
                news.await(pace.work());
                Thread.sleep(pace.news()); // some changes come together
                try {
                    exchange(Duration.ZERO);
                } catch (IOException | RefusedException e) {
                    continue; // the other thread insists
                }
            }
        } catch (InterruptedException e) {
            return; // the agent ends
        }
    }

    private static Duration wait(HostOrders orders) {
        if (orders == null) {
            return FIRST_WAIT;
        }
        return orders.reportEvery().compareTo(LONGEST_WAIT) < 0 ? orders.reportEvery() : LONGEST_WAIT;
    }

    private OptionalLong clockOffset() {
        return server.clockOffsetMillis();
    }

    // --- work ---------------------------------------------------------------------------------------------------------

    private void work() {
        try {
            long factsDue = System.nanoTime();
            Optional<Hypervisor> factsOf = Optional.empty();
            while (true) {
                try {
                    HostOrders ordered = orders.get(); // first, so that facts are never older than the orders that are followed
                    Optional<Hypervisor> now = kind.recall();
                    if (System.nanoTime() - factsDue >= 0 || !now.equals(factsOf)) {
                        factsOf = now;
                        facts = HostFacts.gather(files, now, libvirt.get(), libvirt.error());
                        factsDue = System.nanoTime() + (libvirt.error() == null ? pace.facts() : pace.work()).toNanos();
                        news.ring();
                    }
                    renew();
                    if (ordered != null) {
                        follow(ordered);
                    }
                } catch (IOException | GeneralSecurityException | RuntimeException e) {
                    Console.sayOnce("work", String.valueOf(e.getMessage()));
                } catch (RefusedException e) {
                    Console.sayOnce("renewal", e.getMessage());
                }
                work.await(pace.work());
            }
        } catch (InterruptedException e) {
            return; // the agent ends
        }
    }

    private void follow(HostOrders now) throws IOException, InterruptedException {
        switch (now.phase()) {
            case VERIFYING -> {
                workshop.furnish(now, identity);
                verifier.run(now, orders::get);
            }
            case ENABLED, QUARANTINED -> workshop.furnish(now, identity);
            case DRAINING -> {
                workshop.furnish(now, identity);
                if (now.shutDownGuests() && guests != null) {
                    workshop.shutDown(guests);
                }
            }
            case LEAVING -> workshop.leave();
        }
    }

    /// On a thread of its own: a start may take long, and a host that is verified is busy for minutes.
    private void lookAfterGuests() {
        try {
            while (true) {
                HostOrders now = orders.get();
                if (now != null) {
                    try {
                        keeper.follow(now);
                    } catch (IOException | RuntimeException e) {
                        Console.sayOnce("guests", String.valueOf(e.getMessage()));
                    }
                }
                guestWork.await(keeper.waits() ? SHUTTING_DOWN : pace.work());
            }
        } catch (InterruptedException e) {
            return; // the agent ends
        }
    }

    private synchronized void renew() throws IOException, GeneralSecurityException, RefusedException {
        if (Membership.due(identity, Instant.now())) {
            become(membership.renew(identity, server));
            Console.say("certificate renewed, good until " + identity.x509().getNotAfter().toInstant());
        }
    }

    private static void removeCanary(Connection connection) {
        try {
            new Guests(connection).remove(CanaryGuest.NAME);
        } catch (IOException e) {
            Console.say("a canary guest of an earlier run could not be removed: " + e.getMessage());
        }
    }

    private String hostname() {
        return files.text("/proc/sys/kernel/hostname").orElse("unknown");
    }
}
