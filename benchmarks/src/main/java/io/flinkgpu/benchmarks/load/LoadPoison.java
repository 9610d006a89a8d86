package io.flinkgpu.benchmarks.load;

import io.flinkgpu.inference.model.faulty.FaultInjection;
import org.apache.flink.annotation.Internal;

/** Which rows of a load are poison to a model with {@link FaultInjection#withPoison}. */
@Internal
public final class LoadPoison {

    private LoadPoison() {}

    /** Whether the row of an id is, in a load of this width. */
    public static boolean isPoison(long id, int width, double share) {
        float first = LoadRow.of(id, width).values()[0];
        return first > 0 && first < share;
    }
}
