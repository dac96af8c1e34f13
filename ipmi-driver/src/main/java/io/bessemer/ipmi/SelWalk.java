package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.ClearSel;
import io.bessemer.ipmi.command.GetSelEntry;
import io.bessemer.ipmi.command.GetSelInfo;
import io.bessemer.ipmi.command.ReserveSel;
import io.bessemer.ipmi.event.SelRecord;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.CompletionCode.Generic;
import io.bessemer.ipmi.protocol.DecodeException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a BMC's system event log, IPMI 2.0 §31, towards its newest entry, or clears it. Each entry names the next, and nothing keeps a BMC from naming one
/// that was read before, or ever new ones.
final class SelWalk {
    private static final Logger LOG = LoggerFactory.getLogger(SelWalk.class);
    /// entries that are read in one walk; the largest logs of today's BMCs hold some 4,000
    private static final int MOST_READ = 10_000;
    /// reservations that others took from us, in one walk or one clearing
    private static final int MOST_LOSSES = 16;
    private static final int PART = 8;
    private static final Duration CLEARING_PAUSE = Duration.ofMillis(250);

    private final SensorBmc bmc;
    private final long end;
    private boolean inParts;
    private int reservation;
    private int losses;

    /// @param end no request is begun after it, by [System#nanoTime]
    SelWalk(SensorBmc bmc, long end) {
        this.bmc = bmc;
        this.end = end;
    }

    /// The newest entries, the newest last. Where ids count without gaps, as nearly everywhere, the older ones are not read.
    ///
    /// @param most at least 1
    List<SelRecord> newest(GetSelInfo.Info info, int most) throws DriverException {
        if (info.entries() == 0) {
            return List.of();
        }
        if (info.entries() > most) {
            Optional<Entry> last = read(GetSelEntry.NEWEST);
            int first = last.map(entry -> entry.id() - most + 1).orElse(0);
            if (first > 0 && read(first).filter(entry -> entry.id() == first).isPresent()) {
                List<SelRecord> found = walk(first, most);
                if (found.size() == most) {
                    return found;
                }
            }
        }
        return walk(GetSelEntry.OLDEST, most);
    }

    /// @param record empty when it makes no sense
    private record Entry(int id, int next, Optional<SelRecord> record) {}

    private List<SelRecord> walk(int from, int most) throws DriverException {
        Deque<SelRecord> found = new ArrayDeque<>();
        Set<Integer> read = new HashSet<>();
        int id = from;
        do {
            if (System.nanoTime() > end) {
                throw new DriverException(Kind.BUSY, "%s: %d entries of its event log were read when the time was up. It is slow; ask for fewer, or try again."
                        .formatted(bmc.name(), read.size()));
            }
            if (read.size() >= MOST_READ || !read.add(id)) {
                LOG.info("{}: after {} entries of its event log it names 0x{} as the next: the rest is left out", bmc.name(), read.size(), Integer.toHexString(id));
                break;
            }
            Optional<Entry> entry = read(id);
            if (entry.isEmpty()) {
                break; // it was cleared meanwhile
            }
            entry.get().record().ifPresent(found::addLast);
            if (found.size() > most) {
                found.removeFirst();
            }
            id = entry.get().next();
        } while (id != GetSelEntry.NEWEST);
        return List.copyOf(found);
    }

    /// Empty when there is none by that id.
    private Optional<Entry> read(int id) throws DriverException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            if (inParts && bytes.size() == 0) {
                reservation = reserve();
            }
            GetSelEntry ask = new GetSelEntry(reservation, id, bytes.size(), inParts ? Math.min(PART, SelRecord.LENGTH - bytes.size()) : GetSelEntry.WHOLE);
            switch (bmc.answer(ask)) {
                case Answer.Refused<GetSelEntry.Part>(CompletionCode code) -> {
                    if (code == Generic.NOT_PRESENT) {
                        return Optional.empty();
                    }
                    if (code == Generic.RESERVATION_CANCELLED && ++losses <= MOST_LOSSES) {
                        inParts = true; // some want a reservation for whole entries too
                        bytes.reset();
                    } else if (!inParts && SdrWalk.TOO_MUCH.contains(code)) {
                        inParts = true;
                    } else if (id != GetSelEntry.OLDEST && id != GetSelEntry.NEWEST && SdrWalk.TOO_MUCH.contains(code)) {
                        return Optional.empty(); // so do some say that there is no such entry
                    } else {
                        throw bmc.refused(ask, code);
                    }
                }
                case Answer.Done<GetSelEntry.Part>(GetSelEntry.Part part) -> {
                    bytes.write(part.bytes(), 0, Math.min(part.bytes().length, SelRecord.LENGTH - bytes.size()));
                    if (bytes.size() >= SelRecord.LENGTH || part.bytes().length == 0) {
                        return Optional.of(entry(bytes.toByteArray(), id, part.next()));
                    }
                    if (!inParts) { // a whole entry that is too short is no entry
                        return Optional.of(entry(bytes.toByteArray(), id, part.next()));
                    }
                }
            }
        }
    }

    private Entry entry(byte[] bytes, int asked, int next) {
        try {
            SelRecord record = SelRecord.decode(bytes);
            return new Entry(record.id(), next, Optional.of(record));
        } catch (DecodeException e) {
            LOG.debug("{}: entry 0x{} of its event log is left out: {}", bmc.name(), Integer.toHexString(asked), e.getMessage());
            return new Entry(asked, next, Optional.empty());
        }
    }

    private int reserve() throws DriverException {
        ReserveSel reserve = new ReserveSel();
        return switch (bmc.answer(reserve)) {
            case Answer.Done<Integer>(Integer id) -> id;
            case Answer.Refused<Integer>(CompletionCode code) when code == Generic.INVALID_COMMAND -> 0; // §31.4: it has none, and takes 0
            case Answer.Refused<Integer>(CompletionCode code) -> throw bmc.refused(reserve, code);
        };
    }

    /// Erases all entries, and waits until the BMC says that they are.
    void clear() throws DriverException {
        reservation = reserve();
        boolean begun = false;
        while (true) {
            ClearSel clear = new ClearSel(reservation, !begun);
            switch (bmc.answer(clear)) {
                case Answer.Refused<Boolean>(CompletionCode code) -> {
                    if (code != Generic.RESERVATION_CANCELLED || ++losses > MOST_LOSSES) {
                        throw bmc.refused(clear, code);
                    }
                    reservation = reserve();
                }
                case Answer.Done<Boolean>(Boolean done) -> {
                    if (done) {
                        return;
                    }
                    begun = true;
                    pause();
                }
            }
            if (System.nanoTime() > end) {
                throw new DriverException(Kind.NOT_CONFIRMED, "%s took the order to clear its event log and does not say that it is done. Look at the log later."
                        .formatted(bmc.name()));
            }
        }
    }

    private void pause() throws DriverException {
        try {
            Thread.sleep(CLEARING_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(Kind.BUSY, "%s: clearing its event log was interrupted; the BMC goes on.".formatted(bmc.name()), e);
        }
    }
}
