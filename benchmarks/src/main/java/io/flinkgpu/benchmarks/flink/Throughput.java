package io.flinkgpu.benchmarks.flink;

import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.inference.InferenceMetricNames;
import io.flinkgpu.inference.tensor.Tensor;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Measures how many rows a second a stage takes between a source of rows in memory and a sink that
 * drops what it gets, or a whole job gives to such a sink.
 *
 * <p>A first run with few rows finds out how many make a run of the wanted length. Not thread-safe.
 */
@Internal
public final class Throughput {

    /** The stage under test. */
    @FunctionalInterface
    public interface Stage {

        /** Adds the stage to measure to a stream of rows. */
        SingleOutputStreamOperator<?> addTo(SingleOutputStreamOperator<Tensor> rows);
    }

    /** A bounded job under test. */
    @FunctionalInterface
    public interface Job {

        /**
         * Defines the job up to the rows that are counted, as many as it reads.
         *
         * @param rows to read
         */
        DataStream<?> define(StreamExecutionEnvironment environment, long rows);
    }

    private static final long FIRST_RUN_ROWS = 4_096;
    private static final int SKIPPED_OF = 10;

    private final BenchCluster cluster;
    private final int parallelism;
    private final Job job;
    private final long firstRunRows;
    private final Configuration settings = new Configuration();
    private int skippedOf = SKIPPED_OF;
    private double lastProcessorNanosPerRow;
    private double lastRowsPerSecond;
    private long lastRows;
    private long lastModelRows;

    public Throughput(BenchCluster cluster, BenchModel model, int parallelism, Stage stage) {
        this(cluster, new IndexedRows(model), parallelism, stage);
    }

    /**
     * The throughput with other rows.
     *
     * @param rows gives the row of an index
     */
    public Throughput(
            BenchCluster cluster, MapFunction<Long, Tensor> rows, int parallelism, Stage stage) {
        this(
                cluster,
                parallelism,
                FIRST_RUN_ROWS,
                (environment, count) ->
                        stage.addTo(
                                environment
                                        .fromSequence(0, count - 1)
                                        .map(rows)
                                        .returns(TypeInformation.of(Tensor.class))));
    }

    /**
     * The throughput of a job of its own kind.
     *
     * @param firstRunRows so few that a run of them is short
     */
    public Throughput(BenchCluster cluster, int parallelism, long firstRunRows, Job job) {
        this.cluster = cluster;
        this.parallelism = parallelism;
        this.firstRunRows = firstRunRows;
        this.job = job;
    }

    /**
     * Gives the jobs these settings.
     *
     * @return this
     */
    public Throughput with(Configuration ofJobs) {
        settings.addAll(ofJobs);
        return this;
    }

    /**
     * Leaves out so much of each job's beginning.
     *
     * @param oneOf 3 for a third of its rows; a tenth unless said
     * @return this
     */
    public Throughput skipping(int oneOf) {
        skippedOf = oneOf;
        return this;
    }

    /** Rows a second in a job that lasts about so long, without its beginning. */
    public double measure(Duration length) throws Exception {
        return measure(rowsWithin(length));
    }

    /** Rows a second in a job of so many rows, without its beginning. */
    public double measure(long count) throws Exception {
        run(count);
        return lastRowsPerSecond;
    }

    /** How many rows the last job would have done in a time; runs a short one if there was none. */
    public long rowsWithin(Duration length) throws Exception {
        if (lastRows == 0) {
            run(firstRunRows);
        }
        return Math.max(firstRunRows, (long) (lastRowsPerSecond * length.toMillis() / 1000));
    }

    /**
     * Processor time of this process for each row of the last job, without its beginning, in
     * nanoseconds.
     */
    public double lastProcessorNanosPerRow() {
        return lastProcessorNanosPerRow;
    }

    /** Rows of the last job, 0 before the first. */
    public long lastRows() {
        return lastRows;
    }

    /** Rows of the last job that our inference sent to a model; 0 if it had none. */
    public long lastModelRows() {
        return lastModelRows;
    }

    private void run(long count) throws Exception {
        StreamExecutionEnvironment environment = cluster.environment(settings, parallelism);
        long skipped = count / skippedOf / parallelism;
        addProbe(job.define(environment, count), skipped);
        Map<String, Object> accumulators = cluster.execute(environment);
        if (SteadyState.allRows(accumulators) != count) {
            throw new IllegalStateException(
                    "Cannot measure the job: %d rows went in and %d came out."
                            .formatted(count, SteadyState.allRows(accumulators)));
        }
        lastRows = count;
        lastModelRows =
                (Long) accumulators.getOrDefault(InferenceMetricNames.TOTAL_BATCHED_ROWS, 0L);
        lastRowsPerSecond = SteadyState.rowsPerSecond(accumulators);
        lastProcessorNanosPerRow = SteadyState.processorNanosPerRow(accumulators);
    }

    private static <T> void addProbe(DataStream<T> results, long skipped) {
        results.map(new SteadyState<T>(skipped))
                .returns(results.getType())
                .sinkTo(new DiscardingSink<>());
    }
}
