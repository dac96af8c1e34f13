package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.ibatis.reflection.ReflectionException;
import org.junit.jupiter.api.Test;

class RowFactoryTest {
    private record Row(long id, String name) {
        Row {
            if (id < 0) {
                throw new IllegalArgumentException("id is negative");
            }
        }
    }

    private final RowFactory rows = new RowFactory();

    @Test
    void makesRecordsThatAreNotPublic() {
        assertThat(rows.create(Row.class, List.of(long.class, String.class), Arrays.asList(7L, null))).isEqualTo(new Row(7, null));
    }

    @Test
    void tellsWhatARecordDoesNotTake() {
        assertThatExceptionOfType(ReflectionException.class)
                .isThrownBy(() -> rows.create(Row.class, List.of(long.class, String.class), Arrays.asList(-1L, "n")))
                .withMessage("A row with [long, class java.lang.String] makes no Row: java.lang.IllegalArgumentException: id is negative");
        assertThatExceptionOfType(ReflectionException.class)
                .isThrownBy(() -> rows.create(Row.class, List.of(long.class), List.of(1L))).withMessageContaining("makes no Row");
    }

    @Test
    void leavesOtherClassesToMyBatis() {
        assertThat(rows.create(ArrayList.class)).isEmpty();
    }
}
