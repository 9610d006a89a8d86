package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.embedded.EmbeddedDevices;
import io.flinkgpu.deploy.embedded.EmbeddedFlink;
import io.flinkgpu.deploy.job.FlinkSettings;
import io.flinkgpu.deploy.job.JobLaunch;
import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;

/**
 * The Flink of a session: that of a cluster, or one in this process, which ends with the session.
 */
final class SqlPlace implements AutoCloseable {

    /** More subtasks than this help no one who tries a statement. */
    private static final int MOST_PARALLEL = 4;

    private final URI address;
    private final Configuration defaults;
    private final Map<String, String> ofFlink;
    @Nullable private final EmbeddedFlink here;

    private SqlPlace(
            URI address,
            Configuration defaults,
            Map<String, String> ofFlink,
            @Nullable EmbeddedFlink here) {
        this.address = address;
        this.defaults = defaults;
        this.ofFlink = ofFlink;
        this.here = here;
    }

    /**
     * Finds it, or starts it.
     *
     * @param simulated whether one in this process has simulated devices alone
     * @param options the user's
     */
    static SqlPlace open(JobPlace place, boolean simulated, Map<String, String> options)
            throws Exception {
        return switch (place.kind()) {
            case HERE -> start(simulated, options);
            case CLUSTER -> {
                URI address = LocalCluster.at(Path.of(place.name())).requireAddress();
                Map<String, String> ofCluster = new FlinkRestClient(address).jobManagerOptions();
                yield new SqlPlace(
                        address, checkpoints(Configuration.fromMap(ofCluster)), ofCluster, null);
            }
            case FLINK -> {
                URI address = URI.create(place.name());
                yield new SqlPlace(
                        address,
                        new Configuration(),
                        new FlinkRestClient(address).jobManagerOptions(),
                        null);
            }
        };
    }

    private static SqlPlace start(boolean simulated, Map<String, String> options) throws Exception {
        int parallelism =
                Configuration.fromMap(options)
                        .getOptional(CoreOptions.DEFAULT_PARALLELISM)
                        .orElse(
                                Math.min(
                                        Runtime.getRuntime().availableProcessors(), MOST_PARALLEL));
        EmbeddedFlink flink =
                EmbeddedFlink.startForAnyJobs(
                        parallelism,
                        simulated
                                ? EmbeddedDevices.simulated(parallelism)
                                : EmbeddedDevices.discover(parallelism),
                        options);
        Configuration defaults = checkpoints(FlinkSettings.ofProcess());
        defaults.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        return new SqlPlace(flink.address(), defaults, Map.of(), flink);
    }

    private static Configuration checkpoints(Configuration ofFlink) {
        Configuration defaults = new Configuration();
        defaults.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                JobLaunch.checkpointsOnThisMachine(ofFlink));
        return defaults;
    }

    /** The root of the REST API. */
    URI address() {
        return address;
    }

    /**
     * What a session starts with.
     *
     * @param connection how jobs reach it
     * @param given by the user
     * @param detach whether statements that make jobs return when these are submitted
     */
    Configuration sessionSettings(
            Configuration connection, Map<String, String> given, boolean detach) {
        Configuration known = new Configuration(connection);
        known.addAll(defaults);
        return here == null
                ? SessionSettings.elsewhere(known, given, ofFlink, detach)
                : SessionSettings.here(known, given);
    }

    /** What it is, for the user. */
    String describe() {
        return here == null ? "Flink" : "Flink in this process";
    }

    @Override
    public void close() throws Exception {
        if (here != null) {
            here.close();
        }
    }
}
