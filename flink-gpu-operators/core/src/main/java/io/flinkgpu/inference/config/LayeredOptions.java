package io.flinkgpu.inference.config;

import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;

/** Options with others laid over them: those of a process with a job's, a job's with a stage's. */
@Internal
public final class LayeredOptions {

    private LayeredOptions() {}

    /** A copy of the lower options, in which the upper ones replace what they set as well. */
    public static Configuration of(Configuration lower, Map<String, String> upper) {
        Configuration layered = new Configuration(lower);
        layered.addAll(Configuration.fromMap(upper));
        return layered;
    }
}
