package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.TensorBatch;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The outputs of one request and how it fared on the device.
 *
 * @param outputs one row per row of the request, in its order; the receiver closes it
 * @param queueNanos time between the request's arrival and the start of its run
 * @param runNanos time of the run that the request took part in
 * @param deviceBatchRows rows of that run, those of other requests included
 * @param modelVersion the version of the model that answered, such as {@code 3}; empty if unknown
 */
@PublicEvolving
public record InferenceResult(
        TensorBatch outputs,
        long queueNanos,
        long runNanos,
        int deviceBatchRows,
        String modelVersion) {

    /** The result of a model of which no version is known. */
    public InferenceResult(
            TensorBatch outputs, long queueNanos, long runNanos, int deviceBatchRows) {
        this(outputs, queueNanos, runNanos, deviceBatchRows, "");
    }
}
