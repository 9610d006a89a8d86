package io.flinkgpu.table.function;

import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.table.model.BoundModel;
import io.flinkgpu.table.model.ModelLook;
import io.flinkgpu.table.model.OnError;
import io.flinkgpu.table.model.Prediction;
import io.flinkgpu.table.model.TableModelConfig;
import io.flinkgpu.table.model.TableModelOptions;
import io.flinkgpu.table.type.TensorTypes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.utils.TypeConversions;

/** One call of {@code gpu_infer} in a statement, held against its model. */
final class InferenceCall {

    /** The option that names the outputs to give, separated by commas. */
    static final String OUTPUTS = "outputs";

    private static final String MODEL = "model";

    private final TableModelConfig config;
    private final BoundModel model;
    private final int columns;
    private final RowType outputs;

    private InferenceCall(TableModelConfig config, BoundModel model, int columns, RowType outputs) {
        this.config = config;
        this.model = model;
        this.columns = columns;
        this.outputs = outputs;
    }

    /**
     * Reads the arguments and looks at the model. Blocks.
     *
     * @param session what the call's options go before
     * @throws ValidationException naming the argument that is wrong
     */
    static InferenceCall of(CallContext call, Configuration session) {
        int columns = call.getArgumentDataTypes().size() - 1;
        refuseMap(call, columns);
        Map<String, String> options = options(call, literal(call));
        String chosen = options.remove(OUTPUTS);
        TableModelConfig config = config(call, options, session);
        ModelSignature signature = signature(call, config);
        RowType outputs = outputs(call, signature, chosen);
        BoundModel model =
                BoundModel.bind(
                        "'%s' in %s".formatted(config.model(), call.getName()),
                        config,
                        signature,
                        inputs(call, signature, columns),
                        outputs);
        return new InferenceCall(config, model, columns, outputs);
    }

    private static String literal(CallContext call) {
        boolean isText = Arguments.type(call, 0).is(LogicalTypeFamily.CHARACTER_STRING);
        if (!isText || !call.isArgumentLiteral(0) || call.isArgumentNull(0)) {
            throw Arguments.invalid(
                    call, 0, MODEL, "It must be a literal, such as '/models/digits'.");
        }
        return call.getArgumentValue(0, String.class).orElseThrow();
    }

    /** Flink 2.3 takes a MAP out of an asynchronous call before the function can read it. */
    private static void refuseMap(CallContext call, int last) {
        if (Arguments.type(call, last).is(LogicalTypeRoot.MAP)) {
            throw Arguments.invalid(
                    call,
                    last,
                    "column",
                    "Write options behind the model: '/models/digits?version=3&on-error=null'.");
        }
    }

    private static Map<String, String> options(CallContext call, String literal) {
        Map<String, String> options = new HashMap<>();
        int mark = literal.indexOf('?');
        String location = mark < 0 ? literal : literal.substring(0, mark);
        options.put(TableModelOptions.LOCATION.key(), location);
        if (mark >= 0) {
            for (String option : literal.substring(mark + 1).split("&", -1)) {
                int equals = option.indexOf('=');
                if (equals < 1) {
                    throw Arguments.invalid(
                            call,
                            MODEL,
                            "'%s'".formatted(literal),
                            "Write options as ?key=value&key=value.");
                }
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        return options;
    }

    private static TableModelConfig config(
            CallContext call, Map<String, String> options, Configuration session) {
        TableModelConfig config;
        try {
            config = TableModelConfig.from(options, session);
        } catch (ValidationException invalid) {
            throw new ValidationException(
                    "Cannot call %s: %s".formatted(call.getName(), invalid.getMessage()), invalid);
        }
        OnError action = config.errors().action();
        if (action == OnError.DEFAULT || action == OnError.COLUMN) {
            throw Arguments.invalid(
                    call,
                    MODEL,
                    "%s=%s".formatted(TableModelOptions.ON_ERROR.key(), action),
                    "It must be FAIL or NULL; CREATE MODEL and ML_PREDICT have columns for the rest.");
        }
        return config;
    }

    private static ModelSignature signature(CallContext call, TableModelConfig config) {
        ModelSignature signature = ModelLook.of(config);
        if (signature.isOpen() || signature.outputs().isEmpty()) {
            throw Arguments.invalid(
                    call,
                    MODEL,
                    "'%s'".formatted(config.model()),
                    "It does not tell what it takes and gives: use CREATE MODEL and ML_PREDICT.");
        }
        return signature;
    }

    private static RowType inputs(CallContext call, ModelSignature signature, int columns) {
        List<TensorSpec> inputs = signature.inputs();
        if (inputs.size() != columns) {
            throw Arguments.invalid(
                    call,
                    "column",
                    "%d columns".formatted(columns),
                    "The model takes %d: %s.".formatted(inputs.size(), inputs(inputs)));
        }
        List<RowType.RowField> fields = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            fields.add(new RowType.RowField(inputs.get(i).name(), Arguments.type(call, i + 1)));
        }
        return new RowType(fields);
    }

    private static List<String> inputs(List<TensorSpec> inputs) {
        return inputs.stream().map(input -> input.name() + " " + input).toList();
    }

    private static RowType outputs(
            CallContext call, ModelSignature signature, @Nullable String chosen) {
        List<TensorSpec> outputs = signature.outputs();
        if (chosen != null) {
            List<String> names = List.of(chosen.split(",", -1));
            outputs = names.stream().map(name -> output(call, signature, name.strip())).toList();
        }
        return new RowType(
                outputs.stream()
                        .map(
                                output ->
                                        new RowType.RowField(
                                                output.name(), TensorTypes.columnType(output)))
                        .toList());
    }

    private static TensorSpec output(CallContext call, ModelSignature signature, String name) {
        return signature.outputs().stream()
                .filter(output -> output.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                Arguments.invalid(
                                        call,
                                        MODEL,
                                        "%s=%s".formatted(OUTPUTS, name),
                                        "The model has %s."
                                                .formatted(
                                                        signature.outputs().stream()
                                                                .map(TensorSpec::name)
                                                                .toList())));
    }

    /** The type of the result: that of the only output, or a ROW of all. */
    DataType type() {
        return TypeConversions.fromLogicalToDataType(
                outputs.getFieldCount() == 1 ? outputs.getTypeAt(0) : outputs);
    }

    /**
     * What subtasks need.
     *
     * @param rowsInFlight the most that Flink has
     */
    Planned planned(int rowsInFlight) {
        RowData.FieldGetter only =
                outputs.getFieldCount() == 1
                        ? RowData.createFieldGetter(outputs.getTypeAt(0), 0)
                        : null;
        return new Planned(Prediction.of(config, model), columns, rowsInFlight, only);
    }

    /**
     * A call that is ready to run.
     *
     * @param only takes the result out of the output columns; null: the result is all of them
     */
    record Planned(
            Prediction prediction,
            int columns,
            int rowsInFlight,
            @Nullable RowData.FieldGetter only)
            implements Serializable {

        @Nullable
        Object value(RowData answer) {
            return only == null ? answer : only.getFieldOrNull(answer);
        }
    }
}
