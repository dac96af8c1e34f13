package io.bessemer.agent.raid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.disk.Disk;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RaidLayoutTest {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    private static final List<Disk> TWO = List.of(disk("/dev/sda", 100, false), disk("/dev/sdb", 100, false));
    private static final List<Disk> SIX = List.of(disk("/dev/sda", 100, false), disk("/dev/sdb", 100, false), disk("/dev/nvme0n1", 400, false), disk("/dev/nvme1n1", 400, false),
            disk("/dev/sdc", 4000, true), disk("/dev/sdd", 4000, true));

    private static Disk disk(String name, long gib, boolean rotational) {
        return new Disk(name, "MODEL", gib * GIB, rotational, "", "", "", "S-" + name, "", "", "", false, false);
    }

    private static RaidLayout layout(List<Disk> disks, boolean uefi, Object... wishes) throws CommandFailedException {
        return RaidLayout.of(LogicalDisk.listOf(List.of(wishes)), disks, uefi);
    }

    @Test
    void a_lone_mirror_takes_whole_disks_with_its_superblock_at_their_end() throws CommandFailedException {
        RaidLayout layout = layout(TWO, false, Map.of("raid_level", "1", "size_gb", "MAX"));
        assertThat(layout.tables()).isEmpty();
        assertThat(layout.arrays()).singleElement().satisfies(array -> {
            assertThat(array.members()).containsExactly("/dev/sda", "/dev/sdb");
            assertThat(array.metadata()).isEqualTo("1.0");
            assertThat(array.memberBytes()).isZero();
            assertThat(array.wish().root()).as("the only one is the root volume").isTrue();
        });
        assertThat(layout(TWO, false, Map.of("raid_level", "1", "size_gb", 50)).arrays().getFirst().memberBytes()).isEqualTo(50 * GIB);
    }

    @Test
    void arrays_that_share_disks_have_partitions_behind_a_system_partition_for_the_loader_and_the_greedy_one_comes_last() throws CommandFailedException {
        RaidLayout layout = layout(TWO, true, Map.of("raid_level", "0", "size_gb", "MAX"), Map.of("raid_level", "1", "size_gb", 20, "is_root_volume", true));
        assertThat(layout.tables().values()).allSatisfy(parts -> assertThat(parts).extracting(RaidLayout.Part::name, RaidLayout.Part::bytes).containsExactly(
                org.assertj.core.groups.Tuple.tuple("bessemer esp", 512 * MIB), org.assertj.core.groups.Tuple.tuple("bessemer raid", 20 * GIB + 130 * MIB),
                org.assertj.core.groups.Tuple.tuple("bessemer raid", 0L)));
        assertThat(layout.arrays().get(0).members()).containsExactly("/dev/sda3", "/dev/sdb3");
        assertThat(layout.arrays().get(0).metadata()).isEqualTo("1.2");
        assertThat(layout.arrays().get(1).members()).containsExactly("/dev/sda2", "/dev/sdb2");
        assertThat(layout.arrays().get(1).metadata()).isEqualTo("1.0");
    }

    @Test
    void a_mirror_and_stripes_on_disks_of_their_own_boot_by_bios_too() throws CommandFailedException {
        RaidLayout layout = layout(SIX, false,
                Map.of("raid_level", "1", "size_gb", "MAX", "is_root_volume", true, "controller", "software", "physical_disks", List.of(Map.of("size", "< 200"), Map.of("size", "< 200"))),
                Map.of("raid_level", "0", "size_gb", "MAX", "controller", "software", "physical_disks", List.of("nvme0n1", "/dev/nvme1n1")),
                Map.of("raid_level", "1", "size_gb", "MAX", "disk_type", "hdd"));
        assertThat(layout.arrays()).extracting(RaidLayout.Array::members).containsExactly(List.of("/dev/sda", "/dev/sdb"), List.of("/dev/nvme0n1p1", "/dev/nvme1n1p1"),
                List.of("/dev/sdc", "/dev/sdd"));
    }

    @ParameterizedTest
    @CsvSource({"0, 3, 100, 34133", "5, 3, 100, 51200", "6, 4, 100, 51200", "1+0, 4, 100, 51200", "1, 3, 100, 102400"})
    void the_size_is_that_of_the_array_not_of_its_members(String level, int disks, int gib, long memberMib) throws CommandFailedException {
        List<Disk> some = SIX.subList(0, 4).stream().map(disk -> disk(disk.name(), 1000, false)).toList().subList(0, disks);
        RaidLayout.Array array = layout(some, true, Map.of("raid_level", level, "size_gb", gib)).arrays().getFirst();
        assertThat(array.memberBytes() / MIB).isBetween(memberMib, memberMib + 1);
        assertThat(array.members()).hasSize(disks);
    }

    @Test
    void what_cannot_be_is_refused_with_what_there_is() {
        assertThatThrownBy(() -> layout(TWO, true, Map.of("raid_level", "5", "size_gb", "MAX"))).hasMessageContaining("logical_disks[0]: level 5 on 3 disks is wished for, there are 2 to use.")
                .hasMessageContaining("/dev/sda (MODEL, serial S-/dev/sda, 100 GiB)");
        assertThatThrownBy(() -> layout(TWO, true, Map.of("raid_level", "1", "size_gb", 200))).hasMessageContaining("/dev/sda has 102400 MiB").hasMessageContaining("lower size_gb");
        assertThatThrownBy(() -> layout(TWO, true, Map.of("raid_level", "0", "size_gb", 400))).hasMessageContaining("/dev/sda has 102400 MiB");
        assertThatThrownBy(() -> layout(TWO, true, Map.of("raid_level", "1", "size_gb", "MAX"), Map.of("raid_level", "0", "size_gb", "MAX"))).hasMessageContaining("at most one can");
        assertThatThrownBy(() -> layout(TWO, false, Map.of("raid_level", "0", "size_gb", "MAX"))).hasMessageContaining("boots by BIOS, which can only start from a mirror");
        assertThatThrownBy(() -> layout(TWO, false, Map.of("raid_level", "1", "size_gb", 10, "is_root_volume", true), Map.of("raid_level", "1", "size_gb", 10)))
                .hasMessageContaining("logical_disks[0] is the root volume");
        assertThatThrownBy(() -> layout(TWO, true, Map.of("raid_level", "1", "size_gb", "MAX", "physical_disks", List.of("sda", "sdx")))).hasMessageContaining("no free disk matches {name=/dev/sdx}");
        assertThatThrownBy(() -> layout(TWO, true, Map.of("raid_level", "2", "size_gb", "MAX"))).hasMessageContaining("logical_disks[0].raid_level must be one of 0, 1, 5, 6, 1+0, but is 2");
        assertThatThrownBy(() -> layout(TWO, true, Map.of("raid_level", "1", "size_gb", 0))).hasMessageContaining("logical_disks[0].size_gb");
    }
}
