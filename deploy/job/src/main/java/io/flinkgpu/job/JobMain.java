package io.flinkgpu.job;

import java.nio.file.Path;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * A job file as a job: {@code flink run flink-gpu-job.jar --config pipeline.yaml}.
 *
 * <p>With {@code --check} it is checked and shown, and not run.
 */
@PublicEvolving
public final class JobMain {

    private JobMain() {}

    /** Reads the file and hands the job to the Flink that the client names. */
    public static void main(String[] args) throws Exception {
        ParameterTool arguments = ParameterTool.fromArgs(args);
        if (!arguments.has("config")) {
            throw new IllegalArgumentException(
                    "Cannot run a job: no file is named. Add --config pipeline.yaml.");
        }
        PipelineJob job =
                PipelineJob.read(Path.of(arguments.getRequired("config")), JobReading.ofProcess());
        if (arguments.has("check")) {
            System.out.print(job.describe());
            return;
        }
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.execute(job.define(environment));
    }
}
