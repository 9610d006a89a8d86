package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.Throughput;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.model.PythonBench;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.IOUtils;

/** A Python class in a whole fused job against the same class in a loop in Python. */
@Internal
public final class PythonOverhead implements Scenario {

    /** The class alone, with batches that lie there. */
    public static final String BARE_LOOP = "loop";

    /** The class in a process that gets one pickled row at a time. */
    public static final String PICKLED_ROWS = "pickled";

    private static final int PARALLELISM = 1;

    /** For each batch of the worker: another one is filled, or its answers are emitted. */
    private static final int BATCHES_IN_FLIGHT = 2;

    private final Rows rows;
    private final String peer;
    private final int threads;
    private final ScenarioInfo info;
    private BenchCluster cluster;
    private Throughput job;
    private PythonBench.Loop loop;

    /**
     * The rows of a job.
     *
     * @param name what reports call them
     * @param distinct how many lie in memory
     * @param batchesAtOnce that the worker has
     */
    public record Rows(
            String name, DataType type, Shape shape, int batchSize, int distinct, int batchesAtOnce)
            implements Serializable {

        /** Images as they come out of a decoder. */
        public static Rows images() {
            return new Rows("images", DataType.UINT8, Shape.of(224, 224, 3), 32, 128, 2);
        }

        /** Small rows, where the cost of each counts, and a batch is answered in no time. */
        public static Rows small() {
            return new Rows("rows", DataType.FLOAT32, Shape.of(128), 64, 1024, 8);
        }
    }

    /**
     * One kind of rows and of peers.
     *
     * @param peer {@link #BARE_LOOP} or {@link #PICKLED_ROWS}
     * @param threads of numpy on both sides; 0: one of ours, and what the peer's numpy chooses
     */
    public PythonOverhead(Rows rows, String peer, int threads, Plan plan) {
        this.rows = rows;
        this.peer = peer;
        this.threads = threads;
        this.info =
                ScenarioInfo.of(
                                "python-overhead",
                                "rows/s of a Python class in a whole fused job against the class in a Python loop",
                                "rows/s",
                                RatioRule.OURS_OVER_PEER,
                                plan)
                        .withVariant(rows.name() + ", " + peer);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        PythonBench code = PythonBench.in(scratch);
        cluster = BenchCluster.start(PARALLELISM, scratch);
        job =
                new Throughput(
                        cluster, new MemoryRows(rows), PARALLELISM, stage(code.model("Features")));
        loop =
                code.loop(
                        peer,
                        rows.type(),
                        rows.batchSize(),
                        rows.shape(),
                        threads,
                        scratch.resolve("log"));
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        return Measurement.of(
                run.side() == Side.OURS
                        ? job.measure(run.length())
                        : loop.rowsPerSecond(run.length()));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", rows.name() + ", " + peer);
        settings.put("rows", rows.type() + " " + rows.shape());
        settings.put("batchSize", rows.batchSize());
        settings.put("batchesOfTheWorkerAtOnce", rows.batchesAtOnce());
        settings.put("parallelism", PARALLELISM);
        settings.put(
                "threadsOfNumpy",
                threads == 0
                        ? "1, the default; in the loop what numpy chooses: all cores"
                        : Integer.toString(threads));
        settings.put("class", "images are scaled and averaged, small rows are projected twice");
        settings.put(
                "peer",
                peer.equals(BARE_LOOP)
                        ? "the class in a loop, with batches that lie in its memory"
                        : "the class in a second Python process, one pickled row at a time over a pipe");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(loop, cluster);
    }

    private Throughput.Stage stage(ModelRef code) {
        ModelRef model =
                code.withOption("python.threads", Integer.toString(Math.max(1, threads)))
                        .withOption(
                                "python.max-concurrency", Integer.toString(rows.batchesAtOnce()));
        Rows sizes = rows;
        return source -> infer(source, model, sizes);
    }

    private static SingleOutputStreamOperator<Float> infer(
            SingleOutputStreamOperator<Tensor> source, ModelRef model, Rows rows) {
        return Inference.on(source)
                .model(model)
                .encode(
                        (row, writer) ->
                                writer.write("data", row.dataType(), row.shape(), row.data()))
                .decode((row, answer) -> answer.floats()[0])
                .batch(Batching.ofSize(rows.batchSize()))
                .capacity(BATCHES_IN_FLIGHT * rows.batchesAtOnce() * rows.batchSize())
                .outputMode(OutputMode.UNORDERED)
                .apply("infer");
    }

    /** Replaces an index by a row that lies in memory. */
    private static final class MemoryRows extends RichMapFunction<Long, Tensor> {
        private static final long serialVersionUID = 1L;

        private final Rows description;
        private transient Tensor[] tensors;

        private MemoryRows(Rows description) {
            this.description = description;
        }

        @Override
        public void open(OpenContext context) {
            tensors =
                    PythonBench.rows(
                            description.distinct(), description.type(), description.shape());
        }

        @Override
        public Tensor map(Long index) {
            return tensors[(int) (index % tensors.length)];
        }
    }
}
