package io.flinkgpu.benchmarks.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.model.BenchModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;

/**
 * Several subtasks that get their model ready at once: one shared by the host against a copy each.
 *
 * <p>Each measurement is a {@link ColdStartProcess} of its own, so that no memory and no compiled
 * code of the one before is left. Its value is the processor time from the first load to the last
 * subtask's readiness.
 */
@Internal
public final class ColdStart implements Scenario {

    private static final long PROCESS_SECONDS = 300;
    private static final int BATCH_SIZE = 32;

    private final int subtasks;
    private final int[] widths;
    private final ScenarioInfo info;
    private Path scratch;
    private BenchModel model;
    private BenchModel primer;

    /**
     * @param widths of the model's layers, input first
     */
    public ColdStart(int subtasks, int[] widths, Plan plan) {
        this.subtasks = subtasks;
        this.widths = widths.clone();
        this.info =
                ScenarioInfo.of(
                        "cold-start",
                        "work, time and memory until all subtasks are ready, shared model against a copy each",
                        "ms of processor time",
                        RatioRule.SHARE_SAVED,
                        plan);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path directory) {
        scratch = directory;
        model = BenchModel.dense("dense", directory, widths);
        primer = BenchModel.mlp(directory);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        Path answer = Files.createTempFile(scratch, "answer-", ".json");
        ColdStartProcess.Task task =
                new ColdStartProcess.Task(run.side(), subtasks, BATCH_SIZE, model, primer);
        awaitSuccess(start(task, answer));
        ColdStartProcess.Answer measured =
                new ObjectMapper().readValue(answer.toFile(), ColdStartProcess.Answer.class);
        return new Measurement(measured.cpuMillis(), measured.details());
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", "dense, seeded random weights");
        settings.put("modelMib", BenchModel.denseBytes(widths) >> 20);
        settings.put("subtasks", subtasks);
        settings.put("warmUpBatchSizes", List.of(1, BATCH_SIZE));
        settings.put(
                "process", "a new JVM each, TensorFlow started, model files in the page cache");
        settings.put("peer", "one SavedModelBundle a subtask, loaded at the same time");
        return settings;
    }

    @Override
    public void close() {}

    private Process start(ColdStartProcess.Task task, Path answer) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.matches("-(javaagent|agentlib).*"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(ColdStartProcess.class.getName());
        command.add(new ObjectMapper().writeValueAsString(task));
        command.add(answer.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    private void awaitSuccess(Process process) throws Exception {
        boolean ended = process.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    "Cannot measure a cold start: the process %s. It said: %s"
                            .formatted(
                                    ended
                                            ? "ended with code " + process.exitValue()
                                            : "did not end in " + PROCESS_SECONDS + " s",
                                    Files.readString(log()).strip()));
        }
    }

    private Path log() {
        return scratch.resolve("process.log");
    }
}
