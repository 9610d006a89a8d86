package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.benchmarks.model.PythonBench;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;

/**
 * How long a run that does not end keeps a model from answering: a Python worker, which is killed
 * and replaced, against a TensorFlow model, whose thread is given up, and which is loaded again.
 */
@Internal
public final class StuckRun implements Scenario {

    private static final Duration MAX_RUN_TIME = Duration.ofSeconds(1);
    private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(2);
    private static final int ROW_FLOATS = 128;
    private static final double SHARE_THAT_HANGS = 0.5;

    private final ScenarioInfo info;
    private ModelRef python;
    private ModelRef tensorFlow;

    public StuckRun(Plan plan) {
        this.info =
                ScenarioInfo.of(
                        "stuck-run",
                        "ms from a batch whose run does not end to the next answer, a Python worker against a TensorFlow model",
                        "ms",
                        RatioRule.PEER_OVER_OURS,
                        plan);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        python = PythonBench.in(scratch).model("Stuck");
        Path faults = Files.createDirectory(scratch.resolve("faults"));
        tensorFlow =
                FaultInjection.into(BenchModel.mlp(scratch).reference(), faults)
                        .withHangingPoison(SHARE_THAT_HANGS, Duration.ofHours(1))
                        .ref();
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        ModelRef model = run.side() == Side.OURS ? python : tensorFlow;
        LocalModelClient client = acquire(model);
        try {
            answer(client, 1);
            long start = System.nanoTime();
            hang(client);
            if (client.isLost()) {
                client.close();
                client = acquire(model);
            }
            answer(client, 1);
            return Measurement.of((System.nanoTime() - start) / 1e6);
        } finally {
            client.close();
        }
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("maxRunTimeMillis", MAX_RUN_TIME.toMillis());
        settings.put("python", "a numpy class");
        settings.put("peer", "a small SavedModel, whose run hangs in front of TensorFlow");
        return settings;
    }

    @Override
    public void close() {
        // every measurement lets go of what it used
    }

    private static LocalModelClient acquire(ModelRef model) {
        return ModelHost.ofProcess()
                .acquire(
                        model,
                        ModelDevice.cpu(),
                        new ModelUse(1, 1, Duration.ZERO, MAX_RUN_TIME, LOAD_TIMEOUT));
    }

    private static void hang(LocalModelClient client) throws Exception {
        try {
            answer(client, (float) SHARE_THAT_HANGS / 2);
            throw new IllegalStateException("Cannot measure: the run that should hang has ended.");
        } catch (ExecutionException expected) {
            if (expected.getCause() == null) {
                throw expected;
            }
        }
    }

    private static void answer(LocalModelClient client, float value) throws Exception {
        float[] row = new float[ROW_FLOATS];
        row[0] = value;
        TensorBatch batch = TensorBatch.of("", Tensor.ofFloats(Shape.of(1, ROW_FLOATS), row));
        client.infer(batch).get(2, TimeUnit.MINUTES).outputs().close();
    }
}
