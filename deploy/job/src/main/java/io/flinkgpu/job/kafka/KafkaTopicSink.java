package io.flinkgpu.job.kafka;

import io.flinkgpu.connectors.kafka.OutputTopic;
import io.flinkgpu.inference.ledger.SinkProbe;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.redo.Redos;
import io.flinkgpu.job.redo.TopicLetters;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.Path;
import org.apache.flink.types.Row;

/** Sink {@code kafka}: rows as records of a topic. */
@PublicEvolving
public final class KafkaTopicSink implements PipelineElement {

    /** How often consumers see a row. */
    enum Delivery {
        EXACTLY_ONCE,
        AT_LEAST_ONCE
    }

    private static final String JSON = "application/json";

    private static final Key<String> TOPIC =
            Key.of("topic", ValueTypes.text()).required().describedAs("The topic. It must exist.");
    private static final Key<String> VALUE =
            Key.of("value", ValueTypes.field())
                    .describedAs(
                            "The field that is the record's value, its bytes or its text. Without it the value is the row as a JSON object.");
    private static final Key<String> KEY =
            Key.of("key", ValueTypes.field())
                    .describedAs(
                            "The field that is the record's key, by which records go to partitions. Without it they go to any.");
    private static final Key<Map<String, String>> HEADERS =
            Key.of("headers", ValueTypes.mapOf(ValueTypes.field()))
                    .describedAs("Headers and the fields that they come from. A null is left out.");
    private static final Key<String> TIME =
            Key.of("time", ValueTypes.field())
                    .describedAs(
                            "The field (timestamp) that is the record's timestamp. Without it, it is the row's event time in Flink, or the time of writing.");
    private static final Key<String> CONTENT_TYPE =
            Key.of("content-type", ValueTypes.text())
                    .describedAs(
                            "The header content-type. Without it application/json where the value is the row, and otherwise none.");
    private static final Key<Delivery> DELIVERY =
            Key.of("delivery", ValueTypes.choice(Delivery.class))
                    .orElse(Delivery.EXACTLY_ONCE)
                    .describedAs(
                            "Exactly once, in transactions that consumers with isolation.level=read_committed see with each checkpoint; or at least once, at once.");
    private static final Key<String> TRANSACTION_PREFIX =
            Key.of("transaction-prefix", ValueTypes.text())
                    .describedAs(
                            "How the names of transactions begin, no other sink's on these brokers. Without it JOB/SINK, by their names in the file. A redo adds its own name.");

    private final TopicLook look;

    /** Looks at the brokers that a file names. */
    public KafkaTopicSink() {
        this(new BrokerTopicLook());
    }

    KafkaTopicSink(TopicLook look) {
        this.look = look;
    }

    @Override
    public ElementKind kind() {
        return ElementKind.SINK;
    }

    @Override
    public String type() {
        return "kafka";
    }

    @Override
    public String description() {
        return "Writes each row as a record of a topic, exactly once: as a JSON object (bytes in Base64, timestamps in ISO-8601), or one of its fields. Takes dead letters as well.";
    }

    @Override
    public List<Key<?>> keys() {
        return KafkaKeys.with(
                TOPIC, VALUE, KEY, HEADERS, TIME, CONTENT_TYPE, DELIVERY, TRANSACTION_PREFIX);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        int problems = config.object().problems().inOrder().size();
        Map<String, String> properties = KafkaKeys.properties(config);
        RowRecords records = records(context);
        List<String> notes =
                look.check(
                        config.get(KafkaKeys.BOOTSTRAP_SERVERS),
                        List.of(config.get(TOPIC)),
                        properties,
                        config.at(TOPIC));
        if (config.object().problems().inOrder().size() > problems) {
            return PlannedElement.unusable(RowSchema.NONE);
        }
        try {
            OutputTopic<Row> topic = topic(records, properties, context);
            Sink<Row> sink = topic.build();
            SinkProbe position = topic.probe();
            PlannedElement planned =
                    PlannedElement.sink(
                                    build -> {
                                        build.place(build.input().sinkTo(sink));
                                        build.recordAs(position);
                                    })
                            .withNotes(notes);
            return DeadLetterRows.SCHEMA.takes(context.input())
                    ? planned.withLetters(
                            new TopicLetters(
                                    config.get(TOPIC),
                                    config.get(KafkaKeys.BOOTSTRAP_SERVERS),
                                    properties))
                    : planned;
        } catch (IllegalArgumentException | IllegalStateException invalid) {
            config.object().problem(invalid.getMessage());
            return PlannedElement.unusable(RowSchema.NONE);
        }
    }

    private static RowRecords records(ElementContext context) {
        Config config = context.config();
        Optional<FieldBytes> value = bytes(VALUE, context);
        Map<String, FieldBytes> headers = new LinkedHashMap<>();
        config.find(HEADERS)
                .ifPresent(
                        fields ->
                                fields.forEach(
                                        (header, field) -> {
                                            Value at = config.at(HEADERS).get(header);
                                            FieldBytes.of(field, context, at)
                                                    .ifPresent(of -> headers.put(header, of));
                                        }));
        boolean isRow = !config.says(VALUE);
        return new RowRecords(
                isRow ? new RowJson(context.input()) : null,
                value.orElse(null),
                bytes(KEY, context).orElse(null),
                headers,
                time(context),
                config.find(CONTENT_TYPE).orElse(isRow ? JSON : null));
    }

    private static Optional<FieldBytes> bytes(Key<String> key, ElementContext context) {
        Config config = context.config();
        return config.find(key).flatMap(name -> FieldBytes.of(name, context, config.at(key)));
    }

    private static int time(ElementContext context) {
        Config config = context.config();
        Optional<Field> field =
                config.find(TIME).flatMap(name -> context.requireInput(name, config.at(TIME)));
        if (field.isPresent() && field.get().type() != FieldType.TIMESTAMP) {
            config.at(TIME)
                    .problem(
                            "Invalid field '%s' in %s: it is %s. Name a timestamp."
                                    .formatted(
                                            field.get().name(),
                                            config.at(TIME).subject(),
                                            field.get().type()));
        }
        return field.map(found -> context.input().indexOf(found.name())).orElse(-1);
    }

    private static OutputTopic<Row> topic(
            RowRecords records, Map<String, String> properties, ElementContext context) {
        Config config = context.config();
        OutputTopic<Row> topic =
                OutputTopic.<Row>named(config.get(TOPIC), records)
                        .bootstrapServers(config.get(KafkaKeys.BOOTSTRAP_SERVERS));
        properties.forEach(topic::property);
        return switch (config.get(DELIVERY)) {
            case AT_LEAST_ONCE -> topic.atLeastOnce();
            case EXACTLY_ONCE ->
                    topic.exactlyOnce(
                            transactionPrefix(
                                    config.find(TRANSACTION_PREFIX)
                                            .orElse(context.file().job() + "/" + context.name()),
                                    context.file().options()));
        };
    }

    /**
     * How the names of transactions begin. A sink that starts aborts all open transactions of its
     * prefix: a redo has one of its own, or it would abort those of the run whose letters it does.
     */
    static String transactionPrefix(String ofSink, Configuration options) {
        // INVARIANT: it does not begin with "SINK/", by which the sink of another run looks.
        return options.getOptional(Redos.CLAIM)
                .map(claim -> ofSink + ".redo-" + Redos.tokenOf(new Path(claim)))
                .orElse(ofSink);
    }
}
