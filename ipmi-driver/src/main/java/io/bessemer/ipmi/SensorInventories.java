package io.bessemer.ipmi;

import io.bessemer.ipmi.command.GetSdrRepositoryInfo.Info;
import io.bessemer.ipmi.sensor.FruLocator;
import io.bessemer.ipmi.sensor.SensorRecord;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The sensors and parts of the BMCs that were asked last, as their records describe them: reading the records takes a hundred requests and more, and they
/// change when firmware does. BMCs of one model tell the same, which is kept once.
final class SensorInventories {
    /// BMCs, of which each costs some 200 bytes
    private final int most;
    /// different records; those of one BMC are at most 256 sensors here, of some 200 bytes each
    private final int mostDifferent;

    private final Map<InetSocketAddress, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    /// by themselves, with how many BMCs have them; guarded by `kept`
    private final Map<Records, Shared> different = new HashMap<>();

    /// guarded by `kept`
    private final Set<InetSocketAddress> walks = new HashSet<>();

    SensorInventories() {
        this(65_536, 1024);
    }

    SensorInventories(int most, int mostDifferent) {
        this.most = most;
        this.mostDifferent = mostDifferent;
    }

    private record Kept(Info info, Shared shared) {}

    private static final class Shared {
        private final Records records;
        private int bmcs;

        Shared(Records records) {
            this.records = records;
        }
    }

    /// What the records of a BMC tell.
    ///
    /// @param sensors the BMC's own, also those of kinds whose readings are not told: events are
    record Records(List<SensorRecord> sensors, List<FruLocator> parts) {
        Records {
            sensors = List.copyOf(sensors);
            parts = List.copyOf(parts);
        }
    }

    /// What is known of one BMC.
    final class Inventory {
        private final InetSocketAddress bmc;

        private Inventory(InetSocketAddress bmc) {
            this.bmc = bmc;
        }

        /// One walk over the records of a BMC at a time: two would take each other's reservation.
        ///
        /// @param end until when to wait, by [System#nanoTime]
        /// @return whether it is ours now, to be given back by [#end]
        boolean begin(long end) {
            synchronized (kept) {
                while (!walks.add(bmc)) {
                    long left = (end - System.nanoTime()) / 1_000_000;
                    if (left <= 0) {
                        return false;
                    }
                    try {
                        kept.wait(left);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return false;
                    }
                }
                return true;
            }
        }

        void end() {
            synchronized (kept) {
                walks.remove(bmc);
                kept.notifyAll();
            }
        }

        /// @param info of the repository as it is now: another one than when it was read makes what is kept worthless
        Optional<Records> of(Info info) {
            synchronized (kept) {
                return Optional.ofNullable(kept.get(bmc)).filter(one -> one.info().equals(info)).map(one -> one.shared().records);
            }
        }

        void keep(Info info, Records records) {
            synchronized (kept) {
                drop(kept.remove(bmc));
                Shared shared = different.computeIfAbsent(records, Shared::new);
                shared.bmcs++;
                kept.put(bmc, new Kept(info, shared));
                while (kept.size() > most || different.size() > mostDifferent) {
                    drop(kept.remove(kept.keySet().iterator().next()));
                }
            }
        }
    }

    private void drop(Kept one) {
        if (one != null && --one.shared().bmcs == 0) {
            different.remove(one.shared().records);
        }
    }

    int kept() {
        synchronized (kept) {
            return kept.size();
        }
    }

    int different() {
        synchronized (kept) {
            return different.size();
        }
    }

    Inventory of(InetSocketAddress bmc) {
        return new Inventory(bmc);
    }
}
