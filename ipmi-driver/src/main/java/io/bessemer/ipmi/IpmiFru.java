package io.bessemer.ipmi;

import io.bessemer.core.driver.BmcInterface.Fru;
import io.bessemer.core.driver.DriverException;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.GetFruInfo;
import io.bessemer.ipmi.command.ReadFru;
import io.bessemer.ipmi.fru.FruArea;
import io.bessemer.ipmi.fru.FruHeader;
import io.bessemer.ipmi.fru.FruMultirecord;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.CompletionCode.Generic;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.sensor.FruLocator;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the inventories of a machine's parts, IPMI 2.0 §34: that of the machine itself, and of each part that a record names.
final class IpmiFru {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiFru.class);
    private static final Duration LONGEST = Duration.ofSeconds(40);
    private static final Duration LONGEST_WALK = Duration.ofSeconds(20);
    private static final FruLocator MACHINE = new FruLocator(0, "Builtin FRU Device"); // ipmitool's name for it
    private static final int MOST = 64;
    private static final int MOST_MULTIRECORDS = 64;
    /// bytes of one request; the first is ipmitool's
    private static final int[] COUNTS = {32, 16, 8};

    private final SensorBmc bmc;
    private final long end;
    private int counts;

    private IpmiFru(SensorBmc bmc, long end) {
        this.bmc = bmc;
        this.end = end;
    }

    static List<Fru> read(SensorBmc bmc, SensorInventories.Inventory inventory) throws DriverException {
        long now = System.nanoTime();
        Map<Integer, FruLocator> parts = new LinkedHashMap<>();
        parts.put(MACHINE.id(), MACHINE);
        try {
            SdrWalk.read(bmc, inventory, now + LONGEST_WALK.toNanos()).parts().forEach(part -> parts.put(part.id(), part));
        } catch (DriverException e) {
            if (e.kind() == DriverException.Kind.UNREACHABLE) {
                throw e;
            }
            LOG.info("{}: the machine's own inventory is read alone: {}", bmc.name(), e.getMessage());
        }
        IpmiFru reader = new IpmiFru(bmc, now + LONGEST.toNanos());
        List<Fru> all = new ArrayList<>();
        for (FruLocator part : parts.values()) {
            if (all.size() == MOST || System.nanoTime() > reader.end) {
                LOG.info("{}: its parts are told without {} and what follows", bmc.name(), part.name());
                break;
            }
            reader.part(part).ifPresent(all::add);
        }
        return all;
    }

    /// What makes no sense, or is refused, is told as `errors` of its part; a part that is not there is left out.
    private Optional<Fru> part(FruLocator part) throws DriverException {
        Map<String, Object> facts = new LinkedHashMap<>();
        List<Object> errors = new ArrayList<>();
        try {
            GetFruInfo ask = new GetFruInfo(part.id());
            switch (bmc.answer(ask)) {
                case Answer.Refused<GetFruInfo.Info>(CompletionCode code) when code == Generic.NOT_PRESENT -> {
                    return Optional.empty();
                }
                case Answer.Refused<GetFruInfo.Info>(CompletionCode code) -> throw bmc.refused(ask, code);
                case Answer.Done<GetFruInfo.Info>(GetFruInfo.Info info) -> new Part(part.id(), info).read(facts, errors);
            }
        } catch (DriverException e) {
            if (e.kind() == DriverException.Kind.UNREACHABLE || e.kind() == DriverException.Kind.AUTHENTICATION) {
                throw e;
            }
            errors.add(e.getMessage());
        } catch (DecodeException e) {
            errors.add(e.getMessage());
        }
        if (!errors.isEmpty()) {
            facts.put("errors", errors);
        }
        return Optional.of(new Fru(part.id(), part.name().isEmpty() ? null : part.name(), facts));
    }

    private final class Part {
        private final int id;
        private final GetFruInfo.Info info;

        Part(int id, GetFruInfo.Info info) {
            this.id = id;
            this.info = info;
        }

        void read(Map<String, Object> facts, List<Object> errors) throws DriverException, DecodeException {
            FruHeader header = FruHeader.decode(bytes(0, FruHeader.LENGTH));
            for (FruArea area : FruArea.values()) {
                Optional<Integer> offset = header.offset(area);
                if (offset.isEmpty()) {
                    continue;
                }
                try {
                    int length = area.length(bytes(offset.get(), FruArea.HEADER_LENGTH));
                    facts.put(area.wire(), area.decode(bytes(offset.get(), length)));
                } catch (DecodeException e) {
                    errors.add(e.getMessage());
                }
            }
            if (header.multirecords().isPresent()) {
                List<Object> names = new ArrayList<>();
                facts.put("multirecords", names);
                multirecords(header.multirecords().get(), names);
            }
        }

        private void multirecords(int first, List<Object> names) throws DriverException, DecodeException {
            int at = first;
            while (names.size() < MOST_MULTIRECORDS) {
                FruMultirecord record = FruMultirecord.decode(bytes(at, FruMultirecord.HEADER_LENGTH));
                names.add(record.name());
                if (record.last()) {
                    return;
                }
                at += FruMultirecord.HEADER_LENGTH + record.length();
            }
        }

        /// As many bytes as asked for.
        private byte[] bytes(int from, int count) throws DriverException, DecodeException {
            if (from + count > info.size()) {
                throw new DecodeException("FRU inventory has %d bytes, and one of its areas ends at %d".formatted(info.size(), from + count), from);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int unit = info.byWords() ? 2 : 1;
            int at = from - from % unit;
            int last = Math.min(info.size(), from + count + (from + count) % unit);
            while (at < last) {
                if (System.nanoTime() > end) {
                    throw new DriverException(DriverException.Kind.BUSY, "%s: reading the inventories of its parts takes too long. Try again.".formatted(bmc.name()));
                }
                int want = Math.min(COUNTS[counts], last - at);
                ReadFru ask = new ReadFru(id, at / unit, (want + unit - 1) / unit);
                switch (bmc.answer(ask)) {
                    case Answer.Refused<byte[]>(CompletionCode code) -> {
                        if (!SdrWalk.TOO_MUCH.contains(code) || counts == COUNTS.length - 1) {
                            throw bmc.refused(ask, code);
                        }
                        counts++;
                    }
                    case Answer.Done<byte[]>(byte[] part) -> {
                        if (part.length == 0) {
                            throw new DecodeException("Read FRU Data answer has no bytes", 1);
                        }
                        out.write(part, 0, Math.min(part.length, want));
                        at += Math.min(part.length, want);
                    }
                }
            }
            byte[] read = out.toByteArray();
            return Arrays.copyOfRange(read, from % unit, from % unit + count);
        }
    }
}
