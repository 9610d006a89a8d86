package io.flinkgpu.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.deadletter.DeadLetterHeaders;
import io.flinkgpu.connectors.deadletter.RejectedPayloads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job from topic to topic while it fails, its broker dies, and some values are poison. */
class KafkaExactlyOnceITCase {

    private static final String IN = "numbers";
    private static final String OUT = "squares";
    private static final String REJECTED = "numbers-rejected";
    private static final int RECORDS = 2_000;
    private static final int PARTITIONS = 2;
    private static final long START_MILLIS = 1_700_000_000_000L;

    /** Of each hundred values this one is no number, */
    private static final int POISON = 42;

    /** and the job fails at this one, the first time. */
    private static final int FAILING = RECORDS / 4;

    @RegisterExtension static final TestingKafkaBroker KAFKA = new TestingKafkaBroker();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(PARTITIONS)
                            .build());

    @Test
    void writesEachRecordOnceThroughAFailureAndARestartOfTheBroker() throws Exception {
        KAFKA.createTopic(IN, PARTITIONS);
        KAFKA.createTopic(OUT, PARTITIONS);
        KAFKA.createTopic(REJECTED, 1);
        FailOnce.HAS_FAILED.set(false);
        JobClient job = start();

        KAFKA.send(numbers(0, FAILING));
        awaitCommitted(OUT, 1);
        KAFKA.send(numbers(FAILING, RECORDS / 2));
        Awaitility.await().untilTrue(FailOnce.HAS_FAILED);
        KAFKA.restart();
        KAFKA.send(numbers(RECORDS / 2, RECORDS));

        awaitCommitted(OUT, RECORDS - RECORDS / 100);
        awaitCommitted(REJECTED, RECORDS / 100);
        job.cancel().get();
        List<ConsumerRecord<String, byte[]>> squares = KAFKA.committed(OUT);
        assertThat(squares)
                .extracting(square -> Integer.valueOf(square.key()))
                .containsExactlyInAnyOrderElementsOf(range(false));
        assertThat(squares).allSatisfy(KafkaExactlyOnceITCase::isTheSquare);
        List<ConsumerRecord<String, byte[]>> rejected = KAFKA.committed(REJECTED);
        assertThat(rejected)
                .extracting(letter -> Integer.valueOf(letter.key()))
                .containsExactlyInAnyOrderElementsOf(range(true));
        assertThat(rejected).allSatisfy(KafkaExactlyOnceITCase::saysWhy);
    }

    private static JobClient start() throws Exception {
        StreamExecutionEnvironment environment = environment();
        SingleOutputStreamOperator<Integer> numbers =
                environment
                        .fromSource(
                                InputTopic.named(IN)
                                        .bootstrapServers(KAFKA.bootstrapServers())
                                        .build(),
                                WatermarkStrategy.noWatermarks(),
                                "numbers")
                        .process(
                                new PayloadDecodeFunction<>(
                                        payload ->
                                                Integer.valueOf(new String(payload.value(), UTF_8)),
                                        Types.INT));
        numbers.map(new FailOnce())
                .sinkTo(
                        OutputTopic.<Integer>named(
                                        OUT,
                                        (number, fields) ->
                                                fields.key(number.toString())
                                                        .value(String.valueOf(number * number))
                                                        .contentType("text/plain"))
                                .bootstrapServers(KAFKA.bootstrapServers())
                                .exactlyOnce("squares")
                                .build());
        numbers.getSideOutput(PayloadDecodeFunction.REJECTED)
                .sinkTo(
                        RejectedPayloads.topic(REJECTED)
                                .bootstrapServers(KAFKA.bootstrapServers())
                                .exactlyOnce("rejected")
                                .build());
        return environment.executeAsync();
    }

    private static StreamExecutionEnvironment environment() {
        Configuration config = new Configuration();
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
        config.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(config);
        environment.setParallelism(PARTITIONS);
        environment.enableCheckpointing(200);
        return environment;
    }

    private static List<ProducerRecord<byte[], byte[]>> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(KafkaExactlyOnceITCase::number).toList();
    }

    private static ProducerRecord<byte[], byte[]> number(int number) {
        String value = number % 100 == POISON ? "poison " + number : String.valueOf(number);
        return new ProducerRecord<>(
                IN,
                number % PARTITIONS,
                START_MILLIS + number,
                String.valueOf(number).getBytes(UTF_8),
                value.getBytes(UTF_8),
                List.of(new RecordHeader("trace", "t".getBytes(UTF_8))));
    }

    private static List<Integer> range(boolean poisonous) {
        return IntStream.range(0, RECORDS)
                .filter(number -> (number % 100 == POISON) == poisonous)
                .boxed()
                .toList();
    }

    private static void isTheSquare(ConsumerRecord<String, byte[]> square) {
        int number = Integer.parseInt(square.key());
        assertThat(square.value()).asString(UTF_8).isEqualTo(String.valueOf(number * number));
        assertThat(square.timestamp()).isEqualTo(START_MILLIS + number);
        assertThat(header(square, KafkaPayload.CONTENT_TYPE)).isEqualTo("text/plain");
    }

    private static void saysWhy(ConsumerRecord<String, byte[]> letter) {
        int number = Integer.parseInt(letter.key());
        assertThat(letter.value()).asString(UTF_8).isEqualTo("poison " + number);
        assertThat(letter.timestamp()).isEqualTo(START_MILLIS + number);
        assertThat(header(letter, "trace")).isEqualTo("t");
        assertThat(header(letter, DeadLetterHeaders.ERROR_CLASS)).isEqualTo("DATA");
        assertThat(header(letter, DeadLetterHeaders.EXCEPTION)).isEqualTo("NumberFormatException");
        assertThat(header(letter, DeadLetterHeaders.CAUSE)).contains("poison " + number);
        assertThat(header(letter, DeadLetterHeaders.ORIGIN))
                .startsWith(IN + "-" + number % PARTITIONS + "@");
    }

    private static String header(ConsumerRecord<?, ?> square, String name) {
        return new String(square.headers().lastHeader(name).value(), UTF_8);
    }

    private static void awaitCommitted(String topic, int count) {
        Awaitility.await(topic)
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> KAFKA.committed(topic).size() >= count);
    }

    /** Static, as all subtasks are in this process. */
    private static final class FailOnce implements MapFunction<Integer, Integer> {

        static final AtomicBoolean HAS_FAILED = new AtomicBoolean();

        @Override
        public Integer map(Integer number) {
            if (number == FAILING && HAS_FAILED.compareAndSet(false, true)) {
                throw new IllegalStateException("Injected failure.");
            }
            return number;
        }
    }
}
