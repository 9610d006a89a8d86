package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.InferenceResult;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CopyStatisticsTest {

    private final CopyStatistics statistics =
            new CopyStatistics(Clock.fixed(Instant.ofEpochMilli(5), ZoneOffset.UTC));

    @Test
    void aRunThatAnswersThreeRequestsIsOneRun() {
        statistics.answered(1, 100, result(1, 4));
        statistics.answered(1, 100, result(1, 4));
        statistics.answered(2, 100, result(2, 4));

        CopyStatistics.Snapshot seen = statistics.snapshot();
        assertThat(seen.success()).isEqualTo(new CopyStatistics.Total(3, 300));
        assertThat(seen.rows()).isEqualTo(4);
        assertThat(seen.runs()).containsExactly(entry(4, 1, 80));
        assertThat(seen.queue()).isEqualTo(new CopyStatistics.Total(3, 21));
        assertThat(seen.lastMillis()).isEqualTo(5);
    }

    @Test
    void anAnswerFromMemoryIsNoRun() {
        statistics.answeredFromCache(9);

        CopyStatistics.Snapshot seen = statistics.snapshot();
        assertThat(seen.success().count()).isEqualTo(1);
        assertThat(seen.cacheHit()).isEqualTo(new CopyStatistics.Total(1, 9));
        assertThat(seen.queue().count()).isZero();
        assertThat(seen.allRuns()).isEqualTo(CopyStatistics.Total.NONE);
    }

    @Test
    void copiesAddUp() {
        statistics.answered(4, 100, result(4, 4));
        statistics.failed(50);

        CopyStatistics.Snapshot both = statistics.snapshot().plus(statistics.snapshot());

        assertThat(both.runs()).containsExactly(entry(4, 2, 160));
        assertThat(both.fail()).isEqualTo(new CopyStatistics.Total(2, 100));
        assertThat(both.rows()).isEqualTo(8);
    }

    private static Map.Entry<Integer, CopyStatistics.Total> entry(
            int size, long count, long nanos) {
        return Map.entry(size, new CopyStatistics.Total(count, nanos));
    }

    private static InferenceResult result(int rows, int deviceBatchRows) {
        return new InferenceResult(pairsBatch(rows), 7, 80, deviceBatchRows);
    }
}
