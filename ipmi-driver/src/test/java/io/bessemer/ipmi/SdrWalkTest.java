package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.Sensor;
import io.bessemer.ipmi.sensor.SensorRecord;
import io.bessemer.ipmi.session.IpmiCall;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The ways in which BMCs give their records, down to those that mean harm. Bytes of requests go in and bytes of answers come out.
class SdrWalkTest {
    private final SensorInventories inventories = new SensorInventories(20, 20);
    private final Bmc bmc = new Bmc();

    /// A repository whose record `i` has id `i + 1`, and the faults that a test gives it.
    private static class Bmc {
        final List<byte[]> records = new ArrayList<>();
        int most = 255;
        int stamp = 1;
        int reservation = 7;
        int cancel;
        int asked;
        int recordRequests;

        byte[] answer(IpmiCall call) {
            byte[] in = call.data();
            return switch (call.netFn() << 8 | call.command()) {
                case 0x0a20 -> new byte[] {0, 0x51, (byte) records.size(), 0, 0, 0, (byte) stamp, 0, 0, 0, 0, 0, 0, 0, 2};
                case 0x0a22 -> new byte[] {0, (byte) ++reservation, 0};
                case 0x0a23 -> record(in[2] & 0xff | (in[3] & 0xff) << 8, in[4] & 0xff, in[5] & 0xff, in[0] & 0xff);
                case 0x042d -> new byte[] {0, 42, (byte) 0xc0, (byte) 0xc0};
                default -> new byte[] {(byte) 0xc1};
            };
        }

        byte[] record(int id, int offset, int count, int reserved) {
            recordRequests++;
            int index = Math.max(0, id - 1);
            if (index >= records.size()) {
                return new byte[] {(byte) 0xcb};
            }
            if (offset > 0 && cancel > 0) {
                cancel--;
                reservation++;
                cancelled();
            }
            if (offset > 0 && reserved != reservation) {
                return new byte[] {(byte) 0xc5};
            }
            byte[] record = records.get(index);
            int end = count == 255 ? record.length : offset + count;
            if (end > record.length) {
                return new byte[] {(byte) 0xc9};
            }
            if (end - offset > most) {
                return new byte[] {(byte) 0xca};
            }
            int next = index + 1 < records.size() ? index + 2 : 0xffff;
            return answer(next, Arrays.copyOfRange(record, offset, end));
        }

        void cancelled() {
        }

        static byte[] answer(int next, byte[] bytes) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(new byte[] {0, (byte) next, (byte) (next >> 8)});
            out.writeBytes(bytes);
            return out.toByteArray();
        }

