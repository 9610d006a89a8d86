package io.flinkgpu.deploy.run;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.deployment.ClusterClientJobClientAdapter;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.client.deployment.executors.RemoteExecutorFactory;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** Submits jobs with Flink's client to the Flink that answers at an address. */
@Internal
public final class JobSubmitter {

    /**
     * The classes that the client takes from lib/, as the cluster's processes do (config.yaml): a
     * second class loader with them would be another program.
     */
    private static final List<String> PARENT_FIRST =
            List.of(
                    "org.tensorflow.",
                    "org.bytedeco.",
                    "ai.onnxruntime.",
                    "ai.djl.",
                    "com.google.protobuf.",
                    "io.flinkgpu.");

    private final URI address;
    private final Configuration configuration;

    /**
     * Does not connect yet.
     *
     * @param address the root of the REST API, such as {@code http://localhost:8081}
     */
    public JobSubmitter(URI address) {
        this.address = address;
        configuration = new Configuration();
        configuration.set(DeploymentOptions.TARGET, RemoteExecutor.NAME);
        configuration.set(DeploymentOptions.ATTACHED, true);
        configuration.set(RestOptions.ADDRESS, address.getHost());
        configuration.set(RestOptions.PORT, address.getPort());
        configuration.set(CoreOptions.ALWAYS_PARENT_FIRST_LOADER_PATTERNS_ADDITIONAL, PARENT_FIRST);
    }

    /**
     * Sends the jar that holds a class along with the next jobs, for a Flink that has it not in its
     * {@code lib/}. Nothing is sent where the class comes from no jar.
     *
     * @return this
     */
    public JobSubmitter withJarOf(Class<?> type) {
        Path place = placeOf(type);
        return place.toString().endsWith(".jar") ? withJar(place) : this;
    }

    /**
     * Sends a jar along with the next jobs.
     *
     * @return this
     */
    public JobSubmitter withJar(Path jar) {
        configuration.set(PipelineOptions.JARS, List.of(jar.toUri().toString()));
        return this;
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(
                    "Cannot find the jar of %s: %s".formatted(type.getName(), e.getMessage()), e);
        }
    }

    /** The configuration of the next jobs, for the caller to add to. */
    public Configuration configuration() {
        return configuration;
    }

    /** A new environment in which to define a job of this class path. */
    public StreamExecutionEnvironment environment() {
        return new StreamExecutionEnvironment(configuration);
    }

    /** Submits what an environment holds, under a name; returns when Flink has taken it. */
    public JobRun submit(StreamExecutionEnvironment environment, String name) throws Exception {
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(name);
        return submit(graph);
    }

    /**
     * Submits a job; returns when Flink has taken it.
     *
     * <p>Its results are read with the class loader of this class.
     */
    public JobRun submit(Pipeline job) throws Exception {
        JobClient submitted =
                new RemoteExecutorFactory()
                        .getExecutor(configuration)
                        .execute(job, configuration, JobSubmitter.class.getClassLoader())
                        .get();
        return new JobRun(new FlinkRestClient(address), submitted);
    }

    /** A job of this Flink that was submitted by other means, to be followed. */
    public JobRun attach(JobID job) {
        return new JobRun(
                new FlinkRestClient(address),
                new ClusterClientJobClientAdapter<>(
                        this::client, job, JobSubmitter.class.getClassLoader()));
    }

    private ClusterClient<StandaloneClusterId> client() {
        try {
            return new RestClusterClient<>(configuration, StandaloneClusterId.getInstance());
        } catch (Exception e) {
            throw new IllegalStateException(
                    "Cannot make a client of Flink at %s: %s".formatted(address, e.getMessage()),
                    e);
        }
    }
}
