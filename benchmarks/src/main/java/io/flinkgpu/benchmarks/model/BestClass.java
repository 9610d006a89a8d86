package io.flinkgpu.benchmarks.model;

import org.apache.flink.annotation.Internal;

/** The class with the highest score. */
@Internal
public final class BestClass {

    private BestClass() {}

    /** The index of the highest score, counted from 0. */
    public static int of(float[] scores) {
        return of(scores, 0, scores.length);
    }

    /** The best of {@code count} scores from {@code first}, counted from 0. */
    static int of(float[] scores, int first, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (scores[first + i] > scores[first + best]) {
                best = i;
            }
        }
        return best;
    }
}
