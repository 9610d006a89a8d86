package io.flinkgpu.job.builtin;

import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.RowSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.types.Row;

/** Source {@code datagen}: rows that are made up, the same ones each time. */
@PublicEvolving
public final class DatagenSource implements PipelineElement {

    private static final Key<Long> ROWS =
            Key.of("rows", ValueTypes.wholeNumber(1))
                    .describedAs("How many rows there are. Without it they do not end.");

    private static final Key<Double> ROWS_PER_SECOND =
            Key.of("rows-per-second", ValueTypes.number())
                    .describedAs("Rows a second of all subtasks. Without it as fast as they go.");

    private static final Key<Map<String, Config>> FIELDS =
            Key.of("fields", ValueTypes.mapOf(ValueTypes.object(GeneratedField.KEYS)))
                    .required()
                    .describedAs("The fields of a row.");

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "datagen";
    }

    @Override
    public String description() {
        return "Makes up rows, the same ones in each run: numbers of a range, texts, counters.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(ROWS, ROWS_PER_SECOND, FIELDS);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        List<Field> fields = new ArrayList<>();
        List<GeneratedField> generators = new ArrayList<>();
        config.get(FIELDS)
                .forEach(
                        (name, of) -> {
                            fields.add(Field.of(name, of.get(GeneratedField.TYPE)));
                            generators.add(GeneratedField.of(of, generators.size()));
                        });
        config.find(ROWS_PER_SECOND)
                .filter(rate -> !(rate > 0))
                .ifPresent(rate -> config.at(ROWS_PER_SECOND).invalid("It must be above 0."));
        RowSchema schema = new RowSchema(fields);
        return PlannedElement.of(schema, build -> add(schema, generators, config, build));
    }

    private static ElementOutput add(
            RowSchema schema,
            List<GeneratedField> generators,
            Config config,
            BuildContext context) {
        GeneratedField[] columns = generators.toArray(GeneratedField[]::new);
        DataGeneratorSource<Row> source =
                new DataGeneratorSource<>(
                        index -> row(columns, index),
                        config.find(ROWS).orElse(Long.MAX_VALUE),
                        rate(config),
                        schema.typeInfo());
        return ElementOutput.of(
                context.place(
                        context.environment()
                                .fromSource(
                                        source, WatermarkStrategy.noWatermarks(), context.name())));
    }

    private static RateLimiterStrategy<?> rate(Config config) {
        return config.find(ROWS_PER_SECOND).isPresent()
                ? RateLimiterStrategy.perSecond(config.get(ROWS_PER_SECOND))
                : RateLimiterStrategy.noOp();
    }

    private static Row row(GeneratedField[] columns, long index) {
        Row row = Row.withPositions(columns.length);
        for (int i = 0; i < columns.length; i++) {
            row.setField(i, columns[i].value(index));
        }
        return row;
    }
}
