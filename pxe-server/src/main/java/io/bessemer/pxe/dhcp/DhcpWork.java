package io.bessemer.pxe.dhcp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootDirectory;
import io.bessemer.pxe.HandOver;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.Seldom;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the messages of all interfaces in groups: whose a MAC is is asked for a whole group, the leases of a group are stored by one commit, and its answers leave together. While one
/// group is stored the next is decided on. Only what asks the network, or a database for one machine alone, has a thread of its own.
///
/// A database that is slow lets messages wait here, and nobody else; beyond a bound they are dropped, counted and told.
public final class DhcpWork {
    private static final Logger log = LoggerFactory.getLogger(DhcpWork.class);
    /// messages that wait to be decided on, and as many to be stored: firmware that hears nothing asks again, but only after 4 s, then 8 and 16; a second in a line is better
    private static final int WAITING = 4096;
    /// messages that a thread of their own waits for, such as while an address is probed
    private static final int SLOW = 1024;
    /// so 16,000 conversations a second at most; twice as many in a millisecond overran the socket of a client that stands for all
    private static final int DECISIONS = 32;
    private static final Duration DECISIONS_APART = Duration.ofMillis(1);
    /// acknowledgements of a group leave together, and a relay agent's socket holds some 200 unless somebody enlarged it
    private static final int WRITES = 128;
    /// a commit costs as much for some leases as for one, nearly
    private static final Duration WRITES_APART = Duration.ofMillis(5);

    private final KnownMachines machines;
    private final LeaseIndex leases;
    private final PxeCounters counters;
    private final HandOver slow;
    private final Groups<Question> questions;
    private final Groups<Write> writes;
    private final Set<Turn> inWork = ConcurrentHashMap.newKeySet();
    private final Seldom warning = new Seldom();

    /// @param discovery whether machines that nobody knows are answered
    public DhcpWork(BootDirectory directory, boolean discovery, LeaseIndex leases, PxeCounters counters) {
        this(directory, discovery, leases, counters, WAITING);
    }

    /// @param mostWaiting for a decision, and for the database
    DhcpWork(BootDirectory directory, boolean discovery, LeaseIndex leases, PxeCounters counters, int mostWaiting) {
        this.machines = new KnownMachines(directory, discovery, System::nanoTime);
        this.leases = leases;
        this.counters = counters;
        this.slow = new HandOver("dhcp", SLOW, WAITING, counters);
        this.questions = new Groups<>("dhcp-questions", DECISIONS, mostWaiting, DECISIONS_APART, this::decide);
        this.writes = new Groups<>("dhcp-leases", WRITES, mostWaiting, WRITES_APART, this::store);
    }

    /// Where messages come in and answers leave.
    interface Door {
        /// @param known whether somebody knows the machine
        Decision decide(DhcpMessage message, InetSocketAddress source, boolean known);

        /// Never blocks.
        void send(List<Answer> answers);
    }

    /// @param source where the request came from
    record Answer(DhcpMessage request, InetSocketAddress source, DhcpMessage reply) {}

    /// who asks for what; with another transaction it is another conversation, such as the next boot stage's, which believes no answer to this one
    private record Turn(Door door, MacAddress mac, DhcpMessageType type, int transaction) {}

    private record Question(Door door, DhcpMessage message, InetSocketAddress source) {
        Turn turn() {
            return new Turn(door, message.mac(), message.type(), message.transaction());
        }
    }

    private record Write(Question question, Decision.OnceStored decision) {}

    private record Ready(Door door, Answer answer) {}

    /// Never blocks. A machine that asks again while its message waits, or its address is probed, has its answer by that one.
    void ask(Door door, DhcpMessage message, InetSocketAddress source) {
        var question = new Question(door, message, source);
        // a message of another server has no turn, as there may be several
        if (!message.reply() && !inWork.add(question.turn())) {
            counters.increment("dhcp.in-work");
            return;
        }
        if (!questions.add(question)) {
            drop(question);
        }
    }

    private void decide(List<Question> group) {
        Set<MacAddress> known;
        try {
            known = machines.among(group.stream().map(Question::message).filter(message -> !message.reply()).map(DhcpMessage::mac).toList());
        } catch (RuntimeException | Error failure) {
            fail(group, failure);
            return;
        }
        var ready = new ArrayList<Ready>();
        group.forEach(question -> settle(question, () -> question.door.decide(question.message, question.source, known.contains(question.message.mac())), ready));
        send(ready);
    }

    private void store(List<Write> group) {
        List<Boolean> stored;
        try {
            stored = leases.store(group.stream().map(write -> write.decision.lease()).toList());
        } catch (RuntimeException | Error failure) {
            fail(group.stream().map(Write::question).toList(), failure);
            return;
        }
        var ready = new ArrayList<Ready>();
        for (int i = 0; i < group.size(); i++) {
            Write write = group.get(i);
            boolean hasIt = stored.get(i);
            settle(write.question, () -> Decision.now(write.decision.answer().apply(hasIt)), ready);
        }
        send(ready);
    }

    private void alone(Question question, Supplier<Decision> rest) {
        var ready = new ArrayList<Ready>();
        settle(question, rest, ready);
        send(ready);
    }

    /// @param ready takes the answer, if there is one now
    private void settle(Question question, Supplier<Decision> deciding, List<Ready> ready) {
        try {
            switch (deciding.get()) {
                case Decision.Now(var reply) -> {
                    inWork.remove(question.turn());
                    reply.ifPresent(given -> ready.add(new Ready(question.door, new Answer(question.message, question.source, given))));
                }
                case Decision.OnceStored stored -> {
                    if (!writes.add(new Write(question, stored))) {
                        drop(question);
                    }
                }
                case Decision.Slowly(var rest) -> {
                    if (!slow.submit(() -> alone(question, rest))) {
                        dropped(question);
                    }
                }
            }
        } catch (RuntimeException | Error failure) { // none but its own is kept from an answer
            fail(List.of(question), failure);
        }
    }

    private static void send(List<Ready> ready) {
        ready.stream().collect(Collectors.groupingBy(Ready::door, Collectors.mapping(Ready::answer, Collectors.toList()))).forEach(Door::send);
    }

    private void fail(List<Question> group, Throwable failure) {
        group.forEach(question -> inWork.remove(question.turn()));
        slow.fault(failure);
    }

    private void drop(Question question) {
        counters.increment("dhcp.dropped");
        dropped(question);
    }

    /// Of the hand-over's own, which it counted.
    private void dropped(Question question) {
        inWork.remove(question.turn());
        if (warning.now("dropped")) {
            log.atWarn().addKeyValue("mac", question.message.mac()).log("More DHCP messages come than can be answered; those that find no room are dropped");
        }
    }
}
