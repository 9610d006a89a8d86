package io.flinkgpu.deploy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CheckpointTimesTest {

    @Test
    void takesPercentilesByNearestRank() {
        List<Long> oneToHundredAndTwenty = LongStream.rangeClosed(1, 120).boxed().toList();

        CheckpointTimes times = CheckpointTimes.of(120, oneToHundredAndTwenty);

        // ceil(0.5 * 120) = 60, ceil(0.99 * 120) = 119
        assertThat(times).isEqualTo(new CheckpointTimes(120, 60, 119, 120));
    }

    @Test
    void doesNotCareAboutOrder() {
        assertThat(CheckpointTimes.of(3, List.of(30L, 10L, 20L)))
                .isEqualTo(new CheckpointTimes(3, 20, 30, 30));
    }

    @Test
    void oneCheckpointIsEveryPercentile() {
        assertThat(CheckpointTimes.of(1, List.of(7L))).isEqualTo(new CheckpointTimes(1, 7, 7, 7));
    }

    @Test
    void noCheckpointTakesNoTime() {
        assertThat(CheckpointTimes.of(0, List.of())).isEqualTo(new CheckpointTimes(0, 0, 0, 0));
    }
}
