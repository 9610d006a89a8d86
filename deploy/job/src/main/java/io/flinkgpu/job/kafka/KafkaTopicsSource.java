package io.flinkgpu.job.kafka;

import io.flinkgpu.connectors.kafka.InputTopic;
import io.flinkgpu.connectors.kafka.KafkaPayload;
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
import io.flinkgpu.job.row.FieldTypeValues;
import io.flinkgpu.job.row.RowSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** Source {@code kafka}: the records of topics. */
@PublicEvolving
public final class KafkaTopicsSource implements PipelineElement {

    /** Where a job without checkpoint starts. */
    enum Start {
        EARLIEST,
        LATEST,
        COMMITTED
    }

    private static final Key<List<String>> TOPIC =
            Key.of("topic", ValueTypes.listOf(ValueTypes.text()))
                    .required()
                    .describedAs("The topic, or several with records of one kind.");
    private static final Key<ValueFormat> FORMAT =
            Key.of("format", ValueTypes.choice(ValueFormat.class))
                    .orElse(ValueFormat.JSON)
                    .describedAs(
                            "What a record's value is: a JSON object whose keys become fields, text in UTF-8, or bytes.");
    private static final Key<Map<String, FieldType>> FIELDS =
            Key.of("fields", ValueTypes.mapOf(FieldTypeValues.TYPES))
                    .describedAs(
                            "With format json: the fields of a row and their types. A key that a value lacks becomes null, and one that is not named here is left out.");
    private static final Key<String> VALUE =
            Key.of("value", ValueTypes.field())
                    .describedAs(
                            "With format text or bytes: the field for the value. Without it it is called value.");
    private static final Key<String> KEY =
            Key.of("key", ValueTypes.field())
                    .describedAs(
                            "The field for the record's key (string). Without it the key is left out.");
    private static final Key<Map<String, String>> HEADERS =
            Key.of("headers", ValueTypes.mapOf(ValueTypes.text()))
                    .describedAs("Fields (string) and the headers that they come from.");
    private static final Key<String> TIME =
            Key.of("time", ValueTypes.field())
                    .describedAs(
                            "The field for the record's timestamp, its event time (timestamp). Without it it is left out.");
    private static final Key<String> POSITION =
            Key.of("position", ValueTypes.field())
                    .describedAs(
                            "The field for the record's place, such as images-3@1042 (string). Without it it is left out.");
    private static final Key<Start> START =
            Key.of("start", ValueTypes.choice(Start.class))
                    .orElse(Start.EARLIEST)
                    .describedAs(
                            "Where a job without checkpoint starts: at the earliest records, behind the latest ones, or where the group's committed offsets are (the earliest where there are none).");
    private static final Key<Boolean> BOUNDED =
            Key.of("bounded", ValueTypes.truth())
                    .orElse(false)
                    .describedAs(
                            "Whether the job ends with the records that are there when it starts.");
    private static final Key<String> GROUP =
            Key.of("group", ValueTypes.text())
                    .describedAs(
                            "The consumer group for which offsets are committed with checkpoints, for others to watch the lag. Without it none are.");

    private final TopicLook look;

    /** Looks at the brokers that a file names. */
    public KafkaTopicsSource() {
        this(new BrokerTopicLook());
    }

