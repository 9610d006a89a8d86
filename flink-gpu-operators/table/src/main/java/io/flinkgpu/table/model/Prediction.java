package io.flinkgpu.table.model;

import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.ErrorPolicy;
import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.ModelClients;
import io.flinkgpu.inference.operator.ErrorHandling;
import io.flinkgpu.inference.operator.InferenceSpec;
import io.flinkgpu.inference.operator.RowInference;
import io.flinkgpu.inference.operator.RowInferenceContext;
import java.io.Serializable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;

/** A bound model that functions open where they run. Immutable. */
@Internal
public final class Prediction implements Serializable {

    private static final long serialVersionUID = 1L;

    private final BoundModel model;
    private final InferenceSpec<RowData, RowData> spec;

    private Prediction(BoundModel model, InferenceSpec<RowData, RowData> spec) {
        this.model = model;
        this.spec = spec;
    }

    /** A prediction with the settings of a model. */
    public static Prediction of(TableModelConfig config, BoundModel model) {
        ErrorAction action =
                config.errors().action() == OnError.FAIL
                        ? ErrorAction.FAIL
                        : ErrorAction.DEAD_LETTER;
        InferenceSpec<RowData, RowData> spec =
                new InferenceSpec<>(
                        ModelClients.of(config.model(), config.profile(), config.settings()),
                        model.encoder(),
                        (row, answer) -> model.decode(answer),
                        InferenceConfig.from(config.settings()),
                        0,
                        null,
                        config.settings().toMap(),
                        new ErrorHandling<>(ErrorPolicy.always(action), null, null));
        return new Prediction(model, spec);
    }

    /**
     * Connects to the model; returns before it is loaded.
     *
     * @param capacity the most rows that the function has in flight
     * @throws Exception if the function cannot have the device that its profile asks for
     */
    public OpenPrediction open(FunctionContext context, int capacity) throws Exception {
        return new OpenPrediction(
                model,
                RowInference.open(
                        spec,
                        new RowInferenceContext(
                                new FunctionPlace(context), context.getMetricGroup(), capacity)));
    }
}
