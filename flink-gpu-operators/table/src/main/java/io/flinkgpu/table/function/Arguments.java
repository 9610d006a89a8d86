package io.flinkgpu.table.function;

import io.flinkgpu.table.type.NumberArrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.inference.TypeStrategy;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.utils.DataTypeUtils;

/** Arguments of functions that are checked when a statement is planned, each by its name. */
final class Arguments implements InputTypeStrategy {

    private final ArgumentCount count;
    private final List<String> names;
    private final Consumer<CallContext> check;

    private Arguments(ArgumentCount count, List<String> names, Consumer<CallContext> check) {
        this.count = count;
        this.names = names;
        this.check = check;
    }

    /** As many arguments as there are names, handed over in Flink's internal data structures. */
    static TypeInference inference(
            List<String> names, Consumer<CallContext> check, TypeStrategy output) {
        return inference(ConstantArgumentCount.of(names.size()), names, check, output);
    }

    static TypeInference inference(
            ArgumentCount count,
            List<String> names,
            Consumer<CallContext> check,
            TypeStrategy output) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(new Arguments(count, names, check))
                .outputTypeStrategy(
                        call -> output.inferType(call).map(DataTypeUtils::toInternalDataType))
                .build();
    }

    static LogicalType type(CallContext call, int at) {
        return call.getArgumentDataTypes().get(at).getLogicalType();
    }

    /** A flat ARRAY of numbers. */
    static NumberArrays numbers(CallContext call, int at, String name) {
        return NumberArrays.of(type(call, at))
                .orElseThrow(() -> invalid(call, at, name, "It must be an ARRAY of numbers."));
    }

    static void requireWholeNumber(CallContext call, int at, String name) {
        if (!type(call, at).is(LogicalTypeFamily.INTEGER_NUMERIC)) {
            throw invalid(call, at, name, "It must be an INT.");
        }
    }

    static ValidationException invalid(CallContext call, int at, String name, String bound) {
        return invalid(call, name, type(call, at).asSummaryString(), bound);
    }

    static ValidationException invalid(CallContext call, String name, String value, String bound) {
        return new ValidationException(
                "Invalid argument '%s' of %s: %s. %s"
                        .formatted(name, call.getName(), value, bound));
    }

    @Override
    public ArgumentCount getArgumentCount() {
        return count;
    }

    @Override
    public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
        try {
            check.accept(call);
            return Optional.of(
                    call.getArgumentDataTypes().stream()
                            .map(DataTypeUtils::toInternalDataType)
                            .toList());
        } catch (ValidationException invalid) {
            if (throwOnFailure) {
                throw invalid;
            }
            return Optional.empty();
        }
    }

    @Override
    public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
        return List.of(Signature.of(names.stream().map(Signature.Argument::of).toList()));
    }
}
