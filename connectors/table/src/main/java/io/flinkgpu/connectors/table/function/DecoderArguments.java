package io.flinkgpu.connectors.table.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * The arguments of a decoder: bytes, then literals, which are checked when the call is planned.
 *
 * @param literals behind the bytes; those at the end may be optional
 * @param check refuses values of literals
 */
record DecoderArguments(List<Literal> literals, Check check) implements InputTypeStrategy {

    private static final String BYTES = "bytes";

    /**
     * An argument that must be a literal.
     *
     * @param type of its value: {@code Integer} or {@code String}
     */
    record Literal(String name, Class<?> type, boolean isOptional) {

        static Literal number(String name) {
            return new Literal(name, Integer.class, false);
        }

        static Literal optionalText(String name) {
            return new Literal(name, String.class, true);
        }

        private boolean fits(DataType argument) {
            LogicalType actual = argument.getLogicalType();
            return type == Integer.class
                    ? actual.is(LogicalTypeRoot.INTEGER)
                    : actual.isAnyOf(LogicalTypeRoot.CHAR, LogicalTypeRoot.VARCHAR);
        }

        private String typeName() {
            return type == Integer.class ? "INT" : "STRING";
        }
    }

    /** Looks at the values of the literals. */
    interface Check {

        /**
         * Throws for values that no call can have.
         *
         * @throws IllegalArgumentException which names the argument
         */
        void check(List<Object> values);
    }

    /**
     * Calls with these arguments give an {@code ARRAY<FLOAT>}.
     *
     * @param isTry whether it is NULL for bytes that cannot be decoded; of NULL it always is
     */
    TypeInference toInference(boolean isTry) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(this)
                .outputTypeStrategy(call -> Optional.of(output(call, isTry)))
                .build();
    }

    @Override
    public ArgumentCount getArgumentCount() {
        int optional = (int) literals.stream().filter(Literal::isOptional).count();
        return ConstantArgumentCount.between(1 + literals.size() - optional, 1 + literals.size());
    }

    @Override
    public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
        List<DataType> arguments = call.getArgumentDataTypes();
        List<DataType> types = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        try {
            types.add(bytes(arguments.get(0)));
            for (int i = 1; i < arguments.size(); i++) {
                Literal literal = literals.get(i - 1);
                values.add(value(literal, i, call));
                types.add(type(literal, arguments.get(i)));
            }
            check.check(values);
        } catch (IllegalArgumentException invalid) {
            return call.fail(throwOnFailure, "%s", invalid.getMessage());
        }
        return Optional.of(types);
    }

    @Override
    public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
        List<Signature.Argument> required = new ArrayList<>();
        required.add(Signature.Argument.of(BYTES, "BYTES"));
        literals.stream()
                .filter(literal -> !literal.isOptional())
                .forEach(literal -> required.add(argument(literal)));
        List<Signature.Argument> all = new ArrayList<>(required);
        literals.stream()
                .filter(Literal::isOptional)
                .forEach(literal -> all.add(argument(literal)));
        return all.size() == required.size()
                ? List.of(Signature.of(required))
                : List.of(Signature.of(required), Signature.of(all));
    }

    private static Signature.Argument argument(Literal literal) {
        return Signature.Argument.of(literal.name(), literal.typeName() + " LITERAL");
    }

    private static DataType output(CallContext call, boolean isTry) {
        // Items of arrays whose elements are NOT NULL are not NULL for the planner, even of NULL.
        DataType pixels = DataTypes.ARRAY(DataTypes.FLOAT()).bridgedTo(ArrayData.class);
        boolean isNullable =
                isTry || call.getArgumentDataTypes().get(0).getLogicalType().isNullable();
        return isNullable ? pixels : pixels.notNull();
    }

    private static DataType bytes(DataType argument) {
        LogicalType type = argument.getLogicalType();
        if (!type.isAnyOf(
                LogicalTypeRoot.VARBINARY, LogicalTypeRoot.BINARY, LogicalTypeRoot.NULL)) {
            throw new IllegalArgumentException(
                    "Invalid %s: %s. It must be BYTES, the content of a file."
                            .formatted(BYTES, argument));
        }
        return type.isNullable() ? DataTypes.BYTES() : DataTypes.BYTES().notNull();
    }

    private static Object value(Literal literal, int position, CallContext call) {
        DataType type = call.getArgumentDataTypes().get(position);
        if (!call.isArgumentLiteral(position)
                || call.isArgumentNull(position)
                || !literal.fits(type)) {
            throw new IllegalArgumentException(
                    "Invalid %s: %s. It must be a literal of type %s, and not NULL."
                            .formatted(literal.name(), type, literal.typeName()));
        }
        return call.getArgumentValue(position, literal.type()).orElseThrow();
    }

    /** A text keeps its length: it is a literal when the call is looked at again. */
    private static DataType type(Literal literal, DataType argument) {
        return literal.type() == Integer.class
                ? DataTypes.INT().notNull().bridgedTo(int.class)
                : argument.bridgedTo(String.class);
    }
}
