package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.faulty.DeviceFaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.IOUtils;

/**
 * How long the slowest answers take while one replica of four is slow, with one policy against none
 * of them. The router prefers fast replicas on both sides.
 *
 * <p>Batches come at a fixed rate, whether those before are answered or not.
 */
@Internal
public final class Tail implements Scenario {

    private static final SteadyBatches BATCHES = new SteadyBatches(50);
    private static final double SLOW = 20;

    /** Long enough for every policy to know the replicas. */
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    private static final Duration HANG = Duration.ofMillis(200);
    private static final double P50 = 0.5;
    private static final double P99 = 0.99;
    private static final double P999 = 0.999;

    private final TailPolicy policy;
    private final ScenarioInfo info;
    private DisturbedReplicas replicas;

    /** One policy. */
    public Tail(TailPolicy policy, Plan plan) {
        this.policy = policy;
        this.info =
                ScenarioInfo.of(
                                "tail",
                                "99th percentile of a batch's latency with one slow replica of four, with one policy against none",
                                "ms",
                                RatioRule.PEER_OVER_OURS,
                                plan)
                        .withVariant(policy.toString().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        replicas = DisturbedReplicas.start(scratch);
        replicas.disturb(0, new DeviceFaults(SLOW, 0, ErrorClass.UNKNOWN, "", HANG));
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        Configuration options = run.side() == Side.OURS ? policy.options() : TailPolicy.none();
        try (ModelClient client = replicas.connect(options)) {
            client.ready().get(1, TimeUnit.MINUTES);
            long[] unusedWarmUp = BATCHES.latencies(client, WARM_UP);
            long attemptsBefore = attempts(client);
            long[] nanos = BATCHES.latencies(client, run.length());
            long attempts = attempts(client) - attemptsBefore;
            return new Measurement(
                    SteadyBatches.millis(nanos, P99),
                    Map.of(
                            "p50Millis", SteadyBatches.millis(nanos, P50),
                            "p999Millis", SteadyBatches.millis(nanos, P999),
                            "extraCallsPercent", 100.0 * (attempts - nanos.length) / nanos.length));
        }
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("policy", policy.toString());
        settings.put("batchesPerSecond", BATCHES.batchesPerSecond());
        settings.put("batchSize", DisturbedReplicas.BATCH_SIZE);
        settings.put("slowReplica", "runs take 200 ms more, and 20 times as long");
        settings.put("peer", "the same client without ejection, spill-back and hedging");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(replicas);
    }

    private static long attempts(ModelClient client) {
        return client.gauges().get("poolAttempts").getAsLong();
    }
}