        SensorBmc speaking() {
            return new ScriptedBmc(call -> {
                asked++;
                return answer(call);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {255, 32, 20, 16, 8})
    void records_are_read_in_parts_as_large_as_the_bmc_can(int most) throws Exception {
        bmc.most = most;
        bmc.records.addAll(List.of(fan(1), fan(2), fan(3)));
        assertThat(walk()).extracting(SensorRecord::name).containsExactly("FAN1", "FAN2", "FAN3");
        assertThat(bmc.recordRequests).isEqualTo(switch (most) {
            case 255 -> 3;
            case 32 -> 1 + 3 * 3;
            case 20, 16 -> 1 + 1 + 3 * 4;
            default -> 1 + 1 + 1 + 3 * 7;
        });
    }

    @Test
    void a_bmc_that_gives_no_byte_fewer_than_a_whole_record_is_told_of_by_its_own_words() {
        bmc.most = 4;
        bmc.records.add(fan(1));
        assertThatThrownBy(this::walk).isInstanceOf(DriverException.class).hasMessageContaining("Get SDR (record 0x0000) refused: 0xca");
    }

    @Test
    void a_record_that_is_refused_halfway_is_left_out() throws Exception {
        bmc.most = 16;
        bmc.records.addAll(List.of(fan(1), Arrays.copyOf(fan(2), 30), fan(3)));
        assertThat(walk()).extracting(SensorRecord::name).containsExactly("FAN1", "FAN3");
        bmc.records.set(1, fan(2));
        assertThat(walk()).as("read anew, though the repository says that it is the same").hasSize(3);
    }

    @Test
    void who_else_reads_the_records_takes_the_reservation_and_the_record_begins_anew() throws Exception {
        bmc.most = 16;
        bmc.cancel = 5;
        bmc.records.addAll(List.of(fan(1), fan(2), fan(3)));
        assertThat(walk()).extracting(SensorRecord::name).containsExactly("FAN1", "FAN2", "FAN3");
        assertThat(bmc.cancel).isZero();
    }

    @Test
    void records_that_changed_meanwhile_are_all_read_anew() throws Exception {
        Bmc changing = new Bmc() {
            @Override
            void cancelled() {
                stamp++;
                records.set(0, fan(9));
            }
        };
        changing.most = 32;
        changing.cancel = 1;
        changing.records.addAll(List.of(fan(1), fan(2)));
        assertThat(walk(changing)).extracting(SensorRecord::name).containsExactly("FAN9", "FAN2");
    }

    @Test
    void a_reservation_that_is_always_lost_comes_to_an_end() {
        bmc.most = 16;
        bmc.cancel = Integer.MAX_VALUE;
        bmc.records.add(fan(1));
        assertThatThrownBy(this::walk).isInstanceOf(DriverException.class).hasMessageContaining("0xc5");
        assertThat(bmc.asked).isLessThan(300);
    }

    @Test
    void a_ring_of_records_is_read_once() throws Exception {
        Bmc ring = new Bmc() {
            @Override
            byte[] record(int id, int offset, int count, int reserved) {
                recordRequests++;
                return answer(id == 3 ? 1 : id + 1, fan(id + 1));
            }
        };
        assertThat(walk(ring)).hasSize(4);
        assertThat(ring.recordRequests).isEqualTo(4);
    }

    @Test
    void records_without_end_are_read_up_to_a_thousand() throws Exception {
        Bmc endless = new Bmc() {
            @Override
            byte[] record(int id, int offset, int count, int reserved) {
                recordRequests++;
                return answer(id + 1, fan(id & 0xff));
            }
        };
        assertThat(walk(endless)).hasSize(256);
        assertThat(endless.recordRequests).isEqualTo(1000);
    }

    @Test
    void an_empty_repository_has_no_sensors_and_one_that_is_unknown_is_refused() throws Exception {
        assertThat(walk()).isEmpty();
        Bmc without = new Bmc() {
            @Override
            byte[] answer(IpmiCall call) {
                return new byte[] {(byte) 0xc1};
            }
        };
        assertThatThrownBy(() -> walk(without)).isInstanceOf(DriverException.class).hasMessageContaining("0xc1");
    }

    @Test
    void no_request_is_begun_after_the_time_is_up_and_nothing_is_kept_then() throws Exception {
        bmc.records.add(fan(1));
        assertThat(SdrWalk.read(bmc.speaking(), inventory(), System.nanoTime() - 1).sensors()).isEmpty();
        assertThat(walk()).hasSize(1);
    }

    @Test
    void the_records_are_read_again_when_they_have_changed() throws Exception {
        bmc.records.add(fan(1));
        walk();
        bmc.records.set(0, fan(2));
        assertThat(walk()).extracting(SensorRecord::name).containsExactly("FAN1");
        bmc.stamp++;
        assertThat(walk()).extracting(SensorRecord::name).containsExactly("FAN2");
    }

    @Test
    void of_more_BMCs_than_are_remembered_the_one_that_was_asked_longest_ago_is_forgotten_first() throws Exception {
        bmc.records.add(fan(1));
        for (int port = 1; port <= 21; port++) {
            walkAt(port);
        }
        int before = bmc.recordRequests;
        walkAt(2);
        walkAt(21);
        assertThat(bmc.recordRequests).isEqualTo(before);
        walkAt(1);
        assertThat(bmc.recordRequests).isEqualTo(before + 1);
    }

    private void walkAt(int port) throws DriverException {
        SdrWalk.read(bmc.speaking(), inventories.of(new InetSocketAddress("127.0.0.1", port)), System.nanoTime() + Duration.ofSeconds(20).toNanos());
    }

    @Test
    void who_waits_too_long_for_the_walk_of_another_is_told_so() throws Exception {
        assertThat(inventory().begin(System.nanoTime())).isTrue();
        assertThatThrownBy(() -> SdrWalk.read(bmc.speaking(), inventory(), System.nanoTime())).isInstanceOf(DriverException.class).hasMessageContaining("read for somebody else");
        inventory().end();
        assertThat(walk()).isEmpty();
    }

    @Test
    void sensors_of_other_controllers_are_left_out_and_readings_of_other_groups() throws Exception {
        byte[] satellite = fan(1);
        satellite[5] = 0x2c;
        byte[] intrusion = fan(2);
        intrusion[12] = 0x05;
        intrusion[21] = 0;
        bmc.records.addAll(List.of(satellite, intrusion, fan(3)));
        assertThat(walk()).extracting(SensorRecord::name).containsExactly("FAN2", "FAN3");
        assertThat(IpmiSensors.read(bmc.speaking(), inventory())).extracting(Sensor::name).containsExactly("FAN3");
    }

    @Test
    void an_answer_that_makes_no_sense_costs_one_sensor_its_reading() throws Exception {
        Bmc odd = new Bmc() {
            @Override
            byte[] answer(IpmiCall call) {
                if (call.netFn() != 0x04 || call.command() != 0x2d) {
                    return super.answer(call);
                }
                return switch (call.data()[0]) {
                    case 1 -> new byte[] {0, 42};
                    case 2 -> new byte[] {(byte) 0xcb};
                    case 3 -> new byte[] {0, 42, (byte) 0xe0};
                    case 4 -> new byte[] {0, 42, (byte) 0x80};
                    default -> new byte[] {0, 42, (byte) 0xc0};
                };
            }
        };
        odd.records.addAll(List.of(fan(1), fan(2), fan(3), fan(4), fan(5)));
        List<Sensor> sensors = IpmiSensors.read(odd.speaking(), inventory());
        assertThat(sensors).extracting(Sensor::state).containsExactly(null, "Absent", "UnavailableOffline", "Disabled", "Enabled");
        assertThat(sensors).extracting(Sensor::reading).containsExactly(null, null, null, null, 4200.0);
        assertThat(sensors).extracting(Sensor::health).containsOnlyNulls();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23})
    void a_bmc_that_answers_anything_does_no_harm(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 200; i++) {
            Bmc mad = new Bmc() {
                @Override
                byte[] answer(IpmiCall call) {
                    if (random.nextInt(4) == 0) {
                        return new byte[] {(byte) (0xc0 + random.nextInt(0x20))};
                    }
                    byte[] said = super.answer(call);
                    byte[] changed = Arrays.copyOf(said, 1 + random.nextInt(said.length + 3));
                    if (random.nextBoolean()) {
                        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                    }
                    return changed;
                }
            };
            mad.most = random.nextInt(60);
            mad.records.addAll(List.of(fan(1), fan(2), fan(3)));
            try {
                assertThat(IpmiSensors.read(mad.speaking(), inventory())).hasSizeLessThanOrEqualTo(256);
            } catch (DriverException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
            assertThat(mad.asked).isLessThan(5000);
        }
    }

    private List<SensorRecord> walk() throws DriverException {
        return walk(bmc);
    }

    private List<SensorRecord> walk(Bmc asked) throws DriverException {
        return SdrWalk.read(asked.speaking(), inventory(), System.nanoTime() + Duration.ofSeconds(20).toNanos()).sensors();
    }

    private SensorInventories.Inventory inventory() {
        return inventories.of(new InetSocketAddress("127.0.0.1", 623));
    }

    /// A full record of a fan that counts in hundreds of RPM: 52 bytes.
    static byte[] fan(int number) {
        byte[] record = new byte[52];
        byte[] name = "FAN%d".formatted(number % 10).getBytes(StandardCharsets.ISO_8859_1);
        record[2] = 0x51;
        record[3] = 0x01;
        record[4] = (byte) (record.length - 5);
        record[5] = 0x20;
        record[7] = (byte) number;
        record[8] = 0x1d;
        record[9] = 1;
        record[12] = 0x04;
        record[13] = 0x01;
        record[21] = 18;
        record[24] = 100;
        record[47] = (byte) (0xc0 | name.length);
        System.arraycopy(name, 0, record, 48, name.length);
        return record;
    }
}
