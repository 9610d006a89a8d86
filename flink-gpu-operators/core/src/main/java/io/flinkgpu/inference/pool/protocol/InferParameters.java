package io.flinkgpu.inference.pool.protocol;

import org.apache.flink.annotation.Internal;

/**
 * Names of the request and response parameters that our servers and clients add to the protocol.
 */
@Internal
public final class InferParameters {

    /**
     * Request, boolean: the server may answer from memory what it answered before under the same
     * id.
     */
    public static final String ALLOW_CACHED = "flinkgpu_allow_cached";

    /**
     * Request, integer: milliseconds that it may wait for the start of its run. After that the
     * server withdraws it, which {@link InferTrailers#WITHDRAWN} says, and never runs it.
     */
    public static final String MAX_QUEUE_MILLIS = "flinkgpu_max_queue_millis";

    /** Request, boolean: its rows are to run in a device batch of their own. */
    public static final String ALONE = "flinkgpu_alone";

    /** Response, boolean: answered from memory. */
    public static final String CACHED = "flinkgpu_cached";

    /** Response, integer: nanoseconds between the request's arrival and the start of its run. */
    public static final String QUEUE_NANOS = "flinkgpu_queue_nanos";

    /** Response, integer: nanoseconds of the run. */
    public static final String RUN_NANOS = "flinkgpu_run_nanos";

    /** Response, integer: rows of that run, those of other requests included. */
    public static final String DEVICE_BATCH_ROWS = "flinkgpu_device_batch_rows";

    /** Request over HTTP, boolean: numbers that are not finite come as Python writes them. */
    public static final String PYTHON_NUMBERS = "flinkgpu_python_numbers";

    /** Output over HTTP, boolean: a null among its data stands for NaN or an infinity. */
    public static final String NULL_IS_NOT_FINITE = "flinkgpu_null_is_not_finite";

    /** Tensor in the metadata of a model, boolean: its shape has any number of axes. */
    public static final String UNKNOWN_RANK = "flinkgpu_unknown_rank";

    /**
     * Request, integer: microseconds in which the answer is of use. The common servers have it,
     * too.
     */
    public static final String TIMEOUT_MICROS = "timeout";

    private InferParameters() {}
}
