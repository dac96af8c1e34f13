package io.bessemer.agent.raid;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.server.Json;
import java.util.List;
import java.util.stream.IntStream;

/// Wishes for arrays: each becomes a layout that fits, or a sentence that says why not.
class RaidFuzzTest {
    private static final List<Disk> DISKS = IntStream.range(0, 5)
            .mapToObj(i -> new Disk("/dev/sd" + (char) ('a' + i), "MODEL", (10L + i) << 30, i % 2 == 0, "", "", "", "S" + i, "", "", "", false, false)).toList();

    @FuzzTest
    void wishes(byte[] json) {
        for (boolean uefi : new boolean[] {true, false}) {
            try {
                List<LogicalDisk> wishes = LogicalDisk.listOf(Json.object(json).get("logical_disks"));
                RaidLayout layout = RaidLayout.of(wishes, DISKS, uefi);
                assert layout.arrays().size() == wishes.size();
                layout.arrays().forEach(array -> {
                    assert !array.members().isEmpty() && array.memberBytes() >= 0 : array;
                });
                layout.tables().forEach((disk, parts) -> {
                    assert parts.stream().mapToLong(RaidLayout.Part::bytes).sum() <= disk.sizeBytes() && parts.stream().allMatch(part -> part.bytes() >= 0) : parts;
                });
            } catch (DecodeException | CommandFailedException expected) {
                assert expected.getMessage() != null;
            }
        }
    }
}