    KafkaTopicsSource(TopicLook look) {
        this.look = look;
    }

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "kafka";
    }

    @Override
    public String description() {
        return "Reads the committed records of topics, each as a row with the fields of its value and those of its key, headers, timestamp and place that are named. Unbounded, unless told otherwise. A record whose value cannot be read is a dead letter, with its place, key and value.";
    }

    @Override
    public List<Key<?>> keys() {
        return KafkaKeys.with(
                TOPIC, FORMAT, FIELDS, VALUE, KEY, HEADERS, TIME, POSITION, START, BOUNDED, GROUP);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        List<PayloadField> beside = beside(config);
        Optional<RowSchema> value = value(config);
        if (value.isEmpty()) {
            return PlannedElement.UNKNOWN;
        }
        RowSchema schema;
        try {
            schema = PayloadRows.schema(value.get(), beside);
        } catch (IllegalArgumentException doubled) {
            config.object().problem(doubled.getMessage());
            return PlannedElement.UNKNOWN;
        }
        if (!hasItsGroup(config)) {
            return PlannedElement.unusable(schema);
        }
        Map<String, String> properties = KafkaKeys.properties(config);
        PayloadRows rows = new PayloadRows(config.get(FORMAT), value.get(), beside);
        try {
            KafkaSource<KafkaPayload> source = source(config, properties);
            return PlannedElement.of(schema, build -> add(source, rows, schema, build))
                    .withNotes(
                            look.check(
                                    config.get(KafkaKeys.BOOTSTRAP_SERVERS),
                                    config.get(TOPIC),
                                    properties,
                                    config.at(TOPIC)));
        } catch (IllegalArgumentException | IllegalStateException invalid) {
            config.object().problem(invalid.getMessage());
            return PlannedElement.unusable(schema);
        }
    }

    private static Optional<RowSchema> value(Config config) {
        boolean isJson = config.get(FORMAT) == ValueFormat.JSON;
        Key<?> other = isJson ? VALUE : FIELDS;
        if (config.says(other)) {
            config.at(other)
                    .problem(
                            "Invalid key '%s' of %s: format %s takes none. Use the key '%s'."
                                    .formatted(
                                            other,
                                            config.subject(),
                                            ValueTypes.nameOf(config.get(FORMAT)),
                                            isJson ? FIELDS : VALUE));
            return Optional.empty();
        }
        if (isJson && !config.says(FIELDS)) {
            config.object()
                    .problem(
                            "Invalid %s: format json needs the key 'fields'. Name the fields and their types, or set format to text or bytes."
                                    .formatted(config.subject()));
            return Optional.empty();
        }
        return Optional.of(
                isJson
                        ? new RowSchema(
                                config.get(FIELDS).entrySet().stream()
                                        .map(field -> Field.of(field.getKey(), field.getValue()))
                                        .toList())
                        : RowSchema.of(
                                Field.of(
                                        config.find(VALUE).orElse("value"),
                                        config.get(FORMAT) == ValueFormat.TEXT
                                                ? FieldType.STRING
                                                : FieldType.BYTES)));
    }

    private static List<PayloadField> beside(Config config) {
        List<PayloadField> fields = new ArrayList<>();
        config.find(KEY).map(PayloadField::key).ifPresent(fields::add);
        config.find(HEADERS)
                .ifPresent(
                        headers ->
                                headers.forEach(
                                        (field, header) ->
                                                fields.add(PayloadField.header(field, header))));
        config.find(TIME).map(PayloadField::time).ifPresent(fields::add);
        config.find(POSITION).map(PayloadField::position).ifPresent(fields::add);
        return fields;
    }

    private static boolean hasItsGroup(Config config) {
        if (config.get(START) != Start.COMMITTED || config.says(GROUP)) {
            return true;
        }
        config.at(START).invalid("It needs the key group. Add it, or start at the earliest.");
        return false;
    }

    private static KafkaSource<KafkaPayload> source(Config config, Map<String, String> properties) {
        InputTopic topic =
                InputTopic.named(config.get(TOPIC).toArray(String[]::new))
                        .bootstrapServers(config.get(KafkaKeys.BOOTSTRAP_SERVERS))
                        .startingAt(offsets(config.get(START)));
        properties.forEach(topic::property);
        config.find(GROUP).ifPresent(topic::groupId);
        return (config.get(BOUNDED) ? topic.endingAt(OffsetsInitializer.latest()) : topic).build();
    }

    // Flink's connector takes the enum that Kafka's client has deprecated.
    @SuppressWarnings("deprecation")
    private static OffsetsInitializer offsets(Start start) {
        return switch (start) {
            case EARLIEST -> OffsetsInitializer.earliest();
            case LATEST -> OffsetsInitializer.latest();
            case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
        };
    }

    private static ElementOutput add(
            KafkaSource<KafkaPayload> source,
            PayloadRows rows,
            RowSchema schema,
            BuildContext context) {
        DataStream<KafkaPayload> payloads =
                context.place(
                        context.environment()
                                .fromSource(
                                        source,
                                        WatermarkStrategy.noWatermarks(),
                                        context.name(),
                                        KafkaPayload.TYPE));
        return ElementOutput.withDeadLetters(
                context.place(
                        "rows",
                        payloads.process(
                                        new RowsOrDeadLetters<>(
                                                rows,
                                                new DeadLetterRows(
                                                        context.name(), PayloadRows.REJECTED),
                                                context.takesDeadLetters()))
                                .returns(schema.typeInfo())));
    }
}
