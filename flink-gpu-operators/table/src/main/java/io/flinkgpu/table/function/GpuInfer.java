package io.flinkgpu.table.function;

import io.flinkgpu.table.model.OpenPrediction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.functions.AsyncScalarFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * {@code gpu_infer(model, column, ...)}: a model's answer to the columns of a row.
 *
 * <p>The model is a text literal, {@code [RUNTIME:]LOCATION[#SIGNATURE][?key=value&key=value]},
 * with the options of {@link io.flinkgpu.table.model.TableModelOptions} and {@code outputs}, which
 * names those to give, separated by commas. Columns are its inputs in the order of its signature.
 * The type is that of the model's output, or a ROW of all. NULL in a column gives NULL.
 */
@PublicEvolving
public final class GpuInfer extends AsyncScalarFunction implements SpecializedFunction {

    private static final long serialVersionUID = 1L;

    private static final List<String> NAMES = List.of("model", "column");

    @Nullable private final InferenceCall.Planned planned;
    @Nullable private transient OpenPrediction open;

    /** A function of any model. */
    public GpuInfer() {
        this(null);
    }

    private GpuInfer(@Nullable InferenceCall.Planned planned) {
        this.planned = planned;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory typeFactory) {
        return Arguments.inference(
                ConstantArgumentCount.from(2),
                NAMES,
                GpuInfer::check,
                call -> Optional.of(InferenceCall.of(call, new Configuration()).type()));
    }

    private static void check(CallContext call) {
        InferenceCall unused = InferenceCall.of(call, new Configuration());
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        InferenceCall call =
                InferenceCall.of(
                        context.getCallContext(),
                        Configuration.fromMap(context.getConfiguration().toMap()));
        int rows =
                context.getConfiguration()
                        .get(
                                ExecutionConfigOptions
                                        .TABLE_EXEC_ASYNC_SCALAR_MAX_CONCURRENT_OPERATIONS);
        return new GpuInfer(call.planned(rows));
    }

    @Override
    public void open(FunctionContext context) throws Exception {
        open = planned.prediction().open(context, planned.rowsInFlight());
    }

    /** Asks the model; arguments are in Flink's internal data structures. */
    public void eval(CompletableFuture<Object> result, Object... arguments) {
        Object[] columns = Arrays.copyOfRange(arguments, 1, 1 + planned.columns());
        open.predict(GenericRowData.of(columns), planned::value, result);
    }

    /** The last bits of an answer may differ with the rows that it shares a batch with. */
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
