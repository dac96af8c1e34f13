package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.PayloadType;
import io.bessemer.ipmi.protocol.SolPacket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// What is typed at a console: packets to the BMC, of which one is in flight at a time, IPMI 2.0 §15.11. The event loop's alone, but for [#queue].
final class SolTyping {
    /// the accepted count is one byte
    static final int MOST_CHARACTERS = 255;
    private static final int USUAL_CHUNK = 64;
    private static final int OUTBOX = 64 << 10;
    private static final long REFUSED_PAUSE_MILLISECONDS = 100;
    private static final int SENDS = 8;
    private static final Duration FIRST_RESEND = Duration.ofMillis(200);
    private static final Duration LAST_RESEND = Duration.ofSeconds(2);

    private final BmcLink link;
    private final BooleanSupplier connected;
    private final Consumer<String> lost;
    private final AtomicInteger waiting = new AtomicInteger();
    private byte[] outbox = {};
    private boolean breakWanted;
    /// the BMC refused characters, and is given time: each key that is typed meanwhile would begin another series of attempts
    private boolean resting;
    private int chunk = USUAL_CHUNK;
    private int sequence;
    private SolPacket flight;
    private Transmission transmission;

    /// @param connected whether the console is ours
    /// @param lost      told why when the BMC takes nothing
    SolTyping(BmcLink link, BooleanSupplier connected, Consumer<String> lost) {
        this.link = link;
        this.connected = connected;
        this.lost = lost;
    }

    /// From any thread.
    ///
    /// @return false when too much waits already
    boolean queue(byte[] text) {
        if (waiting.get() + text.length > OUTBOX) {
            return false;
        }
        waiting.addAndGet(text.length);
        byte[] copy = text.clone();
        link.lane().loop().execute(() -> {
            outbox = joined(outbox, copy);
            pump();
        });
        return true;
    }

    void sendBreak() {
        breakWanted = true;
        pump();
    }

    /// @param room longest payload that the BMC takes, without its header
    void begin(int room) {
        chunk = room > 0 && room <= MOST_CHARACTERS ? room : USUAL_CHUNK;
        sequence = 0;
    }

    /// What was typed at a machine that is gone is not typed at it later.
    void forget() {
        stopTransmission();
        flight = null;
        outbox = new byte[0];
        waiting.set(0);
        breakWanted = false;
    }

    void received(SolPacket packet) {
        if (flight != null && packet.acknowledges() == flight.sequence()) {
            acknowledged(packet);
        }
    }

    private void acknowledged(SolPacket answer) {
        stopTransmission();
        SolPacket answered = flight;
        flight = null;
        int accepted = Math.min(answer.accepted(), answered.characters().length);
        waiting.addAndGet(-accepted);
        if (answer.has(SolPacket.NACK) && answered.has(SolPacket.BREAK)) {
            breakWanted = true;
        }
        if (accepted == answered.characters().length && !answer.has(SolPacket.NACK)) {
            pump();
            return;
        }
        outbox = joined(Arrays.copyOfRange(answered.characters(), accepted, answered.characters().length), outbox);
        resting = true;
        link.lane().loop().schedule(() -> {
            resting = false;
            pump();
        }, REFUSED_PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS);
    }

    void pump() {
        if (!connected.getAsBoolean() || resting || flight != null || outbox.length == 0 && !breakWanted) {
            return;
        }
        int count = breakWanted ? 0 : Math.min(chunk, outbox.length);
        sequence = sequence % SolPacket.LAST_SEQUENCE + 1;
        flight = new SolPacket(sequence, 0, 0, breakWanted ? SolPacket.BREAK : 0, Arrays.copyOf(outbox, count));
        outbox = Arrays.copyOfRange(outbox, count, outbox.length);
        breakWanted = false;
        // The payload is sent again as it was; the packet around it has a new session sequence number, or a BMC of which only the answer was
        // lost would drop it unanswered.
        byte[] payload = flight.encode();
        transmission = new Transmission(link.lane().timers(), (packet, again) -> {
            if (connected.getAsBoolean()) {
                link.sendInSession(PayloadType.SOL, packet, again);
            }
        }, _ -> payload, SENDS, FIRST_RESEND.toNanos(), LAST_RESEND.toNanos(), () -> lost.accept("it did not take what was typed, sent %d times".formatted(SENDS)));
        transmission.next();
    }

    private void stopTransmission() {
        if (transmission != null) {
            transmission.stop();
            transmission = null;
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
