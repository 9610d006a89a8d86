package io.flinkgpu.resources.device;

import java.io.IOException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DelegatingConfiguration;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The task manager's whole configuration, seen from a driver factory.
 *
 * <p>Flink 2.3's {@code ExternalResourceUtils} hands a factory a {@link DelegatingConfiguration}
 * that shows the keys under {@code external-resource.<name>.param.} alone, with that prefix cut
 * off. Its {@code clone} copies the whole configuration and its {@code read} replaces the prefix,
 * so that reading an empty prefix without entries uncovers the copy.
 */
final class TaskManagerConfiguration {

    private TaskManagerConfiguration() {}

    /**
     * Returns a copy of the configuration that {@code config} is a view of; a copy of itself if it
     * is no view.
     */
    static Configuration behind(Configuration config) {
        Configuration copy = config.clone();
        if (config instanceof DelegatingConfiguration) {
            replacePrefix(copy);
        }
        return copy;
    }

    private static void replacePrefix(Configuration view) {
        try {
            DataOutputSerializer noPrefixNoEntries = new DataOutputSerializer(16);
            noPrefixNoEntries.writeUTF("");
            noPrefixNoEntries.writeInt(0);
            view.read(new DataInputDeserializer(noPrefixNoEntries.getCopyOfBuffer()));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Cannot read the task manager's configuration: " + e, e);
        }
    }
}
