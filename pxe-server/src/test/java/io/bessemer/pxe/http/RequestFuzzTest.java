package io.bessemer.pxe.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.RunningServer;
import java.nio.charset.StandardCharsets;

/// What a client writes into a request line and a Range header names one of our things, or nothing.
class RequestFuzzTest {
    @FuzzTest
    void targets(byte[] bytes) {
        ContentPath.parse(text(bytes)).ifPresent(path -> {
            if (path instanceof ContentPath.BootFile(var name)) {
                assert BootFiles.isPlain(name) && !name.contains("/") && !name.contains("..") && !name.contains("\0") : name;
            }
        });
    }

    @FuzzTest
    void ranges(byte[] bytes) {
        for (long length : new long[] {0, 1, 1000, Long.MAX_VALUE}) {
            if (ByteRange.parse(text(bytes), length) instanceof ByteRange.Part part) {
                assert part.first() >= 0 && part.first() <= part.last() && part.last() < length : part + " of " + length;
            }
        }
    }

    @FuzzTest
    void claims(byte[] bytes) {
        var client = RunningServer.address("10.0.0.9");
        NeighbourClaim.parse(text(bytes), "", client, new PxeCounters()).ifPresent(claim -> {
            assert claim.host().equals(client) && claim.address().getPort() >= 1024 && claim.chunks() >= 0 && claim.lost().size() <= 16 : claim;
        });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
