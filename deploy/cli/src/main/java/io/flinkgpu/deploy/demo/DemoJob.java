package io.flinkgpu.deploy.demo;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.run.JobSubmitter;
import io.flinkgpu.examples.Classification;
import io.flinkgpu.examples.DigitsJob;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import java.net.URI;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * The demo's job: {@link DigitsJob}, with a count behind its source and a look at the devices
 * behind its model.
 */
final class DemoJob {

    /** Accumulator: files read. */
    static final String ROWS_READ = "demo.rowsRead";

    /** Accumulator: names of the devices beside the model. */
    static final String ACCELERATORS = "demo.accelerators";

    static final List<String> SINKS = List.of(DigitsJob.RESULTS, DigitsJob.DEAD_LETTERS);

    private static final String NAME = "digits";

    private DemoJob() {}

    /** Submits the job to a Flink that shares this class path; returns when it has taken it. */
    static JobRun submit(URI flink, DemoConfig config) throws Exception {
        JobSubmitter submitter = new JobSubmitter(flink);
        StreamExecutionEnvironment environment = submitter.environment();
        define(environment, config);
        return submitter.submit(environment, NAME);
    }

    /**
     * Adds the job to an environment.
     *
     * @throws io.flinkgpu.connectors.file.InvalidInputException if the input is missing, unreadable
     *     or empty
     * @throws IllegalArgumentException if a profile is missing or invalid
     */
    private static void define(StreamExecutionEnvironment environment, DemoConfig config) {
        ParameterTool arguments = config.jobArguments();
        environment.configure(settings(config, arguments));
        environment.setParallelism(config.parallelism());

        DataStream<FileContent> files =
                DigitsJob.files(environment, arguments)
                        .map(new RowCounter<>(ROWS_READ))
                        .returns(FileContent.TYPE)
                        .name("count");
        SingleOutputStreamOperator<DecodedImage> images = DigitsJob.decode(files, arguments);
        SingleOutputStreamOperator<Classification> results = DigitsJob.classify(images, arguments);
        DataStream<Classification> probed =
                results.map(new AcceleratorProbe<>(ACCELERATORS))
                        .returns(results.getType())
                        .name("probe");
        DigitsJob.writeResults(probed, arguments);
        DigitsJob.writeDeadLetters(images, results, arguments);
    }

    private static Configuration settings(DemoConfig config, ParameterTool arguments) {
        Configuration settings = DigitsJob.settings(arguments);
        settings.set(InferenceOptions.MODE, config.mode());
        if (!config.pools().isEmpty()) {
            settings.set(
                    PoolOptions.ADDRESSES,
                    config.pools().stream().map(PoolAddress::toString).toList());
        }
        settings.addAll(Configuration.fromMap(config.options()));
        return settings;
    }
}
