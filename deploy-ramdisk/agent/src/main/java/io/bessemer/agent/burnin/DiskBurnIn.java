package io.bessemer.agent.burnin;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.disk.BlockDevice;
import io.bessemer.agent.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Writes every block of every internal disk with numbers that tell its place, past the page cache, and reads them back. All disks at once, each by a thread of
/// its own.
public final class DiskBurnIn {
    private static final int BLOCK = 1 << 20;
    private static final long NANOS = 1_000_000_000;

    private DiskBurnIn() {}

    /// @param params `loops`, one if absent; `seconds`, after which no other loop begins and the running one stops, 0 for no limit
    public static Map<String, Object> run(Map<String, Object> params, List<Disk> all, ProgressSink progress) throws CommandFailedException, InterruptedException {
        long loops = params.get("loops") instanceof Number number ? Math.clamp(number.longValue(), 1, 1_000) : 1;
        long seconds = params.get("seconds") instanceof Number number ? Math.max(0, number.longValue()) : 0;
        List<Disk> disks = all.stream().filter(Disk::internal).toList();
        if (disks.isEmpty()) {
            throw new CommandFailedException("this machine has no internal disk to test");
        }
        long total = disks.stream().mapToLong(Disk::sizeBytes).sum() * 2 * loops;
        var done = new LongAdder();
        List<Worker> workers = disks.stream().map(disk -> new Worker(disk, loops, seconds, done)).toList();
        List<Thread> threads = workers.stream().map(worker -> Thread.ofPlatform().daemon().name("burn-in " + worker.disk.name()).start(worker)).toList();
        try {
            for (Thread thread : threads) {
                while (!thread.join(java.time.Duration.ofSeconds(1))) {
                    progress.at("burn-in", done.sum(), total, "%d disks".formatted(disks.size()));
                }
            }
        } finally {
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        List<String> faults = workers.stream().map(worker -> worker.fault).filter(fault -> !fault.isEmpty()).toList();
        if (!faults.isEmpty()) {
            throw new CommandFailedException(String.join("; ", faults));
        }
        return Map.of("disks", workers.stream().map(Worker::result).toList());
    }

    private static final class Worker implements Runnable {
        private final Disk disk;
        private final long loops;
        private final long seconds;
        private final LongAdder done;
        private final long begin = System.nanoTime();
        private volatile String fault = "";
        private volatile long written;
        private volatile long compared;
        private volatile long finished;
        private volatile long end;

        Worker(Disk disk, long loops, long seconds, LongAdder done) {
            this.disk = disk;
            this.loops = loops;
            this.seconds = seconds;
            this.done = done;
        }

        @Override
        public void run() {
            try (BlockDevice device = BlockDevice.open(Path.of(disk.name()))) {
                for (long loop = 1; loop <= loops && !over(); loop++) {
                    long upTo = write(device, loop);
                    device.flush();
                    compare(device, loop, upTo);
                    if (!over()) {
                        finished = loop;
                    }
                }
            } catch (IOException e) {
                fault = "%s failed: %s".formatted(disk.name(), e.getMessage());
            } finally {
                end = System.nanoTime();
            }
        }

        private boolean over() {
            return Thread.currentThread().isInterrupted() || seconds > 0 && System.nanoTime() - begin > seconds * NANOS;
        }

        /// @return where it stopped
        private long write(BlockDevice device, long loop) throws IOException {
            ByteBuffer block = BlockDevice.buffer(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
            long at = 0;
            for (; at < device.size() && !over(); at += BLOCK) {
                int length = (int) Math.min(BLOCK, device.size() - at);
                block.clear();
                while (block.remaining() >= Long.BYTES) {
                    block.putLong(value(at + block.position(), loop));
                }
                device.write(block.flip().limit(length), at);
                written += length;
                done.add(length);
            }
            return Math.min(at, device.size());
        }

        private void compare(BlockDevice device, long loop, long upTo) throws IOException {
            for (long at = 0; at < upTo && !Thread.currentThread().isInterrupted(); at += BLOCK) {
                ByteBuffer block = ByteBuffer.wrap(device.read(at, (int) Math.min(BLOCK, upTo - at))).order(ByteOrder.LITTLE_ENDIAN);
                while (block.remaining() >= Long.BYTES) {
                    long place = at + block.position();
                    long found = block.getLong();
                    if (found != value(place, loop)) {
                        throw new IOException("byte %d reads %016x, written was %016x (serial %s, loop %d)".formatted(place, found, value(place, loop), disk.serial(), loop));
                    }
                }
                compared += block.limit();
                done.add(block.limit());
            }
        }

        /// Neither constant, which a disk may compress, nor the same in two places or loops (the finaliser of SplitMix64).
        private static long value(long place, long loop) {
            long mixed = place + loop * 0x9e3779b97f4a7c15L;
            mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
            return mixed ^ mixed >>> 31;
        }

        Map<String, Object> result() {
            double took = Math.max(1, end - begin) / (double) NANOS;
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("name", disk.name());
            result.put("serial", disk.serial());
            result.put("loops", finished);
            result.put("bytes_written", written);
            result.put("bytes_compared", compared);
            result.put("seconds", Math.round(took * 10) / 10.0);
            result.put("bytes_per_second", Math.round((written + compared) / took));
            return result;
        }
    }
}
