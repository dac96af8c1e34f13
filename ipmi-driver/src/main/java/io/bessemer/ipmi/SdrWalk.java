package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.GetSdr;
import io.bessemer.ipmi.command.GetSdrRepositoryInfo;
import io.bessemer.ipmi.command.GetSdrRepositoryInfo.Info;
import io.bessemer.ipmi.command.ReserveSdrRepository;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.CompletionCode.Generic;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.sensor.FruLocator;
import io.bessemer.ipmi.sensor.SensorRecord;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a BMC's sensor data records from the first to the last, IPMI 2.0 §33. Each record names the next, and nothing keeps a BMC from naming one
/// that was read before, or ever new ones.
final class SdrWalk {
    private static final Logger LOG = LoggerFactory.getLogger(SdrWalk.class);
    private static final int MOST_RECORDS = 1000;
    /// reservations that others took from us, in one walk
    private static final int MOST_LOSSES = 64;
    /// Bytes asked for at once, from what costs least to what every BMC can. The second is ipmitool's.
    private static final int[] COUNTS = {GetSdr.WHOLE, 32, 16, 8};
    /// That a record, or a part of it, is too much at once; some say so in other words than the specification (0xCA).
    static final Set<CompletionCode> TOO_MUCH = Set.of(Generic.CANNOT_RETURN_BYTES, Generic.DATA_TOO_LONG, Generic.DATA_LENGTH_INVALID, Generic.DATA_TRUNCATED,
            Generic.OUT_OF_SPACE, Generic.INVALID_FIELD, Generic.OUT_OF_RANGE, Generic.UNSPECIFIED);

    private final SensorBmc bmc;
    private final long end;
    private final Map<Integer, SensorRecord> sensors = new LinkedHashMap<>();
    private final Map<Integer, FruLocator> parts = new LinkedHashMap<>();
    private final Set<Integer> read = new HashSet<>();
    private int counts;
    private int losses;
    private boolean reserved;
    private int reservation;
    private Optional<Info> info;
    /// something was not read that may be another time: what was read is not kept
    private boolean missing;

    /// @param end no request is begun after it, by [System#nanoTime]
    private SdrWalk(SensorBmc bmc, long end) {
        this.bmc = bmc;
        this.end = end;
    }

    static SensorInventories.Records read(SensorBmc bmc, SensorInventories.Inventory inventory, long end) throws DriverException {
        if (!inventory.begin(end)) {
            throw new DriverException(DriverException.Kind.BUSY, "%s: its sensor data records are being read for somebody else, and that takes long. Try again.".formatted(bmc.name()));
        }
        try {
            return new SdrWalk(bmc, end).read(inventory);
        } finally {
            inventory.end();
        }
    }

    private SensorInventories.Records read(SensorInventories.Inventory inventory) throws DriverException {
        info = askInfo();
        Optional<SensorInventories.Records> known = info.flatMap(inventory::of);
        if (known.isPresent()) {
            return known.get();
        }
        walk();
        SensorInventories.Records found = new SensorInventories.Records(List.copyOf(sensors.values()), List.copyOf(parts.values()));
        if (!missing) {
            info.ifPresent(of -> inventory.keep(of, found));
        }
        return found;
    }

    private Optional<Info> askInfo() throws DriverException {
        return switch (bmc.answer(new GetSdrRepositoryInfo())) {
            case Answer.Done<Info>(Info told) -> Optional.of(told);
            case Answer.Refused<Info>(CompletionCode _) -> Optional.empty();
        };
    }

    private void walk() throws DriverException {
        int id = GetSdr.FIRST;
        while (id != GetSdr.LAST) {
            if (read.size() >= MOST_RECORDS || !read.add(id)) {
                LOG.info("{}: after {} sensor data records it names 0x{} as the next: the rest is left out", bmc.name(), read.size(), Integer.toHexString(id));
                break;
            }
            Optional<Integer> next = record(id);
            if (next.isEmpty()) {
                missing = true;
                return;
            }
            id = next.get();
        }
    }

