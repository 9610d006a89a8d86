package io.flinkgpu.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of transactions that a real broker ends, or whose names it forgets.
 *
 * <p>The jobs take no checkpoints, so that they commit when they are stopped and at no other time.
 */
class LostTransactionITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TRANSACTION_TIMEOUT_MILLIS = "2000";

    @RegisterExtension static final TestingKafkaBroker KAFKA = new TestingKafkaBroker();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(1)
                            .build());

    @TempDir java.nio.file.Path savepoints;

    @Test
    void aJobGoesOnWithoutATransactionThatIsEndedOrForgotten() throws Exception {
        createTopics("lost-in", "lost-out");
        KAFKA.send(List.of(letter("lost-in", "lost")));
        JobClient job = start(sink("lost-out"), "lost-in", null, 0);
        awaitTransaction("lost-out", TransactionState.ONGOING);
        String savepoint =
                job.triggerSavepoint(savepoints.toString(), SavepointFormatType.CANONICAL).get();
        job.cancel().get();

        awaitTransaction("lost-out", TransactionState.COMPLETE_ABORT);
        JobClient afterEnd = start(sink("lost-out"), "lost-in", savepoint, 0);
        KAFKA.send(List.of(letter("lost-in", "first")));
        awaitTransaction("lost-out", TransactionState.ONGOING);
        stop(afterEnd);
        assertThat(committed("lost-out")).containsExactly("first");

        awaitForgotten("lost-out");
        JobClient stock = start(stockSink("lost-out"), "lost-in", savepoint, 0);
        assertThat(stock.getJobExecutionResult())
                .as("Flink's own committer; once it goes on, LostTransactionCommitter may go")
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingRootCause()
                .withMessageContaining("producer id");

        awaitForgotten("lost-out");
        JobClient afterForgetting = start(sink("lost-out"), "lost-in", savepoint, 0);
        KAFKA.send(List.of(letter("lost-in", "second")));
        awaitTransaction("lost-out", TransactionState.ONGOING);
        stop(afterForgetting);
        assertThat(committed("lost-out")).containsExactly("first", "first", "second");
    }

    @Test
    void anIdleWriterWhoseNameIsForgottenLosesNothing() throws Exception {
        createTopics("idle-in", "idle-out");
        JobClient job = start(sink("idle-out"), "idle-in", null, 10);
        awaitTransaction("idle-out", TransactionState.EMPTY);
        awaitForgotten("idle-out");

        KAFKA.send(List.of(letter("idle-in", "late")));

        awaitTransaction("idle-out", TransactionState.ONGOING);
        stop(job);
        assertThat(committed("idle-out")).containsExactly("late");
    }

    private static JobClient start(
            Sink<KafkaPayload> sink, String input, String savepoint, int restarts)
            throws Exception {
        Configuration config = new Configuration();
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        if (savepoint != null) {
            config.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(config);
        environment.setParallelism(1);
        environment
                .fromSource(
                        InputTopic.named(input).bootstrapServers(KAFKA.bootstrapServers()).build(),
                        WatermarkStrategy.noWatermarks(),
                        "letters")
                .uid("letters")
                .sinkTo(sink)
                .uid("topic");
        return environment.executeAsync();
    }

    private static Sink<KafkaPayload> sink(String topic) {
        return OutputTopic.<KafkaPayload>named(
                        topic, (payload, fields) -> fields.value(payload.value()))
                .bootstrapServers(KAFKA.bootstrapServers())
                .exactlyOnce(topic)
                .property("transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS)
                .build();
    }

    private static Sink<KafkaPayload> stockSink(String topic) {
        return KafkaSink.<KafkaPayload>builder()
                .setBootstrapServers(KAFKA.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(topic + "/")
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .setProperty("transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS)
                .setRecordSerializer(
                        new EncodedRecords<>(
                                topic, (payload, fields) -> fields.value(payload.value())))
                .build();
    }

    /** Commits what the job has written. */
    private void stop(JobClient job) throws Exception {
        job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL).get();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> job.getJobStatus().get() == JobStatus.FINISHED);
    }

    private static void awaitTransaction(String prefix, TransactionState state) {
        Awaitility.await(prefix + " " + state)
                .atMost(PATIENCE)
                .until(() -> KAFKA.transactions(prefix).contains(state));
    }

    private static void awaitForgotten(String prefix) {
        Awaitility.await(prefix + " forgotten")
                .atMost(PATIENCE)
                .until(() -> KAFKA.transactions(prefix).isEmpty());
    }

    private static void createTopics(String... topics) throws Exception {
        for (String topic : topics) {
            KAFKA.createTopic(topic, 1);
        }
    }

    private static List<String> committed(String topic) {
        return KAFKA.committed(topic).stream()
                .map(letter -> new String(letter.value(), UTF_8))
                .toList();
    }

    private static ProducerRecord<byte[], byte[]> letter(String topic, String text) {
        return new ProducerRecord<>(topic, text.getBytes(UTF_8));
    }
}
