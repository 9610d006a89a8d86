package io.flinkgpu.inference.ledger;

import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.InstantiationUtil;

/** The probes of a job's sinks, which lie in the job's configuration. */
@PublicEvolving
public final class SinkProbes {

    private static final String PREFIX = "$internal.ledger.sink.";

    private SinkProbes() {}

    /**
     * Has the ledger record how far a sink has committed; without a ledger it does nothing.
     *
     * <p>To be called while the job is defined.
     *
     * @param sink its name in the ledger, unique in the job
     */
    public static void add(StreamExecutionEnvironment job, String sink, SinkProbe probe) {
        Configuration added = new Configuration();
        added.setString(PREFIX + sink, encoded(probe));
        job.configure(added);
    }

    /**
     * Those of a job, by the names of the sinks.
     *
     * @param job its configuration
     * @param classes of the job
     * @throws IllegalStateException if the class of one is not there
     */
    static Map<String, SinkProbe> of(Configuration job, ClassLoader classes) {
        Map<String, SinkProbe> probes = new TreeMap<>();
        job.toMap()
                .forEach(
                        (key, value) -> {
                            if (key.startsWith(PREFIX)) {
                                probes.put(key.substring(PREFIX.length()), decoded(value, classes));
                            }
                        });
        return probes;
    }

    private static String encoded(SinkProbe probe) {
        try {
            return Base64.getEncoder().encodeToString(InstantiationUtil.serializeObject(probe));
        } catch (IOException notSerializable) {
            throw new IllegalArgumentException(
                    "Invalid sink probe: %s. It must be serializable: %s"
                            .formatted(probe, notSerializable),
                    notSerializable);
        }
    }

    private static SinkProbe decoded(String text, ClassLoader classes) {
        try {
            return InstantiationUtil.deserializeObject(Base64.getDecoder().decode(text), classes);
        } catch (IOException | ClassNotFoundException missing) {
            throw new IllegalStateException(
                    "Cannot read a sink probe of the job: " + missing.getMessage(), missing);
        }
    }
}
