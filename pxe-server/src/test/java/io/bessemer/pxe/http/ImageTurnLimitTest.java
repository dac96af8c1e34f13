package io.bessemer.pxe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTurnLimitTest {
    private final RandomGenerator noise = RandomGeneratorFactory.of("L64X128MixRandom").create(7);

    /// A card shared by machines of one speed, both MB/s, with 5 % of noise.
    @ParameterizedTest
    @CsvSource({"117, 200, 4, 6", "1170, 200, 4, 12", "1170, 40, 22, 50", "2900, 100, 22, 50", "1170, 5, 140, 256"})
    void as_many_as_make_the_card_busy_are_found(double card, double each, int fewest, int most) {
        var limit = new ImageTurnLimit(0);
        double rates = 0;
        double machines = 0;
        for (int i = 0; i < 300; i++) {
            double rate = Math.min(card, limit.machines() * each) * noise.nextDouble(0.975, 1.025);
            if (i >= 100) {
                rates += rate / 200;
                machines += limit.machines() / 200.0;
            }
            limit.measured(rate);
        }
        assertThat(machines).isBetween((double) fewest, (double) most);
        assertThat(rates).as("what the card could do").isGreaterThan(0.8 * Math.min(card, ImageTurnLimit.MOST * each));
    }

    @Test
    void a_configured_number_stays() {
        var limit = new ImageTurnLimit(3);
        limit.measured(1e9);
        limit.measured(1e6);
        assertThat(limit.machines()).isEqualTo(3);
    }
}
