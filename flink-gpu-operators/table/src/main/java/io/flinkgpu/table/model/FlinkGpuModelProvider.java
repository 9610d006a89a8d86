package io.flinkgpu.table.model;

import io.flinkgpu.inference.InferenceConfig;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.api.config.MLPredictRuntimeConfigOptions;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.ml.PredictRuntimeProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the functions that run a model; Flink takes the asynchronous one unless told not to. */
final class FlinkGpuModelProvider implements AsyncPredictRuntimeProvider, PredictRuntimeProvider {

    /** What the writer of a statement should hear of it; the SQL shell shows it. */
    private static final Logger HINTS = LoggerFactory.getLogger("io.flinkgpu.hints");

    private final PlannedModel model;
    private final ReadableConfig session;

    FlinkGpuModelProvider(PlannedModel model, ReadableConfig session) {
        this.model = model;
        this.session = session;
    }

    @Override
    public AsyncPredictFunction createAsyncPredictFunction(Context context) {
        int rows = mostRowsInFlight(context);
        InferenceConfig config = InferenceConfig.from(model.config().settings());
        if (rows < config.maxBatchSize()) {
            HINTS.warn(
                    "Batches of model {} have at most {} rows instead of {}: Flink has no more in flight. Set '{}' = '{}', or 'max-concurrent-operations' in the call's MAP.",
                    model.subject(),
                    rows,
                    config.maxBatchSize(),
                    ExecutionConfigOptions.TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS
                            .key(),
                    config.capacity());
        }
        return new AsyncInferenceFunction(model, rows);
    }

    /** As Flink reads it (MLPredictUtil, version 2.3): the call's goes before the session's. */
    private int mostRowsInFlight(Context context) {
        return context.runtimeConfig()
                .getOptional(MLPredictRuntimeConfigOptions.ASYNC_MAX_CONCURRENT_OPERATIONS)
                .orElseGet(
                        () ->
                                session.get(
                                        ExecutionConfigOptions
                                                .TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS));
    }

    @Override
    public PredictFunction createPredictFunction(Context context) {
        return new InferenceFunction(model);
    }

    @Override
    public ModelProvider copy() {
        return new FlinkGpuModelProvider(model, session);
    }
}
