package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.SuccessRateOutliers.Rules;
import org.junit.jupiter.api.Test;

class SuccessRateOutliersTest {

    private final SuccessRateOutliers<Integer> outliers =
            new SuccessRateOutliers<>(Rules.defaults());

    private int nextReplica;

    @Test
    void findsTheOneThatFailsMoreOften() {
        // rates 1, 1, 1, 1, 0.5: mean 0.9, deviation 0.2, bound 0.52
        answer(4, 100, 0);
        answer(1, 50, 50);

        assertThat(outliers.sweep()).containsExactly(4);
    }

    @Test
    void findsNobodyWhereAllFailAlike() {
        answer(5, 50, 50);

        assertThat(outliers.sweep()).isEmpty();
    }

    @Test
    void comparesFiveReplicasAtLeast() {
        answer(3, 100, 0);
        answer(1, 0, 100);

        assertThat(outliers.sweep()).isEmpty();
    }

    @Test
    void leavesOutThoseWithFewAnswers() {
        answer(4, 100, 0);
        answer(1, 0, 99);

        assertThat(outliers.sweep()).isEmpty();
    }

    @Test
    void eachIntervalStandsAlone() {
        answer(4, 100, 0);
        answer(1, 0, 99);
        outliers.sweep();
        nextReplica = 4;
        answer(1, 0, 1);

        assertThat(outliers.sweep()).isEmpty();
    }

    /** So many further replicas with so many answers of each kind. */
    private void answer(int replicas, int successes, int failures) {
        for (int i = 0; i < replicas; i++, nextReplica++) {
            for (int success = 0; success < successes; success++) {
                outliers.answered(nextReplica, true);
            }
            for (int failure = 0; failure < failures; failure++) {
                outliers.answered(nextReplica, false);
            }
        }
    }
}
