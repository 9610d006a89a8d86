package io.flinkgpu.table.stage;

import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.table.model.BoundModel;
import io.flinkgpu.table.model.ModelLook;
import io.flinkgpu.table.model.OnError;
import io.flinkgpu.table.model.TableModelConfig;
import io.flinkgpu.table.model.TableModelOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/**
 * A table with a model, as its options and columns say.
 *
 * @param inner the table behind
 * @param deadLetters the table that takes rows which fail; null: none
 */
record InferenceTable(
        DynamicTableFactory.Context context,
        ReadableConfig options,
        StageColumns columns,
        TableModelConfig config,
        BoundModel model,
        InnerTable inner,
        @Nullable DeadLetterTable deadLetters) {

    /**
     * Reads options, looks at the model and binds its tensors to columns.
     *
     * @param isSource whether the table behind gives the rows, and so lacks what the model fills
     * @throws ValidationException naming what is not right
     */
    static InferenceTable read(
            DynamicTableFactory.Context context, ReadableConfig options, boolean isSource) {
        checkMode(context.getConfiguration());
        Map<String, String> modelOptions =
                InnerTable.withoutPrefix(context, InferenceTableOptions.MODEL);
        StageColumns columns = StageColumns.of(context.getCatalogTable(), options, modelOptions);
        checkParallelism(options);
        TableModelConfig config = config(modelOptions, context.getConfiguration(), options);
        BoundModel model =
                BoundModel.bind(
                        context.getObjectIdentifier().asSummaryString(),
                        config,
                        ModelLook.of(config),
                        rowType(columns.inputs()),
                        rowType(columns.outputs()));
        UniqueConstraint key =
                context.getCatalogTable().getResolvedSchema().getPrimaryKey().orElse(null);
        InnerTable inner =
                new InnerTable(
                        context,
                        InferenceTableOptions.TABLE,
                        InnerTable.schema(
                                isSource ? columns.withoutOutputs() : columns.all(), key));
        if (inner.options().isEmpty()) {
            throw new ValidationException(
                    "Invalid table.connector: it is missing. Describe the table that has the rows with options such as 'table.connector' = 'filesystem'.");
        }
        return new InferenceTable(
                context,
                options,
                columns,
                config,
                model,
                inner,
                deadLetters(context, columns, config));
    }

    private static TableModelConfig config(
            Map<String, String> model, ReadableConfig session, ReadableConfig options) {
        Configuration settings = Configuration.fromMap(session.toMap());
        options.getOptional(InferenceTableOptions.OUTPUT_MODE)
                .ifPresent(mode -> settings.set(InferenceOptions.OUTPUT_MODE, mode));
        return TableModelConfig.from(model, settings);
    }

    private static void checkMode(ReadableConfig session) {
        if (session.get(ExecutionOptions.RUNTIME_MODE) == RuntimeExecutionMode.BATCH) {
            throw new ValidationException(
                    "Invalid %s: BATCH. A table with a model is read and written in mode streaming, which ends with bounded tables as well: SET '%s' = 'streaming'."
                            .formatted(
                                    ExecutionOptions.RUNTIME_MODE.key(),
                                    ExecutionOptions.RUNTIME_MODE.key()));
        }
    }

    private static void checkParallelism(ReadableConfig options) {
        options.getOptional(InferenceTableOptions.PARALLELISM)
                .filter(subtasks -> subtasks < 1)
                .ifPresent(
                        subtasks -> {
                            throw new ValidationException(
                                    "Invalid %s: %d. It must be at least 1."
                                            .formatted(
                                                    InferenceTableOptions.PARALLELISM.key(),
                                                    subtasks));
                        });
    }

    @Nullable
    private static DeadLetterTable deadLetters(
            DynamicTableFactory.Context context, StageColumns columns, TableModelConfig config) {
        Optional<DeadLetterTable> table = DeadLetterTable.of(context, columns.withoutOutputs());
        if (table.isPresent() && config.errors().action() != OnError.FAIL) {
            throw new ValidationException(
                    "Invalid %s%s: %s. With dead-letters.* rows that fail go there: leave it out."
                            .formatted(
                                    InferenceTableOptions.MODEL,
                                    TableModelOptions.ON_ERROR.key(),
                                    config.errors().action()));
        }
        return table.orElse(null);
    }

    /** As messages call it. */
    String name() {
        return context.getObjectIdentifier().asSummaryString();
    }

    /** Of rows of the table behind; empty: it has no primary key. */
    Optional<PrimaryKeyHash> key() {
        return inner.schema()
                .getPrimaryKey()
                .map(key -> new PrimaryKeyHash(key.getColumns(), inner.schema().getColumns()));
    }

    /** What the operators are called where it is read. */
    StageUids uidsOfSource(ProviderContext provider) {
        return uids("inference of " + name(), provider);
    }

    /** What the operators are called where it is written. */
    StageUids uidsOfSink(ProviderContext provider) {
        return uids("inference into " + name(), provider);
    }

    private StageUids uids(String otherwise, ProviderContext provider) {
        return new StageUids(options.get(InferenceTableOptions.UID), otherwise, provider);
    }

    /** The stage for rows of the table behind. */
    InferenceStage stage(boolean isBounded) {
        return new InferenceStage(
                this,
                StageRows.of(
                        model,
                        columns,
                        inner.schema().getColumns(),
                        InternalTypeInfo.of(rowType(columns.all()))),
                deadLetters == null ? null : deadLetters.open(inner.schema(), isBounded));
    }

    private static RowType rowType(List<Column> columns) {
        return (RowType)
                DataTypes.ROW(
                                columns.stream()
                                        .map(
                                                column ->
                                                        DataTypes.FIELD(
                                                                column.getName(),
                                                                column.getDataType()))
                                        .toArray(DataTypes.Field[]::new))
                        .getLogicalType();
    }
}
