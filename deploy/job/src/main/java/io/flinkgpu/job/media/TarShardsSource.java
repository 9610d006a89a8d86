package io.flinkgpu.job.media;

import io.flinkgpu.connectors.tar.MediaSample;
import io.flinkgpu.connectors.tar.TarShards;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.element.RowsOrDeadLetters;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/** Source {@code tar-shards}: samples of tar shards, their members as fields. */
@PublicEvolving
public final class TarShardsSource implements PipelineElement {

    private static final Key<Map<String, Config>> FIELDS =
            Key.of("fields", ValueTypes.mapOf(ValueTypes.object(SampleField.KEYS)))
                    .required()
                    .describedAs("The fields of a row that are made of members.");
    private static final Key<MemorySize> MAX_SAMPLE_SIZE =
            Key.of("max-sample-size", ValueTypes.memory())
                    .orElse(TarShards.DEFAULT_MAX_SAMPLE_SIZE)
                    .describedAs("A larger sample, all its members together, is a dead letter.");
    private static final List<Field> ORIGIN =
            List.of(Field.of("key", FieldType.STRING), Field.of("shard", FieldType.STRING));

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "tar-shards";
    }

    @Override
    public String description() {
        return "Reads tar shards, plain or gzip, in the convention of WebDataset: members with a common stem make one row, with its key (string), the path of its shard (string), and a field for each member that is named. Bounded without monitor. A sample or shard that cannot be read is a dead letter.";
    }

    @Override
    public List<Key<?>> keys() {
        return FileInputKeys.with(FIELDS, MAX_SAMPLE_SIZE);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        List<SampleField> members = new ArrayList<>();
        config.get(FIELDS).forEach((name, of) -> members.add(SampleField.of(name, of)));
        List<Field> fields = new ArrayList<>(ORIGIN);
        members.forEach(member -> fields.add(member.field()));
        RowSchema schema;
        try {
            schema = new RowSchema(fields);
        } catch (IllegalArgumentException doubled) {
            config.at(FIELDS).problem(doubled.getMessage());
            return PlannedElement.UNKNOWN;
        }
        return FileInputKeys.<MediaSample, TarShards>build(
                        paths -> TarShards.of(paths).maxSampleSize(config.get(MAX_SAMPLE_SIZE)),
                        (shards, source) ->
                                PlannedElement.of(
                                        schema, build -> add(source, members, schema, build)),
                        context)
                .orElse(PlannedElement.unusable(schema));
    }

    private static ElementOutput add(
            Source<MediaSample, ?, ?> source,
            List<SampleField> members,
            RowSchema schema,
            BuildContext context) {
        SampleField[] fields = members.toArray(SampleField[]::new);
        DataStream<MediaSample> samples =
                context.place(
                        context.environment()
                                .fromSource(
                                        source,
                                        WatermarkStrategy.noWatermarks(),
                                        context.name(),
                                        MediaSample.TYPE));
        return ElementOutput.withDeadLetters(
                context.place(
                        "rows",
                        samples.process(
                                        new RowsOrDeadLetters<>(
                                                sample -> row(sample, fields),
                                                new DeadLetterRows(
                                                        context.name(), new RowSchema(ORIGIN)),
                                                context.takesDeadLetters()))
                                .returns(schema.typeInfo())));
    }

    static RowsOrDeadLetters.Outcome row(MediaSample sample, SampleField[] fields) {
        Row origin = Row.of(sample.key(), sample.shard());
        if (sample.failure() != null) {
            return RowsOrDeadLetters.Outcome.failed(
                    origin, sample.failure().errorClass(), sample.failure().cause());
        }
        Row row = Row.withPositions(ORIGIN.size() + fields.length);
        row.setField(0, sample.key());
        row.setField(1, sample.shard());
        try {
            for (int i = 0; i < fields.length; i++) {
                row.setField(ORIGIN.size() + i, fields[i].of(sample));
            }
        } catch (IllegalArgumentException invalid) {
            return RowsOrDeadLetters.Outcome.failed(
                    origin, invalid.getClass().getSimpleName(), invalid.getMessage());
        }
        return RowsOrDeadLetters.Outcome.of(row);
    }
}
