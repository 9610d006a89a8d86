package io.flinkgpu.deploy.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.JobManagerOptions;

/** Flink options of one process as the strings of a configuration file. */
final class ProcessOptions {

    private final Map<String, String> values = new LinkedHashMap<>();

    /** Starts with the address of the job manager. */
    ProcessOptions(int rpcPort) {
        set(JobManagerOptions.ADDRESS, "localhost");
        set(JobManagerOptions.PORT, rpcPort);
    }

    <T> void set(ConfigOption<T> option, T value) {
        values.put(option.key(), text(value));
    }

    /** All options, the overrides in the place of ours. */
    Map<String, String> with(Map<String, String> overrides) {
        Map<String, String> all = new TreeMap<>(values);
        all.putAll(overrides);
        return all;
    }

    private static String text(Object value) {
        if (value instanceof List<?> list) {
            return String.join(";", list.stream().map(Object::toString).toList());
        }
        return value.toString();
    }
}
