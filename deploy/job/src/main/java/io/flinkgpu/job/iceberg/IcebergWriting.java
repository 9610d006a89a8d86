package io.flinkgpu.job.iceberg;

import io.flinkgpu.connectors.iceberg.IcebergTable;
import io.flinkgpu.connectors.iceberg.IcebergTableSink;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import java.util.Optional;
import org.apache.flink.types.Row;

/** Plans a sink into a table of Iceberg. */
final class IcebergWriting {

    private IcebergWriting() {}

    static PlannedElement plan(ElementContext context) {
        Optional<IcebergTable> table = NamedTable.of(context);
        if (table.isEmpty()) {
            return PlannedElement.unusable(RowSchema.NONE);
        }
        List<String> notes = check(table.get(), context);
        return PlannedElement.sink(build -> add(table.get(), context, build)).withNotes(notes);
    }

    private static List<String> check(IcebergTable table, ElementContext context) {
        try {
            boolean exists = table.exists();
            sink(table, context).check(context.input().typeInfo());
            return List.of(
                    "table %s: %s".formatted(table.name(), exists ? "exists" : "will be created"));
        } catch (IllegalArgumentException unfit) {
            context.config().at(IcebergKeys.TABLE).problem(unfit.getMessage());
            return List.of();
        } catch (RuntimeException unreachable) {
            return List.of(
                    "not checked: table %s: %s".formatted(table.name(), unreachable.getMessage()));
        }
    }

    private static IcebergTableSink sink(IcebergTable table, ElementContext context) {
        Config config = context.config();
        IcebergTableSink sink = IcebergTableSink.into(table).uid(context.name());
        config.find(IcebergKeys.PARTITION_BY)
                .ifPresent(terms -> sink.partitionBy(terms.toArray(String[]::new)));
        config.find(IcebergKeys.OPTIONS).ifPresent(options -> options.forEach(sink::option));
        return sink;
    }

    private static void add(IcebergTable table, ElementContext context, BuildContext build) {
        build.place(sink(table, context).<Row>append(build.placedInput()));
    }
}
