package io.flinkgpu.benchmarks.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.Throughput;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.process.ProcessMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * A process that runs fused jobs on one model, as often as it is told to.
 *
 * <p>A runtime's threads and memory belong to its process: only in a process of its own can they be
 * compared with another runtime's.
 */
@Internal
public final class RuntimeProcess implements AutoCloseable {

    private static final int PARALLELISM = 1;
    private static final String READY = "ready ";
    private static final String RATE = "rows/s ";
    private static final String RESIDENT = "resident ";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChildProcess process;

    private RuntimeProcess(ChildProcess process) {
        this.process = process;
    }

    /**
     * What to run.
     *
     * @param model of which the rows and the scores are
     * @param reference the model in the runtime's format, without its options
     * @param options of the runtime
     * @param scratch for checkpoints
     */
    record Task(
            BenchModel model,
            String reference,
            Map<String, String> options,
            int batchSize,
            String scratch) {

        private ModelRef ref() {
            ModelRef ref = ModelRef.parse(reference);
            return new ModelRef(ref.runtime(), ref.location(), ref.signature(), options);
        }
    }

    /** Answers each duration on a line with a rate and a size; called in the process. */
    public static void main(String[] arguments) throws Exception {
        Task task = JSON.readValue(arguments[0], Task.class);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        InferenceStage stage = InferenceStage.of(task.ref(), task.model(), task.batchSize());
        try (BenchCluster cluster = BenchCluster.start(PARALLELISM, Path.of(task.scratch()))) {
            Throughput job = new Throughput(cluster, task.model(), PARALLELISM, stage);
            System.out.println(READY);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(RATE + job.measure(Duration.parse(line)));
                System.out.println(
                        RESIDENT
                                + ProcessMemory.now().map(ProcessMemory::residentBytes).orElse(0L));
            }
        }
        System.exit(0);
    }

    /** Starts the process and waits until its cluster runs. */
    static RuntimeProcess start(Task task, Path log) throws IOException {
        ChildProcess process =
                ChildProcess.start(
                        RuntimeProcess.class, log, List.of(JSON.writeValueAsString(task)));
        try {
            process.await(READY);
            return new RuntimeProcess(process);
        } catch (IOException failure) {
            process.close();
            throw failure;
        }
    }

    /** What a job gave. */
    record Answer(double rowsPerSecond, long residentBytes) {}

    /** Runs a job whose steady part lasts about so long. */
    Answer measure(Duration length) throws IOException {
        process.say(length.toString());
        double rate = Double.parseDouble(process.await(RATE));
        return new Answer(rate, Long.parseLong(process.await(RESIDENT)));
    }

    @Override
    public void close() {
        process.close();
    }
}
