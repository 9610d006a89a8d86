package io.flinkgpu.connectors.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.kafka.TestingKafkaBroker;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.OutputTag;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of a job that fails on its way, in files and in a topic of a real broker. */
class DeadLettersITCase {

    private static final String TOPIC = "failed-rows";
    private static final int ROWS = 4_000;
    private static final int ROWS_PER_SECOND = 1_000;
    private static final int EVERY = 10;

    /** Of each ten rows the one with this last digit cannot be encoded, */
    private static final int UNENCODABLE = 7;

    /** and this one fails each run that it is in. */
    private static final int POISONOUS = 3;

    private static final long TOO_LARGE = 1_003;
    private static final int TOO_LARGE_BYTES = 2_000_000;
    private static final float POISON_SHARE = 0.01f;

    @RegisterExtension static final TestingKafkaBroker KAFKA = new TestingKafkaBroker();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir java.nio.file.Path files;
    @TempDir java.nio.file.Path faults;

    @BeforeEach
    void reset() {
        FailOnceBetweenCheckpoints.FAILURES.set(0);
    }

    @Test
    void areWrittenOnceEachAcrossAFailure() throws Exception {
        KAFKA.createTopic(TOPIC, 1);
        StreamExecutionEnvironment environment = environment();
        DataStream<DeadLetter<Long>> failed = failedRows(environment);
        failed.sinkTo(
                DeadLetterFiles.sink(
                        new Path(files.toUri()), (id, row) -> row.number("id", (long) id)));
        failed.sinkTo(
                DeadLetterTopic.named(TOPIC, new RowSchema())
                        .bootstrapServers(KAFKA.bootstrapServers())
                        .transactionalIdPrefix("dead-letters")
                        .keys((SerializationSchema<Long>) DeadLettersITCase::bytes)
                        .build());

        environment.execute();

        assertThat(FailOnceBetweenCheckpoints.FAILURES).hasValue(1);
        List<JsonNode> lines = lines();
        assertThat(lines).extracting(DeadLettersITCase::id).containsExactlyInAnyOrder(failing());
        assertThat(lines).allSatisfy(DeadLettersITCase::saysWhy);
        List<ConsumerRecord<String, byte[]>> records = KAFKA.committed(TOPIC);
        assertThat(records)
                .extracting(letter -> Long.valueOf(letter.key()))
                .containsExactlyInAnyOrder(failing());
        assertThat(records).allSatisfy(DeadLettersITCase::carriesTheRow);
    }

    private static void saysWhy(JsonNode line) {
        assertThat(line.get("errorClass").textValue()).isEqualTo(errorClass(id(line)));
        assertThat(line.get("exception").textValue()).isNotBlank();
        assertThat(Instant.parse(line.get("arrivedAt").textValue()))
                .isBeforeOrEqualTo(Instant.parse(line.get("failedAt").textValue()));
        if (id(line) % EVERY == UNENCODABLE) {
            assertThat(line.get("cause").textValue()).contains("Cannot read row " + id(line));
            assertThat(line.get("attempts").intValue()).isZero();
            assertThat(line.get("place").textValue()).isEmpty();
        } else {
            assertThat(line.get("attempts").intValue()).isPositive();
            assertThat(line.get("place").textValue()).isNotEmpty();
        }
    }

    private static void carriesTheRow(ConsumerRecord<String, byte[]> letter) {
        assertThat(header(letter, DeadLetterHeaders.ERROR_CLASS))
                .isEqualTo(errorClass(Long.parseLong(letter.key())));
        assertThat(Instant.parse(header(letter, DeadLetterHeaders.FAILED_AT)))
                .isEqualTo(Instant.ofEpochMilli(letter.timestamp()));
        if (Long.parseLong(letter.key()) == TOO_LARGE) {
            assertThat(letter.value()).isEmpty();
            assertThat(header(letter, DeadLetterHeaders.OMITTED_BYTES))
                    .isEqualTo(String.valueOf(TOO_LARGE_BYTES));
        } else {
            assertThat(letter.value()).asString(UTF_8).isEqualTo(letter.key());
            assertThat(letter.headers().lastHeader(DeadLetterHeaders.OMITTED_BYTES)).isNull();
        }
    }

