package io.flinkgpu.inference.config;

import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;

/** The options of a process with those of a job laid over them: where both set a key, the job's. */
@Internal
public final class LayeredOptions {

    private LayeredOptions() {}

    /** A copy of the process's options, with the job's over them. */
    public static Configuration of(Configuration process, Map<String, String> job) {
        Configuration layered = new Configuration(process);
        layered.addAll(Configuration.fromMap(job));
        return layered;
    }
}
