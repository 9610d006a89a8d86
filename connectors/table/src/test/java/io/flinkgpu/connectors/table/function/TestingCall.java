package io.flinkgpu.connectors.table.function;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;

/** A call as the planner sees it. */
record TestingCall(List<Argument> arguments) implements CallContext {

    /** An argument; one that is no literal has no value. */
    record Argument(DataType type, boolean isLiteral, Object value) {

        static Argument literal(int value) {
            return new Argument(DataTypes.INT().notNull(), true, value);
        }

        static Argument literal(String value) {
            return new Argument(DataTypes.CHAR(value.length()).notNull(), true, value);
        }

        static Argument column(DataType type) {
            return new Argument(type, false, null);
        }
    }

    static TestingCall of(Argument... arguments) {
        return new TestingCall(Arrays.asList(arguments));
    }

    @Override
    public DataTypeFactory getDataTypeFactory() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FunctionDefinition getFunctionDefinition() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isArgumentLiteral(int position) {
        return arguments.get(position).isLiteral();
    }

    @Override
    public boolean isArgumentNull(int position) {
        return arguments.get(position).isLiteral() && arguments.get(position).value() == null;
    }

    @Override
    public <T> Optional<T> getArgumentValue(int position, Class<T> type) {
        return Optional.of(type.cast(arguments.get(position).value()));
    }

    @Override
    public String getName() {
        return "decode";
    }

    @Override
    public List<DataType> getArgumentDataTypes() {
        return arguments.stream().map(Argument::type).toList();
    }

    @Override
    public Optional<DataType> getOutputDataType() {
        return Optional.empty();
    }

    @Override
    public boolean isGroupedAggregation() {
        return false;
    }
}
