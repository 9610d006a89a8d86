package io.flinkgpu.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.connectors.deadletter.DeadLetterHeaders;
import io.flinkgpu.connectors.deadletter.DeadLetterTopic;
import io.flinkgpu.connectors.kafka.InputTopic;
import io.flinkgpu.connectors.kafka.KafkaPayload;
import io.flinkgpu.connectors.kafka.OutputTopic;
import io.flinkgpu.connectors.kafka.PayloadDecodeFunction;
import io.flinkgpu.inference.DeadLetter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Rows from a topic, and results and dead letters into topics.
 *
 * <p>A {@link LoadFeed} writes the rows: row {@code id} into partition {@code id % partitions}, in
 * the order of the ids. So it is known where each partition will end, and the source is bounded.
 *
 * @param bootstrapServers {@code host:port}
 * @param partitions of {@link #ROWS}
 */
@Internal
public record LoadTopics(String bootstrapServers, int partitions) implements LoadEdges {

    /** The topic of the rows. */
    public static final String ROWS = "load-rows";

    /** The topic of the results. */
    public static final String RESULTS = "load-results";

    /** The topic of the dead letters. */
    public static final String DEAD_LETTERS = "load-dead-letters";

    private static final long serialVersionUID = 1;

    private static final String DECODE = "load-decode";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public DataStream<LoadRow> rows(
            StreamExecutionEnvironment environment, LoadSpec spec, SlotSharingGroup cpu) {
        return environment
                .fromSource(
                        InputTopic.named(ROWS)
                                .bootstrapServers(bootstrapServers)
                                .endingAt(OffsetsInitializer.offsets(ends(spec.rows())))
                                .build(),
                        WatermarkStrategy.noWatermarks(),
                        LoadPipeline.SOURCE)
                .uid(LoadPipeline.SOURCE)
                .slotSharingGroup(cpu)
                .process(new PayloadDecodeFunction<>(LoadTopics::decode, LoadRow.TYPE))
                .name(DECODE)
                .uid(DECODE)
                .slotSharingGroup(cpu);
    }

    @Override
    public Sink<LoadAnswer> results(LoadSpec spec) {
        return OutputTopic.<LoadAnswer>named(
                        RESULTS,
                        (answer, fields) ->
                                fields.key(String.valueOf(answer.id()))
                                        .value(JSON.writeValueAsBytes(answer))
                                        .contentType("application/json"))
                .bootstrapServers(bootstrapServers)
                .exactlyOnce(RESULTS)
                .build();
    }

    @Override
    public Sink<DeadLetter<LoadRow>> deadLetters(LoadSpec spec) {
        SerializationSchema<LoadRow> ids = row -> String.valueOf(row.id()).getBytes(UTF_8);
        return DeadLetterTopic.named(DEAD_LETTERS, ids)
                .bootstrapServers(bootstrapServers)
                .transactionalIdPrefix(DEAD_LETTERS)
                .build();
    }

    @Override
    public Stream<LoadAnswer> readResults(LoadSpec spec) {
        return read(RESULTS).map(LoadTopics::answer);
    }

    @Override
    public Stream<LoadDeadLetter> readDeadLetters(LoadSpec spec) {
        return read(DEAD_LETTERS).map(LoadTopics::deadLetter);
    }

    /** What a feed writes for a row: the id as key, its floats as value. */
    ProducerRecord<byte[], byte[]> encode(LoadRow row) {
        ByteBuffer value = ByteBuffer.allocate(row.values().length * Float.BYTES);
        value.asFloatBuffer().put(row.values());
        int partition = (int) (row.id() % partitions);
        return new ProducerRecord<>(ROWS, partition, utf8(row.id()), value.array());
    }

    static LoadRow decode(KafkaPayload payload) {
        float[] values = new float[payload.value().length / Float.BYTES];
        ByteBuffer.wrap(payload.value()).asFloatBuffer().get(values);
        return new LoadRow(id(payload.key()), values);
    }

    /** The offset behind the last row of each partition. */
    Map<TopicPartition, Long> ends(long rows) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            long end = (rows - partition + partitions - 1) / partitions;
            ends.put(new TopicPartition(ROWS, partition), end);
        }
        return ends;
    }

    private Stream<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return CommittedRecords.of(bootstrapServers, topic).stream();
    }

    private static LoadAnswer answer(ConsumerRecord<byte[], byte[]> committed) {
        try {
            return LoadAnswer.read(JSON.readTree(committed.value()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot parse a record of '" + RESULTS + "'", e);
        }
    }

    private static LoadDeadLetter deadLetter(ConsumerRecord<byte[], byte[]> committed) {
        byte[] cause = committed.headers().lastHeader(DeadLetterHeaders.CAUSE).value();
        return new LoadDeadLetter(id(committed.value()), new String(cause, UTF_8));
    }

    private static long id(byte[] text) {
        return Long.parseLong(new String(text, UTF_8));
    }

    private static byte[] utf8(long id) {
        return String.valueOf(id).getBytes(UTF_8);
    }
}
