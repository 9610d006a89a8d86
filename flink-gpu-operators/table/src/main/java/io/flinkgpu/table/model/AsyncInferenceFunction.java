package io.flinkgpu.table.model;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;

/** Predicts for {@code ML_PREDICT} with many rows in flight, which share batches. */
@Internal
public final class AsyncInferenceFunction extends AsyncPredictFunction
        implements SpecializedFunction {

    private static final long serialVersionUID = 1L;

    private final PlannedModel model;
    private final int capacity;
    @Nullable private final Prediction prediction;
    @Nullable private transient OpenPrediction open;

    /**
     * A function that is told later what its arguments are.
     *
     * @param capacity the most rows that Flink has in flight
     */
    AsyncInferenceFunction(PlannedModel model, int capacity) {
        this(model, capacity, null);
    }

    private AsyncInferenceFunction(
            PlannedModel model, int capacity, @Nullable Prediction prediction) {
        this.model = model;
        this.capacity = capacity;
        this.prediction = prediction;
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        return new AsyncInferenceFunction(
                model,
                capacity,
                model.forArguments(
                        context.getCallContext().getArgumentDataTypes().stream()
                                .map(DataType::getLogicalType)
                                .toList()));
    }

    @Override
    public void open(FunctionContext context) throws Exception {
        open = prediction.open(context, capacity);
    }

    @Override
    public CompletableFuture<Collection<RowData>> asyncPredict(RowData inputRow) {
        CompletableFuture<Collection<RowData>> rows = new CompletableFuture<>();
        open.predict(inputRow, List::of, rows);
        return rows;
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
