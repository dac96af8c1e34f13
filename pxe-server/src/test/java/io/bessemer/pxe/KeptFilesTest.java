package io.bessemer.pxe;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFilesTest {
    @TempDir
    Path work;

    @Test
    void what_was_not_asked_for_longest_makes_room_and_whoever_still_sends_it_keeps_it() throws Exception {
        var kept = new KeptFiles();
        var held = new ArrayList<ByteBuf>();
        for (int i = 0; i < 6; i++) { // of 4 MiB: there is room for four
            byte[] content = new byte[4 << 20];
            content[0] = (byte) i;
            held.add(kept.whole(BootFiles.Found.at(Files.write(work.resolve("file" + i), content)).orElseThrow()));
        }
        for (int i = 0; i < 6; i++) {
            assertThat(held.get(i).getByte(0)).isEqualTo((byte) i);
            assertThat(held.get(i).refCnt()).as("file %d, shared with what is kept or not", i).isEqualTo(i < 2 ? 1 : 2);
        }
        ByteBuf again = kept.whole(BootFiles.Found.at(work.resolve("file5")).orElseThrow());
        assertThat(again.memoryAddress()).as("the same memory").isEqualTo(held.get(5).memoryAddress());
        again.release();
        kept.forgetAll();
        held.forEach(buffer -> assertThat(buffer.release()).as("nobody else has it").isTrue());
    }
}
