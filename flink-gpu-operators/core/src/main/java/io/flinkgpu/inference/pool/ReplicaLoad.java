package io.flinkgpu.inference.pool;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * How busy a replica was when it last reported.
 *
 * @param waitingRows taken and not yet running
 * @param runningRows in device batches that run
 * @param rowsServed answered since the server started
 * @param rowsPerSecond answered in the seconds before the report
 */
@PublicEvolving
public record ReplicaLoad(int waitingRows, int runningRows, long rowsServed, double rowsPerSecond)
        implements Serializable {

    /** Nothing to do and nothing done. */
    public static ReplicaLoad idle() {
        return new ReplicaLoad(0, 0, 0, 0);
    }
}
