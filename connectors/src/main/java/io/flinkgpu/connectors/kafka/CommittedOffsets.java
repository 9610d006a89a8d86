package io.flinkgpu.connectors.kafka;

import io.flinkgpu.inference.ledger.SinkProbe;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.TemporaryClassLoaderContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * How far consumers with {@code read_committed} can read a topic: the last stable offset of each
 * partition.
 *
 * <p>Brokers do not say which checkpoint an offset is of. Those that are found after a checkpoint
 * has completed, and before the next one has, are its own: a transaction that is still open holds
 * the last stable offset at its first record. Nothing is told while all offsets are as they were,
 * which is before the commit and where a checkpoint has no rows. What others write into the topic
 * moves them as well.
 *
 * <p>Keeps one connection from the first question to {@link #close()}. One thread.
 */
final class CommittedOffsets implements SinkProbe {

    private static final long serialVersionUID = 1L;

    static final String KIND = "kafka-offsets";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A broker that is away is asked for with every checkpoint, and need not be between them. */
    private static final Duration RECONNECT_PAUSE = Duration.ofSeconds(1);

    private final String topic;
    private final HashMap<String, Object> client = new HashMap<>();
    @Nullable private transient Admin admin;
    @Nullable private transient SortedMap<Integer, Long> told;

    /**
     * Asks nobody yet.
     *
     * @param producer what the sink tells its producer, such as how to log in
     */
    CommittedOffsets(String topic, String servers, Properties producer) {
        this(topic, servers, producer, PATIENCE);
    }

    /**
     * Asks nobody yet.
     *
     * @param patience for the brokers to answer a question
     */
    CommittedOffsets(String topic, String servers, Properties producer, Duration patience) {
        this.topic = topic;
        for (String key : producer.stringPropertyNames()) {
            // Those of producers alone would be warned about.
            if (AdminClientConfig.configNames().contains(key)) {
                client.put(key, producer.getProperty(key));
            }
        }
        int millis = (int) patience.toMillis();
        client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        client.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_PAUSE.toMillis());
    }

    @Override
    public List<Position> committed(JobID job, long after, long upTo) throws Exception {
        if (upTo <= after) {
            return List.of();
        }
        SortedMap<Integer, Long> offsets = offsets();
        if (offsets.equals(told)) {
            return List.of();
        }
        told = offsets;
        return List.of(new Position(upTo, KIND, text(offsets)));
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
            admin = null;
        }
    }

    private SortedMap<Integer, Long> offsets() throws Exception {
        try {
            Map<TopicPartition, OffsetSpec> ends =
                    connected()
                            .describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic)
                            .partitions()
                            .stream()
                            .collect(
                                    Collectors.toMap(
                                            each -> new TopicPartition(topic, each.partition()),
                                            each -> OffsetSpec.latest()));
            Map<TopicPartition, ListOffsetsResultInfo> found =
                    connected()
                            .listOffsets(
                                    ends, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                            .all()
                            .get();
            SortedMap<Integer, Long> offsets = new TreeMap<>();
            found.forEach((partition, end) -> offsets.put(partition.partition(), end.offset()));
            return offsets;
        } catch (ExecutionException failure) {
            Throwable cause = ExceptionUtils.stripExecutionException(failure);
            throw cause instanceof org.apache.kafka.common.errors.TimeoutException
                    ? new TimeoutException("no broker of topic '%s' answers".formatted(topic))
                    : failure;
        }
    }

    /** Kafka looks for classes in the thread's class loader, which is not the job's. */
    private Admin connected() {
        if (admin == null) {
            try (TemporaryClassLoaderContext ignored =
                    TemporaryClassLoaderContext.of(getClass().getClassLoader())) {
                admin = Admin.create(client);
            }
        }
        return admin;
    }

    /** Such as {@code topic labels: 0:1200 1:1187}. */
    private String text(SortedMap<Integer, Long> offsets) {
        return offsets.entrySet().stream()
                .map(each -> each.getKey() + ":" + each.getValue())
                .collect(Collectors.joining(" ", "topic " + topic + ": ", ""));
    }
}
