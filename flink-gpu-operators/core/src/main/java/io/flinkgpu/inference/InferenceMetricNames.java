package io.flinkgpu.inference;

import org.apache.flink.annotation.PublicEvolving;

/** The names of an inference stage's metrics and accumulators, as Flink's REST API shows them. */
@PublicEvolving
public final class InferenceMetricNames {

    /** The operator's group of metrics. */
    public static final String GROUP = "inference";

    /** Counter: rows that the stage has taken. */
    public static final String ROWS_IN = "rowsIn";

    /** Counter: rows that the stage has emitted. */
    public static final String ROWS_OUT = "rowsOut";

    /** Counter: rows that have failed. */
    public static final String ROWS_FAILED = "rowsFailed";

    /** Counter: batches sent to the model. */
    public static final String BATCHES = "batches";

    /** Gauge: rows that wait for their answer. */
    public static final String ROWS_IN_FLIGHT = "rowsInFlight";

    /** Gauge: batches that wait for their answer. */
    public static final String BATCHES_IN_FLIGHT = "batchesInFlight";

    /** Gauge: the most rows of the next batch. */
    public static final String MAX_BATCH_SIZE = "maxBatchSize";

    /** The group of metrics of the reuse of answers, in {@link #GROUP}. */
    public static final String REUSE_GROUP = "reuse";

    /** Counter of {@link #REUSE_GROUP}: rows that had an answer which was kept. */
    public static final String REUSE_HITS = "hits";

    /** Counter of {@link #REUSE_GROUP}: rows that were run for want of an answer. */
    public static final String REUSE_MISSES = "misses";

    /** Counter of {@link #REUSE_GROUP}: rows that got the answer of one that they waited for. */
    public static final String REUSE_JOINED = "joined";

    /** Counter of {@link #REUSE_GROUP}: answers that had to go for others. */
    public static final String REUSE_EVICTED = "evicted";

    /** Gauge of {@link #REUSE_GROUP}: rows that wait for the run of an equal one. */
    public static final String REUSE_WAITING = "waiting";

    /** Accumulator, which a finished job still tells: batches sent to the model. */
    public static final String TOTAL_BATCHES = GROUP + ".batches";

    /** Accumulator, which a finished job still tells: rows in these batches. */
    public static final String TOTAL_BATCHED_ROWS = GROUP + ".batchedRows";

    private InferenceMetricNames() {}

    /** A metric of the stage of a name, as the metrics of its vertex are asked for. */
    public static String ofStage(String stage, String metric) {
        return stage + "." + GROUP + "." + metric;
    }
}