    private DataStream<DeadLetter<Long>> failedRows(StreamExecutionEnvironment environment) {
        OutputTag<DeadLetter<Long>> failed = DeadLetter.tag("failed", Types.LONG);
        SingleOutputStreamOperator<Long> inferred =
                Inference.on(rows(environment))
                        .model(
                                FaultInjection.into(
                                                SimulatedModel.named("dead-letters")
                                                        .taking(Duration.ofMillis(5), Duration.ZERO)
                                                        .ref(),
                                                faults)
                                        .withPoison(POISON_SHARE)
                                        .ref())
                        .encode((id, row) -> row.floats(value(id)))
                        .decode((id, answer) -> id)
                        .batch(Batching.ofSize(20))
                        .outputMode(OutputMode.UNORDERED)
                        .deadLetters(failed)
                        .apply("infer");
        inferred.map(new FailOnceBetweenCheckpoints()).sinkTo(new DiscardingSink<>());
        return inferred.getSideOutput(failed);
    }

    /** Slowly, so that there are checkpoints in between. */
    private static DataStream<Long> rows(StreamExecutionEnvironment environment) {
        return environment.fromSource(
                new DataGeneratorSource<>(
                        id -> id, ROWS, RateLimiterStrategy.perSecond(ROWS_PER_SECOND), Types.LONG),
                WatermarkStrategy.noWatermarks(),
                "rows");
    }

    private static float[] value(long id) {
        if (id % EVERY == UNENCODABLE) {
            throw new IllegalArgumentException("Cannot read row " + id);
        }
        return new float[] {id % EVERY == POISONOUS ? POISON_SHARE / 2 : 1};
    }

    private static Long[] failing() {
        return LongStream.range(0, ROWS)
                .filter(id -> id % EVERY == UNENCODABLE || id % EVERY == POISONOUS)
                .boxed()
                .toArray(Long[]::new);
    }

    /** Nobody knows why a poisonous row fails. */
    private static String errorClass(long id) {
        return id % EVERY == UNENCODABLE ? "DATA" : "UNKNOWN";
    }

    private static byte[] bytes(Long id) {
        return id.toString().getBytes(UTF_8);
    }

    private static long id(JsonNode line) {
        return line.at("/row/id").longValue();
    }

    private static String header(ConsumerRecord<?, ?> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }

    private List<JsonNode> lines() throws IOException {
        try (Stream<JsonNode> lines = JsonLines.read(new Path(files.toUri()))) {
            return lines.toList();
        }
    }

    private static StreamExecutionEnvironment environment() {
        Configuration config = new Configuration();
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(2);
        env.enableCheckpointing(100);
        return env;
    }

    /** Writes a row as its id; one of them is larger than brokers take. */
    private static final class RowSchema implements SerializationSchema<Long> {

        @Override
        public byte[] serialize(Long id) {
            return id == TOO_LARGE ? new byte[TOO_LARGE_BYTES] : bytes(id);
        }
    }

    /**
     * Fails once, after a checkpoint and some rows; static, as all subtasks are in this process.
     */
    private static final class FailOnceBetweenCheckpoints extends RichMapFunction<Long, Long>
            implements CheckpointListener {

        static final AtomicInteger FAILURES = new AtomicInteger();

        private static final int ROWS_AFTER_CHECKPOINT = 100;

        private transient boolean hasCheckpoint;
        private transient int rows;

        @Override
        public Long map(Long id) {
            if (hasCheckpoint && ++rows > ROWS_AFTER_CHECKPOINT && FAILURES.compareAndSet(0, 1)) {
                throw new IllegalStateException("Injected failure.");
            }
            return id;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            hasCheckpoint = true;
        }
    }
}
