package io.flinkgpu.connectors.kafka;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/** Names of topics in arguments and messages. */
@Internal
public final class TopicNames {

    private TopicNames() {}

    /**
     * Checks that a name is one.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public static String requireName(String topic) {
        if (topic.isBlank()) {
            throw new IllegalArgumentException(
                    "Invalid topic: '%s'. It must be the name of a Kafka topic.".formatted(topic));
        }
        return topic;
    }

    static String quoted(List<String> topics) {
        return topics.stream()
                .map(topic -> "'" + topic + "'")
                .collect(Collectors.joining(", ", topics.size() == 1 ? "topic " : "topics ", ""));
    }
}
