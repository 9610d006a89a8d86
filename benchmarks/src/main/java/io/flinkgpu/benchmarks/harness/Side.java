package io.flinkgpu.benchmarks.harness;

import java.util.List;
import java.util.Locale;
import org.apache.flink.annotation.Internal;

/** Which of the two is measured. */
@Internal
public enum Side {
    OURS,
    PEER;

    /** Both, {@code repetition} by {@code repetition} in the other order. */
    static List<Side> inOrderOf(int repetition) {
        return repetition % 2 == 0 ? List.of(OURS, PEER) : List.of(PEER, OURS);
    }

    /** The lower-case name, as reports show it. */
    public String displayName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
