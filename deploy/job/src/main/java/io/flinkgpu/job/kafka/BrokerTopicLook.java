package io.flinkgpu.job.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.util.TimeUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the brokers themselves. Creates no topics.
 *
 * @param patience how long it waits for brokers
 */
record BrokerTopicLook(Duration patience) implements TopicLook {

    BrokerTopicLook() {
        this(Duration.ofSeconds(5));
    }

    @Override
    public Map<String, Integer> partitions(
            String bootstrapServers, List<String> topics, Map<String, String> properties)
            throws Exception {
        Map<String, Object> client = new HashMap<>();
        properties.forEach(
                (key, value) -> {
                    // Those of consumers and producers alone would be warned about.
                    if (AdminClientConfig.configNames().contains(key)) {
                        client.put(key, value);
                    }
                });
        client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        try (Admin admin = Admin.create(client)) {
            Map<String, Integer> partitions = new HashMap<>();
            for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                    admin.describeTopics(topics).topicNameValues().entrySet()) {
                add(topic.getKey(), topic.getValue(), partitions);
            }
            return partitions;
        }
    }

    private void add(
            String topic, KafkaFuture<TopicDescription> answer, Map<String, Integer> partitions)
            throws ExecutionException, InterruptedException {
        try {
            partitions.put(topic, answer.get().partitions().size());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TimeoutException) {
                throw new TimeoutException(
                        "no answer within " + TimeUtils.formatWithHighestUnit(patience));
            }
            if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw failed;
            }
        }
    }
}
