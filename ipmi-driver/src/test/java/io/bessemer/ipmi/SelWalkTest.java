package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import io.bessemer.ipmi.command.GetSelInfo;
import io.bessemer.ipmi.event.SelRecord;
import io.bessemer.ipmi.session.IpmiCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The ways in which BMCs give and clear their event logs, down to those that mean harm.
class SelWalkTest {
    private static final long PATIENCE = 20_000_000_000L;

    private final Log log = new Log();

    /// A log, and the faults that a test gives it.
    private static final class Log {
        final List<Integer> ids = new ArrayList<>();
        int most = 255;
        int reservation = 7;
        int cancel;
        int asked;
        int erasing = -1;

        void fill(int first, int count) {
            for (int i = 0; i < count; i++) {
                ids.add(first + i);
            }
        }

        byte[] answer(IpmiCall call) {
            asked++;
            byte[] in = call.data();
            return switch (call.command()) {
                case 0x42 -> new byte[] {0, (byte) ++reservation, 0};
                case 0x43 -> entry(in[2] & 0xff | (in[3] & 0xff) << 8, in[4] & 0xff, in[5] & 0xff, in[0] & 0xff);
                case 0x47 -> clear(in);
                default -> ScriptedBmc.refusal(0xc1);
            };
        }

        private byte[] entry(int id, int offset, int count, int reserved) {
            int index = id == 0 ? 0 : id == 0xffff ? ids.size() - 1 : ids.indexOf(id);
            if (index < 0 || index >= ids.size()) {
                return ScriptedBmc.refusal(0xcb);
            }
            if (count != 255 && cancel > 0 && offset > 0) {
                cancel--;
                reservation++;
            }
            if (count != 255 && reserved != reservation) {
                return ScriptedBmc.refusal(0xc5);
            }
            int length = count == 255 ? 16 : count;
            if (length > most) {
                return ScriptedBmc.refusal(0xca);
            }
            byte[] record = new byte[16];
            record[0] = (byte) (int) ids.get(index);
            record[1] = (byte) (ids.get(index) >> 8);
            record[2] = 2;
            record[10] = 1;
            record[12] = 1;
            int next = index + 1 < ids.size() ? ids.get(index + 1) : 0xffff;
            byte[] answer = new byte[3 + length];
            answer[1] = (byte) next;
            answer[2] = (byte) (next >> 8);
            System.arraycopy(record, offset, answer, 3, length);
            return answer;
        }

        private byte[] clear(byte[] in) {
            if ((in[0] & 0xff) != reservation) {
                return ScriptedBmc.refusal(0xc5);
            }
            assertThat(new String(Arrays.copyOfRange(in, 2, 5), java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("CLR");
            if (cancel > 0) {
                cancel--;
                reservation++;
                return ScriptedBmc.refusal(0xc5);
            }
            if ((in[5] & 0xff) == 0xaa) {
                assertThat(erasing).as("begun once").isEqualTo(-1);
                erasing = 2;
                ids.clear();
            }
            return new byte[] {0, (byte) (--erasing < 0 ? 1 : 0)};
        }

        List<Integer> newest(int count) throws DriverException {
            return new SelWalk(new ScriptedBmc(this::answer), System.nanoTime() + PATIENCE).newest(new GetSelInfo.Info(ids.size(), 0, false), count).stream().map(SelRecord::id).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {255, 15, 8})
    void entries_are_read_whole_or_in_parts(int most) throws Exception {
        log.most = most;
        log.fill(1, 5);
        assertThat(log.newest(100)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void of_a_long_log_the_newest_are_read_alone() throws Exception {
        log.fill(3000, 900);
        assertThat(log.newest(10)).containsExactly(3890, 3891, 3892, 3893, 3894, 3895, 3896, 3897, 3898, 3899);
        assertThat(log.asked).isEqualTo(12);
    }

    @Test
    void ids_with_gaps_are_followed_from_the_oldest() throws Exception {
        log.ids.addAll(List.of(0x10, 0x24, 0x38, 0x4c));
        assertThat(log.newest(2)).containsExactly(0x38, 0x4c);
    }

    @Test
    void a_reservation_that_others_take_costs_the_entry_at_hand() throws Exception {
        log.most = 8;
        log.cancel = 3;
        log.fill(1, 4);
        assertThat(log.newest(100)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void reservations_that_are_taken_without_end_are_told() {
        log.most = 8;
        log.cancel = Integer.MAX_VALUE;
        log.fill(1, 4);
        assertThatThrownBy(() -> log.newest(100)).isInstanceOf(DriverException.class).hasMessageContaining("0xc5");
    }

    @Test
    void an_empty_log_is_not_asked_for_entries() throws Exception {
        assertThat(log.newest(10)).isEmpty();
        assertThat(log.asked).isZero();
    }

    @Test
    void a_log_that_was_cleared_meanwhile_is_empty() throws Exception {
        log.fill(1, 3);
        List<SelRecord> found = new SelWalk(new ScriptedBmc(_ -> ScriptedBmc.refusal(0xcb)), System.nanoTime() + PATIENCE).newest(new GetSelInfo.Info(3, 0, false), 10);
        assertThat(found).isEmpty();
    }

    @Test
    void clearing_waits_until_it_is_done_and_begins_again_when_the_reservation_was_lost() throws Exception {
        log.fill(1, 3);
        log.cancel = 2;
        new SelWalk(new ScriptedBmc(log::answer), System.nanoTime() + PATIENCE).clear();
        assertThat(log.ids).isEmpty();
        assertThat(log.erasing).isNegative();
    }

    @Test
    void clearing_that_does_not_end_is_told() {
        SelWalk walk = new SelWalk(new ScriptedBmc(call -> call.command() == 0x42 ? new byte[] {0, 1, 0} : new byte[] {0, 0}), System.nanoTime() + 300_000_000L);
        assertThatThrownBy(walk::clear).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.NOT_CONFIRMED));
    }

    @Test
    void entries_that_name_each_other_come_to_an_end() throws Exception {
        int[] asked = {0};
        ScriptedBmc ring = new ScriptedBmc(call -> {
            asked[0]++;
            byte[] answer = new byte[19];
            answer[1] = (byte) (call.data()[2] == 1 ? 2 : 1);
            answer[5] = 2;
            return answer;
        });
        new SelWalk(ring, System.nanoTime() + PATIENCE).newest(new GetSelInfo.Info(2, 0, false), 10);
        assertThat(asked[0]).isEqualTo(3);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22})
    void whatever_a_BMC_answers_a_walk_ends_with_entries_or_a_reason(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 300; i++) {
            int[] asked = {0};
            ScriptedBmc mad = new ScriptedBmc(_ -> {
                asked[0]++;
                byte[] answer = new byte[1 + random.nextInt(24)];
                random.nextBytes(answer);
                answer[0] = (byte) (random.nextInt(8) == 0 ? 0xc0 + random.nextInt(0x17) : 0);
                return answer;
            });
            try {
                List<SelRecord> found = new SelWalk(mad, System.nanoTime() + PATIENCE).newest(new GetSelInfo.Info(random.nextInt(2000), 0, false), 1 + random.nextInt(100));
                assertThat(found).hasSizeLessThanOrEqualTo(100);
            } catch (DriverException told) {
                assertThat(told.getMessage()).isNotEmpty();
            }
            assertThat(asked[0]).isLessThan(25_000);
        }
    }
}
