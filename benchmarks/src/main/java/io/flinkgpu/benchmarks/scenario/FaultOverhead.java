package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.pool.PoolFaultOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.IOUtils;

/** What fault tolerance costs while nothing fails: all of it on against all of it off. */
@Internal
public final class FaultOverhead implements Scenario {

    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private final Function<Path, Traffic> source;
    private final ScenarioInfo info;
    private Traffic traffic;
    private ReplicaProcess replica;
    private ModelClient on;
    private ModelClient off;

    /**
     * One kind of rows.
     *
     * @param source gives the traffic; may export its model below the scratch directory
     */
    public FaultOverhead(Function<Path, Traffic> source, Plan plan) {
        this.source = source;
        this.info =
                ScenarioInfo.of(
                        "fault-overhead",
                        "rows/s of a pool's client with ejection, spill-back, hedging and adaptive concurrency against one without",
                        "rows/s",
                        RatioRule.OURS_OVER_PEER,
                        plan);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        traffic = source.apply(scratch);
        replica = ReplicaProcess.start(traffic, scratch.resolve("replica.log"));
        on =
                SeparatedOverhead.connect(
                        traffic,
                        replica,
                        new Configuration().set(PoolFaultOptions.HEDGE_MAX_SHARE, 0.05));
        off = SeparatedOverhead.connect(traffic, replica, TailPolicy.none());
        on.ready().get(1, TimeUnit.MINUTES);
        off.ready().get(1, TimeUnit.MINUTES);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        ModelClient client = run.side() == Side.OURS ? on : off;
        double unusedWarmUp = traffic.rowsPerSecond(client, WARM_UP);
        return Measurement.of(traffic.rowsPerSecond(client, run.length()));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("batchSize", traffic.batchSize());
        settings.put("batchesInFlight", traffic.inFlight());
        settings.put("inputBytesPerRow", traffic.rowBytes());
        settings.put("server", "a second JVM on this machine, plain text over loopback");
        settings.put("peer", "the same client with all of it off; the retry budget has no switch");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(on, off, replica);
    }
}
