package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.JobSubmitter;
import java.net.URI;
import java.util.List;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.PackagedProgramUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Submits the demo's job with Flink's client to the Flink that answers at an address. */
final class JobSubmission {

    private final JobSubmitter submitter;

    JobSubmission(URI address) {
        submitter = new JobSubmitter(address);
    }

    /** Submits the job of this class path, for a Flink that shares it. */
    JobClient submit(DemoConfig config) throws Exception {
        StreamExecutionEnvironment environment = submitter.environment();
        DigitsPipeline.define(environment, config);
        return submitter.submit(environment.getStreamGraph());
    }

    /** Submits the distribution's job jar, which holds nothing but an entry point. */
    JobClient submitJar(Distribution distribution, DemoConfig config) throws Exception {
        Configuration configuration = submitter.configuration();
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
            return submitter.submit(pipeline);
        }
    }
}
