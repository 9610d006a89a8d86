package io.flinkgpu.job.kafka;

import io.flinkgpu.job.config.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks brokers about topics while a file is checked. */
@FunctionalInterface
interface TopicLook {

    /**
     * How many partitions each of these topics has; those that do not exist are left out. Blocks,
     * for seconds where the brokers do not answer.
     *
     * @param properties of the client
     * @throws Exception if the brokers cannot be asked from here
     */
    Map<String, Integer> partitions(
            String bootstrapServers, List<String> topics, Map<String, String> properties)
            throws Exception;

    /**
     * Adds a problem for each topic that does not exist.
     *
     * @param at where the file names the topics
     * @return what people want to know, a line each; brokers that cannot be asked are no problem
     */
    default List<String> check(
            String bootstrapServers,
            List<String> topics,
            Map<String, String> properties,
            Value at) {
        Map<String, Integer> partitions;
        try {
            partitions = partitions(bootstrapServers, topics, properties);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of("not checked: interrupted");
        } catch (Exception unreachable) {
            return List.of(
                    "not checked: topics at %s: %s".formatted(bootstrapServers, said(unreachable)));
        }
        List<String> notes = new ArrayList<>();
        for (String topic : topics) {
            Integer count = partitions.get(topic);
            if (count == null) {
                at.problem(
                        "Invalid topic '%s': %s has none of that name. Create it, or name another."
                                .formatted(topic, bootstrapServers));
            } else {
                notes.add(
                        "topic %s: %d partition%s".formatted(topic, count, count == 1 ? "" : "s"));
            }
        }
        return notes;
    }

    private static String said(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
