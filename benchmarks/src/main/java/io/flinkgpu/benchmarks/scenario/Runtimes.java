package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.onnx.OnnxRuntime;
import io.flinkgpu.inference.tensorflow.TensorFlowRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.IOUtils;

/** The same fused job with the same network in ONNX Runtime and in TensorFlow. */
@Internal
public final class Runtimes implements Scenario {

    private static final String ONNX_FILE = "digits.onnx";
    private static final double BYTES_OF_MIB = 1 << 20;

    private final ModelSource source;
    private final int batchSize;
    private final ScenarioInfo info;
    private BenchModel model;
    private RuntimeProcess onnx;
    private RuntimeProcess tensorFlow;

    /**
     * @param source of the digits' SavedModel, beside which its ONNX file lies
     */
    public Runtimes(ModelSource source, int batchSize, Plan plan) {
        this.source = source;
        this.batchSize = batchSize;
        this.info =
                ScenarioInfo.of(
                        "runtimes",
                        "rows/s and memory of a fused job, ONNX Runtime against TensorFlow",
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
        model = source.provide(scratch);
        Path directory = Path.of(model.directory());
        onnx =
                start(
                        ModelRef.onnx(onnxFile(directory).toString()),
                        OnnxRuntime.INTRA_OP_THREADS,
                        scratch.resolve("onnx"));
        tensorFlow =
                start(
                        ModelRef.savedModel(directory.toString()),
                        TensorFlowRuntime.INTRA_OP_THREADS,
                        scratch.resolve("tensorflow"));
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        RuntimeProcess process = run.side() == Side.OURS ? onnx : tensorFlow;
        RuntimeProcess.Answer answer = process.measure(run.length());
        return new Measurement(
                answer.rowsPerSecond(),
                Map.of("residentMib", answer.residentBytes() / BYTES_OF_MIB));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", model.name());
        settings.put("rowFloats", model.rowFloats());
        settings.put("parallelism", 1);
        settings.put("batchSize", batchSize);
        settings.put("threadsOfAnOperation", model.threadsText());
        settings.put("process", "a JVM with a cluster of its own on either side");
        settings.put("ours", "ONNX Runtime");
        settings.put("peer", "TensorFlow");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(onnx, tensorFlow);
    }

    private RuntimeProcess start(ModelRef reference, String threadsOption, Path scratch)
            throws Exception {
        Files.createDirectory(scratch);
        RuntimeProcess.Task task =
                new RuntimeProcess.Task(
                        model,
                        reference.toString(),
                        Map.of(threadsOption, String.valueOf(model.threads())),
                        batchSize,
                        scratch.toString());
        return RuntimeProcess.start(task, scratch.resolve("log"));
    }

    private static Path onnxFile(Path directory) {
        Path file = directory.resolveSibling(ONNX_FILE);
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    "Cannot load model '%s': there is no such file. Write it with './flink-gpu digits export --model %s --output %s'."
                            .formatted(file, directory, file));
        }
        return file;
    }
}
