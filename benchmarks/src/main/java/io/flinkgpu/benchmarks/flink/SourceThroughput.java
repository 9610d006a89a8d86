package io.flinkgpu.benchmarks.flink;

import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Measures how many rows a second a bounded source gives to a sink that drops what it gets. */
@Internal
public final class SourceThroughput {

    private static final int SKIPPED_OF = 10;

    private final BenchCluster cluster;
    private final int parallelism;

    public SourceThroughput(BenchCluster cluster, int parallelism) {
        this.cluster = cluster;
        this.parallelism = parallelism;
    }

    /**
     * Rows a second of a job, without its first tenth.
     *
     * @param rows that the source has
     * @throws IllegalStateException if other rows come out
     */
    public <T> double measure(Source<T, ?, ?> source, long rows) throws Exception {
        StreamExecutionEnvironment environment =
                cluster.environment(new Configuration(), parallelism);
        DataStream<T> stream =
                environment.fromSource(source, WatermarkStrategy.noWatermarks(), "source");
        stream.map(new SteadyState<T>(rows / SKIPPED_OF / parallelism))
                .returns(stream.getType())
                .sinkTo(new DiscardingSink<>());
        Map<String, Object> accumulators = cluster.execute(environment);
        long seen = SteadyState.allRows(accumulators);
        if (seen != rows) {
            throw new IllegalStateException(
                    "Cannot measure the source: it has %d rows and gave %d.".formatted(rows, seen));
        }
        return SteadyState.rowsPerSecond(accumulators);
    }
}
