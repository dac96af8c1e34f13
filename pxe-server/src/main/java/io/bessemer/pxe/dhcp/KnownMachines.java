package io.bessemer.pxe.dhcp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootDirectory;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Whether anybody knows a MAC, asked of the directory once for the messages of one exchange, which firmware repeats for each of its boot protocols, and for all
/// machines at once that ask meanwhile.
///
/// A machine that was just enrolled is never kept waiting by this: "unknown" is only remembered where unknown machines are answered too.
final class KnownMachines {
    private static final Duration REMEMBERED = Duration.ofSeconds(2);
    /// with more machines at once all is forgotten, and asked again
    private static final int MOST = 50_000;

    private record Answer(boolean known, long at) {}

    private final Map<MacAddress, Answer> answers = new ConcurrentHashMap<>();
    private final Together<MacAddress, Boolean> question;
    private final boolean discovery;
    private final LongSupplier nanoTime;

    KnownMachines(BootDirectory directory, boolean discovery, LongSupplier nanoTime) {
        this.question = new Together<>("known-machines", macs -> {
            Set<MacAddress> known = directory.known(macs);
            return macs.stream().map(known::contains).toList();
        });
        this.discovery = discovery;
        this.nanoTime = nanoTime;
    }

    boolean knows(MacAddress mac) {
        long now = nanoTime.getAsLong();
        Answer before = answers.get(mac);
        if (before != null && now - before.at < REMEMBERED.toNanos()) {
            return before.known;
        }
        boolean known = question.call(mac);
        if (known || discovery) {
            if (answers.size() >= MOST) {
                answers.clear();
            }
            answers.put(mac, new Answer(known, now));
        } else {
            answers.remove(mac);
        }
        return known;
    }
}
