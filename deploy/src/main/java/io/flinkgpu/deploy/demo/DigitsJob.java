package io.flinkgpu.deploy.demo;

import org.apache.flink.annotation.Internal;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Entry point of {@code examples/digits-job.jar}.
 *
 * <p>Takes the options of {@code flink-gpu demo} that concern the job. The jar holds this class
 * alone: all others lie in {@code lib/} of the cluster, as TensorFlow must.
 */
@Internal
public final class DigitsJob {

    static final String NAME = "digits";

    private DigitsJob() {}

    /**
     * Defines the job and executes it where the Flink client says.
     *
     * @throws IllegalArgumentException naming every invalid option
     */
    public static void main(String[] args) throws Exception {
        DemoConfig config = DemoOptions.parse(args).toConfig();
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        DigitsPipeline.define(environment, config);
        environment.execute(NAME);
    }
}
