package io.flinkgpu.connectors.table.media;

import static io.flinkgpu.connectors.table.media.TarShardsTableOptions.MAX_SAMPLE_SIZE;
import static io.flinkgpu.connectors.table.media.TarShardsTableOptions.MEMBER_PREFIX;

import io.flinkgpu.connectors.table.check.TableProblems;
import io.flinkgpu.connectors.tar.MediaSample;
import io.flinkgpu.connectors.tar.TarShards;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * Table connector {@code tar-shards}: each sample is a row, with its members as columns.
 *
 * <p>Reads what {@link TarShards} reads, in the same way. A column is the member that is named as
 * it, or as option {@code member.COLUMN} says.
 */
@PublicEvolving
public final class TarShardsTableFactory implements DynamicTableSourceFactory {

    private static final int LARGEST_MAX_BYTES = Integer.MAX_VALUE - 16;

    @Override
    public String factoryIdentifier() {
        return "tar-shards";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(FileTableOptions.PATH);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> options = new HashSet<>(FileInputs.OPTIONAL);
        options.addAll(Set.of(MAX_SAMPLE_SIZE, FactoryUtil.SOURCE_PARALLELISM));
        return options;
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        TableProblems.validate(() -> helper.validateExcept(MEMBER_PREFIX));
        ReadableConfig options = helper.getOptions();
        ResolvedSchema schema = context.getCatalogTable().getResolvedSchema();
        TableProblems problems = new TableProblems();
        FileInputs inputs = FileInputs.of(options, problems);
        OnError onError = OnError.of(options, schema, problems);
        MemorySize maxSize = options.get(MAX_SAMPLE_SIZE);
        if (maxSize.getBytes() < 1 || maxSize.getBytes() > LARGEST_MAX_BYTES) {
            problems.option(
                    MAX_SAMPLE_SIZE,
                    maxSize.getBytes() + " bytes",
                    "It must be within 1 and %d bytes.".formatted(LARGEST_MAX_BYTES));
        }
        ShardColumns columns =
                ShardColumns.of(
                        schema, members(context.getCatalogTable().getOptions()), onError, problems);
        problems.throwIfAny();
        FileTable<MediaSample> table =
                new FileTable<>(
                        factoryIdentifier(),
                        List.copyOf(columns.members()),
                        metadata(columns),
                        columns,
                        onError,
                        (selection, rows) ->
                                inputs.applyTo(TarShards.of(inputs.toPaths()))
                                        .maxSampleSize(maxSize)
                                        .build(rows),
                        options.get(FactoryUtil.SOURCE_PARALLELISM));
        return new FileTableSource<>(table, context.getPhysicalRowDataType());
    }

    private static Map<String, String> members(Map<String, String> options) {
        Map<String, String> members = new HashMap<>();
        options.forEach(
                (key, value) -> {
                    if (key.startsWith(MEMBER_PREFIX)) {
                        members.put(key.substring(MEMBER_PREFIX.length()), value);
                    }
                });
        return members;
    }

    private static Map<String, FileTable.Metadata<MediaSample>> metadata(ShardColumns columns) {
        Map<String, FileTable.Metadata<MediaSample>> fields = new LinkedHashMap<>();
        fields.put(
                "key",
                new FileTable.Metadata<>(
                        DataTypes.STRING().notNull(), sample -> TableField.text(sample.key())));
        fields.put(
                "shard",
                new FileTable.Metadata<>(
                        DataTypes.STRING().notNull(), sample -> TableField.text(sample.shard())));
        fields.put(
                "index",
                new FileTable.Metadata<>(DataTypes.BIGINT().notNull(), MediaSample::index));
        fields.put(
                OnError.KEY,
                new FileTable.Metadata<>(
                        TableField.ERROR, sample -> TableField.error(columns.of(sample))));
        return fields;
    }
}
