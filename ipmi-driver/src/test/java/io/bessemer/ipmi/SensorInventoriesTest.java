package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.ipmi.SensorInventories.Records;
import io.bessemer.ipmi.command.GetSdrRepositoryInfo.Info;
import io.bessemer.ipmi.sensor.FruLocator;
import io.bessemer.ipmi.sensor.SensorRecord;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SensorInventoriesTest {
    private static final Info INFO = new Info(1, 0, 100, 0);

    private static InetSocketAddress bmc(int number) {
        return new InetSocketAddress("127.0.%d.%d".formatted(number >> 8, number & 0xff), 623);
    }

    /// A full record of one sensor, decoded anew each time as from another BMC.
    private static Records records(int number) throws Exception {
        String record = "0100 51 01 33 20 00 %02x 07 01 7f 68 01 01 0000 0000 3f3f 00 01 00 00 01 00 00 00 00 00 00 00 00 00 ff 00 000000000000 00 00 0000 00 c8 43505520 54656d70"
                .formatted(number).replace(" ", "");
        List<SensorRecord> sensors = SensorRecord.decode(HexFormat.of().parseHex(record));
        assertThat(sensors).hasSize(1);
        return new Records(sensors, List.<FruLocator>of());
    }

    @Test
    void BMCs_of_one_model_share_what_their_records_tell() throws Exception {
        SensorInventories inventories = new SensorInventories(100, 3);
        for (int i = 0; i < 50; i++) {
            inventories.of(bmc(i)).keep(INFO, records(1));
        }
        assertThat(inventories.kept()).isEqualTo(50);
        assertThat(inventories.different()).isEqualTo(1);
        assertThat(inventories.of(bmc(0)).of(INFO).orElseThrow()).isSameAs(inventories.of(bmc(49)).of(INFO).orElseThrow());
        assertThat(inventories.of(bmc(0)).of(new Info(1, 0, 101, 0))).as("a record was added since").isEmpty();
    }

    @Test
    void the_ones_that_were_asked_longest_ago_are_forgotten_above_the_caps() throws Exception {
        SensorInventories inventories = new SensorInventories(5, 2);
        for (int i = 0; i < 8; i++) {
            inventories.of(bmc(i)).keep(INFO, records(1));
        }
        assertThat(inventories.kept()).isEqualTo(5);
        assertThat(inventories.of(bmc(2)).of(INFO)).isEmpty();
        assertThat(inventories.of(bmc(7)).of(INFO)).isPresent();
        inventories.of(bmc(10)).keep(INFO, records(2));
        inventories.of(bmc(11)).keep(INFO, records(3));
        assertThat(inventories.different()).isEqualTo(2);
        assertThat(inventories.kept()).as("those with the records that had to go went with them").isEqualTo(2);
        // one whose firmware was updated
        inventories.of(bmc(10)).keep(new Info(2, 0, 200, 0), records(3));
        assertThat(inventories.different()).isEqualTo(1);
        assertThat(inventories.of(bmc(10)).of(INFO)).isEmpty();
    }
}
