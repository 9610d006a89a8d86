package io.flinkgpu.benchmarks.sql;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.model.triton.TritonInferenceModelFunction;
import org.apache.flink.model.triton.TritonTypeMapper;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogModel;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Makes Flink's own function for Triton servers where it runs, instead of sending it there.
 *
 * <p>See {@link RepairedTritonFactory} for what is repaired. Public, because code that Flink
 * generates calls it.
 */
@Internal
public final class RepairedTritonFunction extends AsyncPredictFunction {

    private static final long serialVersionUID = 1L;

    private final Map<String, String> options;
    private final String inputName;
    private final DataType inputType;
    private final String outputName;
    private final DataType outputType;
    private transient TritonInferenceModelFunction function;

    private RepairedTritonFunction(Map<String, String> options, Column input, Column output) {
        this.options = options;
        this.inputName = input.getName();
        this.inputType = input.getDataType();
        this.outputName = output.getName();
        this.outputType = output.getDataType();
    }

    /**
     * The function of a model.
     *
     * @throws ValidationException if the model has other than one input and one output, of types
     *     that the function knows
     */
    static RepairedTritonFunction of(ResolvedCatalogModel model) {
        return new RepairedTritonFunction(
                Map.copyOf(model.getOptions()),
                onlyColumn(model.getResolvedInputSchema(), "input"),
                onlyColumn(model.getResolvedOutputSchema(), "output"));
    }

    @Override
    public void open(FunctionContext context) throws Exception {
        ResolvedCatalogModel model =
                ResolvedCatalogModel.of(
                        CatalogModel.of(
                                Schema.newBuilder().build(),
                                Schema.newBuilder().build(),
                                options,
                                ""),
                        ResolvedSchema.of(Column.physical(inputName, inputType)),
                        ResolvedSchema.of(Column.physical(outputName, outputType)));
        function = new Unchecked(new ContextOf(model), Configuration.fromMap(options));
        function.open(context);
    }

    @Override
    public CompletableFuture<Collection<RowData>> asyncPredict(RowData row) {
        return function.asyncPredict(row);
    }

    @Override
    public void close() throws Exception {
        if (function != null) {
            function.close();
        }
    }

    private static Column onlyColumn(ResolvedSchema schema, String what) {
        List<Column> columns = schema.getColumns();
        if (columns.size() != 1) {
            throw new ValidationException(
                    "Invalid %s columns: %s. The function takes one."
                            .formatted(what, schema.getColumnNames()));
        }
        Object unusedType =
                TritonTypeMapper.toTritonDataType(columns.get(0).getDataType().getLogicalType());
        return columns.get(0);
    }

    /** Without the check that refuses every schema; {@link #onlyColumn} is in its place. */
    private static final class Unchecked extends TritonInferenceModelFunction {

        private static final long serialVersionUID = 1L;

        Unchecked(ModelProviderFactory.Context context, ReadableConfig options) {
            super(context, options);
        }

        @Override
        protected void validateSingleColumnSchema(
                ResolvedSchema schema, LogicalType expected, String inputOrOutput) {}
    }

    /** What the function asks for is the model. */
    private record ContextOf(ResolvedCatalogModel model) implements ModelProviderFactory.Context {

        @Override
        public ResolvedCatalogModel getCatalogModel() {
            return model;
        }

        @Override
        public ObjectIdentifier getObjectIdentifier() {
            return ObjectIdentifier.of("default_catalog", "default_database", "model");
        }

        @Override
        public ReadableConfig getConfiguration() {
            return new Configuration();
        }

        @Override
        public ClassLoader getClassLoader() {
            return Thread.currentThread().getContextClassLoader();
        }

        @Override
        public boolean isTemporary() {
            return true;
        }
    }
}
