package io.bessemer.pxe.dhcp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootDirectory;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Whether anybody knows a MAC, asked of the directory once for the messages of one exchange, which firmware repeats for each of its boot protocols.
///
/// A machine that was just enrolled is never kept waiting by this: "unknown" is only remembered where unknown machines are answered too.
final class KnownMachines {
    private static final Duration REMEMBERED = Duration.ofSeconds(2);
    /// with more machines at once all is forgotten, and asked again
    private static final int MOST = 50_000;

    private record Answer(boolean known, long at) {}

    private final Map<MacAddress, Answer> answers = new ConcurrentHashMap<>();
    private final BootDirectory directory;
    private final boolean discovery;
    private final LongSupplier nanoTime;

    KnownMachines(BootDirectory directory, boolean discovery, LongSupplier nanoTime) {
        this.directory = directory;
        this.discovery = discovery;
        this.nanoTime = nanoTime;
    }

    /// Those of the MACs that somebody knows. Asks for all that are not remembered together.
    Set<MacAddress> among(Collection<MacAddress> macs) {
        long now = nanoTime.getAsLong();
        Set<MacAddress> known = new HashSet<>();
        Set<MacAddress> open = new HashSet<>();
        for (MacAddress mac : macs) {
            Answer before = answers.get(mac);
            if (before == null || now - before.at >= REMEMBERED.toNanos()) {
                open.add(mac);
            } else if (before.known) {
                known.add(mac);
            }
        }
        if (open.isEmpty()) {
            return known;
        }
        Set<MacAddress> found = directory.known(open);
        known.addAll(found);
        if (answers.size() >= MOST) {
            answers.clear();
        }
        open.forEach(mac -> remember(mac, new Answer(found.contains(mac), now)));
        return known;
    }

    private void remember(MacAddress mac, Answer answer) {
        if (answer.known || discovery) {
            answers.put(mac, answer);
        } else {
            answers.remove(mac);
        }
    }
}
