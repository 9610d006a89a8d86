package io.flinkgpu.deploy.kafka;

import org.apache.flink.annotation.Internal;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A topic to create.
 *
 * @param partitions at least 1
 */
@Internal
public record KafkaTopic(String name, int partitions) {

    /**
     * Reads {@code NAME} or {@code NAME:PARTITIONS}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static KafkaTopic parse(String text) {
        int colon = text.indexOf(':');
        try {
            KafkaTopic topic =
                    colon < 0
                            ? new KafkaTopic(text, 1)
                            : new KafkaTopic(
                                    text.substring(0, colon),
                                    Integer.parseInt(text.substring(colon + 1)));
            if (!topic.name.isBlank() && topic.partitions >= 1) {
                return topic;
            }
        } catch (NumberFormatException notANumber) {
            // told below
        }
        throw new IllegalArgumentException(
                "Invalid topic: '%s'. It must be NAME or NAME:PARTITIONS.".formatted(text));
    }

    NewTopic toNewTopic() {
        return new NewTopic(name, partitions, (short) 1);
    }
}
