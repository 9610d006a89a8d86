package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.RowWeigher;
import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.TensorEncoder;
import java.io.Serializable;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Everything an inference operator is told when the job is built.
 *
 * @param maxBatchWeight sum of row weights at which a batch is full; ignored without a weigher
 * @param jobOptions the job's configuration, for the coordinator
 * @param errors what becomes of rows that fail
 * @param reuse of answers; null: every row is run
 */
@Internal
public record InferenceSpec<IN, OUT>(
        ModelClientProvider clients,
        TensorEncoder<IN> encoder,
        TensorDecoder<IN, OUT> decoder,
        InferenceConfig config,
        long maxBatchWeight,
        @Nullable RowWeigher<IN> weigher,
        Map<String, String> jobOptions,
        ErrorHandling<IN, OUT> errors,
        @Nullable ReuseSpec<IN> reuse)
        implements Serializable {

    /** An operator that runs every row. */
    public InferenceSpec(
            ModelClientProvider clients,
            TensorEncoder<IN> encoder,
            TensorDecoder<IN, OUT> decoder,
            InferenceConfig config,
            long maxBatchWeight,
            @Nullable RowWeigher<IN> weigher,
            Map<String, String> jobOptions,
            ErrorHandling<IN, OUT> errors) {
        this(clients, encoder, decoder, config, maxBatchWeight, weigher, jobOptions, errors, null);
    }

    /** The same for a caller that never has more than so many rows in flight. */
    InferenceSpec<IN, OUT> withCapacity(int rows) {
        return new InferenceSpec<>(
                clients,
                encoder,
                decoder,
                config.withCapacity(rows),
                maxBatchWeight,
                weigher,
                jobOptions,
                errors,
                reuse);
    }
}
