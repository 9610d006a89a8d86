package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.Arrivals;
import io.flinkgpu.benchmarks.flink.StalledAnswers;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Our operator against Flink's {@code AsyncWaitOperator}; each is the head of its chain. */
final class StalledStages implements StalledJobs {

    private static final Duration NEVER = Duration.ofHours(1);

    /** The model has a name of its own: a run that was left behind does not delay the next one. */
    @Override
    public BooleanSupplier defineOurs(
            StreamExecutionEnvironment environment, String name, Duration stall) {
        Inference.on(rows(environment))
                .model(SimulatedModel.named(name).taking(stall, Duration.ZERO).ref())
                .encode(
                        (row, writer) -> {
                            Arrivals.count(name);
                            writer.floats(row.floatValue());
                        })
                .decode((row, answer) -> row)
                .batch(Batching.ofSize(CAPACITY))
                .capacity(CAPACITY)
                .outputMode(OutputMode.UNORDERED)
                .apply("infer")
                .sinkTo(new DiscardingSink<>());
        return () -> isLoaded(name);
    }

    @Override
    public BooleanSupplier definePeers(
            StreamExecutionEnvironment environment, String name, Duration stall) {
        AsyncDataStream.unorderedWait(
                        rows(environment),
                        new StalledAnswers(name, stall),
                        NEVER.toMillis(),
                        TimeUnit.MILLISECONDS,
                        CAPACITY)
                .startNewChain()
                .sinkTo(new DiscardingSink<>());
        return () -> isLoaded(name);
    }

    private static boolean isLoaded(String name) {
        return Arrivals.of(name) >= CAPACITY;
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("edge", "rebalance");
        settings.put("peer", "AsyncDataStream.unorderedWait of Flink 2.3");
        return settings;
    }

    private static DataStream<Long> rows(StreamExecutionEnvironment environment) {
        // Flink aligns barriers on pointwise edges, whatever the checkpoint settings say.
        return environment.fromSequence(0, Long.MAX_VALUE).rebalance();
    }
}
