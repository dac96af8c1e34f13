package io.bessemer.core.driver;

import java.time.Duration;
import java.time.Instant;

/// An entry of the log that a BMC keeps of its machine.
///
/// @param record     as the BMC numbers it
/// @param at         by the BMC's clock; null when that was not set, or the entry has no time
/// @param sinceStart of the BMC, when it knew no other time; else null
/// @param source     who told it: `BMC`, `BIOS`, `controller 0x2c`; null when it is not told
/// @param sensor     its name: `CPU1 Temp`; null when it is not known
/// @param sensorType `Temperature`, `Memory`; null when it is not told
/// @param number     of the sensor; null when there is none
/// @param event      in words: `Upper Critical going high`, `Uncorrectable ECC`
/// @param asserted   true: it came, false: it went; null when it is neither
/// @param health     `OK`, `Warning` or `Critical`; null when it is not told
/// @param reading    that made the event; null when it is not told
/// @param threshold  that was passed; null when it is not told
/// @param unit       of both; null without them
/// @param raw        what else the entry holds, in hexadecimal
public record SystemEvent(int record, Instant at, Duration sinceStart, String source, String sensor, String sensorType, Integer number, String event, Boolean asserted,
        String health, Double reading, Double threshold, String unit, String raw) {}