    /// Reads one record, and returns the id of the next; empty when the time is up.
    private Optional<Integer> record(int id) throws DriverException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int length = 0;
        int next = GetSdr.LAST;
        while (length == 0 || bytes.size() < length) {
            if (System.nanoTime() > end) {
                LOG.info("{}: its sensors are told without those from record 0x{} on: reading the records takes too long", bmc.name(), Integer.toHexString(id));
                return Optional.empty();
            }
            if (bytes.size() > 0 && !reserved) {
                reserve();
            }
            GetSdr ask = new GetSdr(reservation, id, bytes.size(), count(bytes.size(), length));
            Answer<GetSdr.Part> answer = bmc.answer(ask);
            if (answer instanceof Answer.Refused<GetSdr.Part>(CompletionCode code)) {
                if (code == Generic.RESERVATION_CANCELLED) {
                    if (++losses > MOST_LOSSES) {
                        throw bmc.refused(ask, code);
                    }
                    if (changed()) {
                        return Optional.of(GetSdr.FIRST);
                    }
                    reserve();
                    bytes.reset(); // what was read of it may be of another record
                    length = 0;
                    continue;
                }
                if (TOO_MUCH.contains(code) && counts < COUNTS.length - 1) {
                    counts++;
                    continue;
                }
                return withoutThis(ask, code, length == 0 ? Optional.empty() : Optional.of(next));
            }
            GetSdr.Part part = ((Answer.Done<GetSdr.Part>) answer).value();
            next = part.next();
            bytes.write(part.bytes(), 0, Math.min(part.bytes().length, SensorRecord.MAX_LENGTH - bytes.size()));
            try {
                if (part.bytes().length == 0) {
                    throw new DecodeException("Get SDR answer has no bytes of the record", 2);
                }
                length = SensorRecord.length(bytes.toByteArray());
            } catch (DecodeException e) {
                LOG.debug("{}: {} is left out: {}", bmc.name(), ask.title(), e.getMessage());
                return Optional.of(next);
            }
        }
        keep(id, bytes.toByteArray());
        return Optional.of(next);
    }

    /// @param next empty when the BMC did not name it
    private Optional<Integer> withoutThis(GetSdr ask, CompletionCode code, Optional<Integer> next) throws DriverException {
        if (next.isEmpty() && ask.id() == GetSdr.FIRST) {
            if (code == Generic.NOT_PRESENT) {
                return Optional.of(GetSdr.LAST); // there is none at all
            }
            throw bmc.refused(ask, code);
        }
        missing = true;
        LOG.info("{}: its sensors are told without {}{}: {}", bmc.name(), ask.title(), next.isEmpty() ? " and what follows" : "", code);
        return next;
    }

    private int count(int have, int length) {
        if (have > 0) {
            return Math.min(COUNTS[counts], length - have);
        }
        return COUNTS[counts] == GetSdr.WHOLE ? GetSdr.WHOLE : SensorRecord.HEADER_LENGTH;
    }

    private void reserve() throws DriverException {
        reserved = true;
        ReserveSdrRepository reserve = new ReserveSdrRepository();
        switch (bmc.answer(reserve)) {
            case Answer.Done<Integer>(Integer id) -> reservation = id;
            // it has no reservations (§33.11: then 0 is written); of one that has, the next answer tells
            case Answer.Refused<Integer>(CompletionCode code) -> LOG.debug("{}: {} refused: {}", bmc.name(), reserve.title(), code);
        }
    }

    /// Our reservation is cancelled: by somebody who reads too, or because the records changed. Then all begins anew.
    private boolean changed() throws DriverException {
        Optional<Info> now = askInfo();
        if (now.equals(info)) {
            return false;
        }
        info = now;
        reserved = false;
        sensors.clear();
        parts.clear();
        read.clear();
        return true;
    }

    private void keep(int id, byte[] record) {
        try {
            FruLocator.decode(record).ifPresent(part -> parts.putIfAbsent(part.id(), part));
            for (SensorRecord sensor : SensorRecord.decode(record)) {
                if (sensor.askable()) {
                    sensors.putIfAbsent(sensor.number(), sensor);
                }
            }
        } catch (DecodeException e) {
            LOG.debug("{}: sensor data record 0x{} is left out: {}", bmc.name(), Integer.toHexString(id), e.getMessage());
        }
    }
}
