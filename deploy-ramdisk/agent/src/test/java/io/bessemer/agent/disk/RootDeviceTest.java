package io.bessemer.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.agent.command.CommandFailedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootDeviceTest {
    private static final Disk SMALL = disk("/dev/sda", "Fast SSD 128", 3L << 30, false, "S1");
    private static final Disk BOOT = disk("/dev/sdb", "Samsung SSD 860", 120L << 30, false, "S2");
    private static final Disk DATA = disk("/dev/sdc", "ST4000NM0035", 4000L << 30, true, "Z3");
    private static final Disk STICK = new Disk("/dev/sdd", "Stick", 8L << 30, false, "", "", "", "U4", "", "", "", true, true);
    private static final List<Disk> ALL = List.of(SMALL, BOOT, DATA, STICK);

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(delimiter = '|', textBlock = """
            model      | samsung ssd 860            | /dev/sdb
            model      | s== ST4000NM0035           | /dev/sdc
            model      | <in> samsung               | /dev/sdb
            model      | <all-in> ssd 860           | /dev/sdb
            model      | <or> nothing <or> st4000nm0035 | /dev/sdc
            model      | s>= t                      | none
            model      | s< g                       | /dev/sda
            serial     | s2                         | /dev/sdb
            serial     | s> s2                      | /dev/sdc
            size       | 120                        | /dev/sdb
            size       | == 120                     | /dev/sdb
            size       | = 4000                     | /dev/sdc
            size       | >= 4000                    | /dev/sdc
            size       | > 120                      | /dev/sdc
            size       | <= 3                       | /dev/sda
            size       | < 120                      | /dev/sda
            size       | <or> 7 <or> 120            | /dev/sdb
            size       | > 4000                     | none
            rotational | true                       | /dev/sdc
            name       | /dev/sdb                   | /dev/sdb
            name       | <in> sdc                   | /dev/sdc
            wwn        | 0x5000S2                   | /dev/sdb
            wwn_with_extension | s!= 0x5000S2       | two
            hctl       | 0:0:0:Z3                   | /dev/sdc
            by_path    | <in> -S1                   | /dev/sda
            vendor     | s!= ata                    | none
            serial     | U4                         | none
            rotational | false                      | two
            size       | >= 100                     | two
            """)
    void hints_choose(String hint, String value, String expected) throws CommandFailedException {
        switch (expected) {
            case "none" -> assertThatThrownBy(() -> RootDevice.choose(ALL, Map.of(hint, value))).isInstanceOf(CommandFailedException.class)
                    .hasMessageStartingWith("no disk matches the root device hints").hasMessageContaining("/dev/sdc (ST4000NM0035, serial Z3, 4000 GiB)");
            case "two" -> assertThatThrownBy(() -> RootDevice.choose(ALL, Map.of(hint, value))).isInstanceOf(CommandFailedException.class)
                    .hasMessageContaining("must name one").hasMessageContaining("/dev/sdb (Samsung SSD 860, serial S2, 120 GiB)");
            default -> assertThat(RootDevice.choose(ALL, Map.of(hint, value)).name()).isEqualTo(expected);
        }
    }

    @Test
    void hints_are_all_to_match() throws CommandFailedException {
        assertThat(RootDevice.choose(ALL, Map.of("rotational", false, "size", ">= 100"))).isEqualTo(BOOT);
        assertThat(RootDevice.choose(ALL, Map.of("size", 120))).isEqualTo(BOOT);
    }

    @Test
    void without_hints_it_is_the_smallest_of_at_least_four_gib() throws CommandFailedException {
        assertThat(RootDevice.choose(ALL, Map.of())).isEqualTo(BOOT);
        assertThat(RootDevice.choose(List.of(SMALL), null)).isEqualTo(SMALL);
        assertThatThrownBy(() -> RootDevice.choose(List.of(SMALL, SMALL), null)).hasMessageStartingWith("no disk has 4 GiB");
        assertThatThrownBy(() -> RootDevice.choose(List.of(STICK), Map.of()))
                .hasMessage("this machine has no internal disk. Seen: /dev/sdd (Stick, serial U4, 8 GiB).");
        assertThatThrownBy(() -> RootDevice.choose(List.of(), Map.of())).hasMessage("this machine has no internal disk. No disk was seen.");
    }

    @Test
    void wrong_hints_are_named() {
        assertThatThrownBy(() -> RootDevice.choose(ALL, Map.of("size", ">= big"))).hasMessage(
                "root device hint size must compare with a number of GiB, but is >= big");
        assertThatThrownBy(() -> RootDevice.choose(ALL, Map.of("rotational", "maybe"))).hasMessageContaining("true or false");
        assertThatThrownBy(() -> RootDevice.choose(ALL, Map.of("colour", "red"))).hasMessageStartingWith("'colour' is not a root device hint: use model");
        assertThatThrownBy(() -> RootDevice.choose(ALL, "sda")).hasMessage("root_device must be an object of hints, but is sda");
    }

    private static Disk disk(String name, String model, long size, boolean rotational, String serial) {
        return new Disk(name, model, size, rotational, "0x5000" + serial, "0x5000" + serial, "", serial, "ATA", "0:0:0:" + serial,
                "/dev/disk/by-path/pci-0000:00:17.0-" + serial, false, false);
    }
}
