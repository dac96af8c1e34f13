package io.bessemer.agent.disk;

import io.bessemer.agent.neighbour.Giver;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The giver of the image that was written last, if any. It stays after the image is written, until something else is done to the disk or the machine goes: takers
/// are not waited for.
public final class DiskGiver implements AutoCloseable {
    private Giver giver;
    private FileChannel disk;

    synchronized Giver open(InetAddress address, String key, Path path) throws IOException {
        close();
        disk = FileChannel.open(path, StandardOpenOption.READ);
        try {
            FileChannel read = disk;
            giver = Giver.open(address, key, read::read, Thread.ofPlatform().daemon().name("giver-", 0).factory(), Giver.Patience.NORMAL);
            return giver;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (giver != null) {
            giver.close();
            giver = null;
        }
        if (disk != null) {
            try {
                disk.close();
            } catch (IOException e) {
                // it was only read
            }
            disk = null;
        }
    }
}
