package io.flinkgpu.benchmarks.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepeatingRowsTest {

    @Test
    void repeatsAsManyRowsAsItIsTold() {
        assertThat(newRowsOf(10_000, 3)).isEqualTo(7_000);
        assertThat(newRowsOf(10_000, 0)).isEqualTo(10_000);
    }

    /** After the first rows, which have none before them. */
    private static long newRowsOf(int rows, int repeated) {
        Set<Long> known = new HashSet<>();
        int first = 2 * RepeatingRows.DISTANCE;
        for (long index = 0; index < first; index++) {
            known.add(RepeatingRows.content(index, repeated));
        }
        long news = 0;
        for (long index = first; index < first + rows; index++) {
            if (known.add(RepeatingRows.content(index, repeated))) {
                news++;
            }
        }
        return news;
    }
}
