package io.flinkgpu.table.model;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Predicts for {@code ML_PREDICT} row by row. What the subtasks of a process ask for at the same
 * time shares batches all the same.
 */
@Internal
public final class InferenceFunction extends PredictFunction implements SpecializedFunction {

    private static final long serialVersionUID = 1L;

    private final PlannedModel model;
    @Nullable private final Prediction prediction;
    @Nullable private transient OpenPrediction open;

    /** A function that is told later what its arguments are. */
    InferenceFunction(PlannedModel model) {
        this(model, null);
    }

    private InferenceFunction(PlannedModel model, @Nullable Prediction prediction) {
        this.model = model;
        this.prediction = prediction;
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        return new InferenceFunction(
                model,
                model.forArguments(
                        context.getCallContext().getArgumentDataTypes().stream()
                                .map(DataType::getLogicalType)
                                .toList()));
    }

    @Override
    public void open(FunctionContext context) throws Exception {
        open = prediction.open(context, 1);
    }

    @Override
    public Collection<RowData> predict(RowData inputRow) {
        CompletableFuture<Collection<RowData>> rows = new CompletableFuture<>();
        open.predict(inputRow, List::of, rows);
        try {
            return rows.get();
        } catch (ExecutionException failure) {
            throw new FlinkRuntimeException(failure.getCause().getMessage(), failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new FlinkRuntimeException(
                    "Cannot infer row: interrupted while it waited.", interrupted);
        }
    }

    @Override
    public boolean isDeterministic() {
        return false;
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }
}
