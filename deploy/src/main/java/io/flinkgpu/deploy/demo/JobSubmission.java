package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.Distribution;
import java.net.URI;
import java.util.List;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.client.deployment.executors.RemoteExecutorFactory;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.PackagedProgramUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Submits the demo's job with Flink's client to the Flink that answers at an address. */
final class JobSubmission {

    /**
     * The classes that the client takes from lib/, as the cluster's processes do (config.yaml): a
     * second class loader with them would be another program.
     */
    private static final List<String> PARENT_FIRST =
            List.of("org.tensorflow.", "org.bytedeco.", "com.google.protobuf.", "io.flinkgpu.");

    private final Configuration configuration;

    JobSubmission(URI address) {
        configuration = new Configuration();
        configuration.set(DeploymentOptions.TARGET, RemoteExecutor.NAME);
        configuration.set(DeploymentOptions.ATTACHED, true);
        configuration.set(RestOptions.ADDRESS, address.getHost());
        configuration.set(RestOptions.PORT, address.getPort());
        configuration.set(CoreOptions.ALWAYS_PARENT_FIRST_LOADER_PATTERNS_ADDITIONAL, PARENT_FIRST);
    }

    /** Submits the job of this class path, for a Flink that shares it. */
    JobClient submit(DemoConfig config) throws Exception {
        StreamExecutionEnvironment environment = new StreamExecutionEnvironment(configuration);
        DigitsPipeline.define(environment, config);
        Pipeline pipeline = environment.getStreamGraph();
        return submit(pipeline);
    }

    /** Submits the distribution's job jar. */
    JobClient submitJar(Distribution distribution, DemoConfig config) throws Exception {
        configuration.set(
                PipelineOptions.JARS, List.of(distribution.digitsJobJar().toUri().toString()));
        try (PackagedProgram program =
                PackagedProgram.newBuilder()
                        .setJarFile(distribution.digitsJobJar().toFile())
                        .setArguments(DemoOptions.toArguments(config).toArray(String[]::new))
                        .setConfiguration(configuration)
                        .build()) {
            Pipeline pipeline =
                    PackagedProgramUtils.getPipelineFromProgram(
                            program, configuration, config.parallelism(), false);
            return submit(pipeline);
        }
    }

    /**
     * Results are read with this class's loader: the jar's holds nothing more and is closed by
     * then.
     */
    private JobClient submit(Pipeline pipeline) throws Exception {
        return new RemoteExecutorFactory()
                .getExecutor(configuration)
                .execute(pipeline, configuration, JobSubmission.class.getClassLoader())
                .get();
    }
}
