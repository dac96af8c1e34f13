package io.bessemer.ipmi;

import io.bessemer.ipmi.command.GetSdrRepositoryInfo.Info;
import io.bessemer.ipmi.sensor.FruLocator;
import io.bessemer.ipmi.sensor.SensorRecord;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The sensors and parts of the BMCs that were asked last, as their records describe them: reading the records takes a hundred requests and more, and they
/// change when firmware does.
final class SensorInventories {
    /// BMCs; one has at most 256 sensors here, of some 200 bytes each
    private static final int MOST = 1024;

    private final Map<InetSocketAddress, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

    /// guarded by `kept`
    private final Set<InetSocketAddress> walks = new HashSet<>();

    private record Kept(Info info, Records records) {}

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
                return Optional.ofNullable(kept.get(bmc)).filter(one -> one.info().equals(info)).map(Kept::records);
            }
        }

        void keep(Info info, Records records) {
            synchronized (kept) {
                kept.put(bmc, new Kept(info, records));
                if (kept.size() > MOST) {
                    kept.remove(kept.keySet().iterator().next());
                }
            }
        }
    }

    Inventory of(InetSocketAddress bmc) {
        return new Inventory(bmc);
    }
}
