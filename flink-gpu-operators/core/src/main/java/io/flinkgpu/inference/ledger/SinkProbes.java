package io.flinkgpu.inference.ledger;

import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.InstantiationUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The probes of a job's sinks, which lie in the job's configuration. */
@PublicEvolving
public final class SinkProbes {

    private static final Logger LOG = LoggerFactory.getLogger(SinkProbes.class);
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
     * Those of a job, by the names of the sinks. One that cannot be read, as where the job manager
     * has not the classes of its sink, is left out, and the log says so: no job fails because of
     * the ledger.
     *
     * @param job its configuration
     * @param classes of the job
     */
    static Map<String, SinkProbe> of(Configuration job, ClassLoader classes) {
        Map<String, SinkProbe> probes = new TreeMap<>();
        job.toMap()
                .forEach(
                        (key, value) -> {
                            if (key.startsWith(PREFIX)) {
                                String sink = key.substring(PREFIX.length());
                                decoded(sink, value, classes)
                                        .ifPresent(probe -> probes.put(sink, probe));
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

    private static Optional<SinkProbe> decoded(String sink, String text, ClassLoader classes) {
        try {
            SinkProbe probe =
                    InstantiationUtil.deserializeObject(Base64.getDecoder().decode(text), classes);
            return Optional.of(probe);
        } catch (Exception | LinkageError unreadable) {
            LOG.warn("The ledger records no positions of sink {}.", sink, unreadable);
            return Optional.empty();
        }
    }
}
