package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BatchSizeLimitTest {

    private final BatchSizeLimit limit = new BatchSizeLimit(64);

    @Test
    void startsAtTheMost() {
        assertThat(limit.rows()).isEqualTo(64);
    }

    @Test
    void halvesTheBatchThatRanOutOfMemory() {
        assertThat(limit.ranOutOfMemory(64)).isTrue();
        assertThat(limit.rows()).isEqualTo(32);

        limit.ranOutOfMemory(20);
        assertThat(limit.rows()).isEqualTo(10);

        limit.ranOutOfMemory(64); // ran before it was known
        assertThat(limit.rows()).isEqualTo(10);
    }

    @Test
    void growsAgainByAnEighthAfterSuccessesNearTheLimit() {
        limit.ranOutOfMemory(64);

        succeed(64, 23);
        assertThat(limit.rows()).isEqualTo(32);
        succeed(64, 24);

        assertThat(limit.rows()).isEqualTo(36);
    }

    @Test
    void isMorePatientEachTime() {
        limit.ranOutOfMemory(64);
        limit.ranOutOfMemory(32);

        succeed(127, 16);
        assertThat(limit.rows()).isEqualTo(16);
        succeed(1, 16);
        assertThat(limit.rows()).isEqualTo(18);
    }

    @Test
    void growsToTheMostAndNoFurther() {
        limit.ranOutOfMemory(64);

        for (int run = 0; run < 10_000; run++) {
            limit.succeeded(limit.rows());
        }

        assertThat(limit.rows()).isEqualTo(64);
    }

    @Test
    void aSingleRowCannotBeHalved() {
        assertThat(limit.ranOutOfMemory(1)).isFalse();
    }

    @Test
    void refusesNoRows() {
        assertThatThrownBy(() -> new BatchSizeLimit(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid batch size: 0. It must be at least 1.");
    }

    private void succeed(int times, int rows) {
        for (int run = 0; run < times; run++) {
            limit.succeeded(rows);
        }
    }
}
