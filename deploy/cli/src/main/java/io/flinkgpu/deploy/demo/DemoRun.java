package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.observe.CheckpointTimes;
import io.flinkgpu.deploy.observe.Progress;
import io.flinkgpu.deploy.observe.ProgressReader;
import io.flinkgpu.deploy.observe.StagePlacement;
import io.flinkgpu.deploy.rest.CheckpointStatistics;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.deploy.run.AttendedRun;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.examples.DigitsJob;
import io.flinkgpu.inference.InferenceMetricNames;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobExecutionResult;

/**
 * Follows one submitted job to its end, then draws up its report.
 *
 * <p>Interrupted or ended by a signal, it cancels the job.
 */
final class DemoRun {

    private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);

    /**
     * How old Flink's REST answers may be: the larger of the refresh intervals of the local cluster
     * and of the embedded Flink.
     */
    private static final Duration REST_REFRESH = Duration.ofMillis(1200);

    private final JobRun job;
    private final DemoConfig config;
    @Nullable private final PoolFollower pools;
    private final Standstill standstill = new Standstill();

    /** With {@code pools} null, the model runs in the job. */
    DemoRun(JobRun job, DemoConfig config, @Nullable PoolFollower pools) {
        this.job = job;
        this.config = config;
        this.pools = pools;
    }

    /**
     * Waits for the job's end.
     *
     * @throws IllegalStateException if the job fails or is cancelled; says why
     */
    DemoReport follow(ProgressLine line) throws InterruptedException, IOException {
        ProgressReader reader = new ProgressReader(job, DigitsJob.CLASSIFY, DemoJob.SINKS);
        JobExecutionResult result;
        try {
            result = new AttendedRun(job).await(LOOK_INTERVAL, () -> look(reader, line));
        } finally {
            line.end();
        }
        CommittedRows rows = CommittedRows.read(config);
        TimeUnit.MILLISECONDS.sleep(REST_REFRESH.toMillis());
        return report(result, rows);
    }

    private void look(ProgressReader reader, ProgressLine line) throws InterruptedException {
        Progress progress = reader.read();
        String poolPhrase = pools == null ? "" : pools.progressed(progress);
        standstill.look(progress, this::hindrances).ifPresent(line::say);
        if (line.isDue(progress)) {
            line.show(progress, poolPhrase);
        }
    }

    /** What keeps rows from coming out, as far as it can be seen from here. */
    private List<String> hindrances() {
        List<String> all = new ArrayList<>();
        new SlotWait(config).describe(job).ifPresent(all::add);
        if (pools != null) {
            all.addAll(pools.problems());
        }
        return all;
    }

    private DemoReport report(JobExecutionResult result, CommittedRows rows)
            throws InterruptedException {
        PoolReport poolReport = pools == null ? null : pools.report().orElse(null);
        List<VertexInfo> vertices = job.vertices();
        CheckpointStatistics checkpoints = job.checkpoints();
        long batches = count(result, InferenceMetricNames.TOTAL_BATCHES);
        return new DemoReport(
                config.mode().displayName(),
                poolReport == null
                        ? accelerator(result.getAccumulatorResult(DemoJob.ACCELERATORS))
                        : poolReport.accelerator(),
                count(result, DemoJob.ROWS_READ),
                rows,
                job.duration().toMillis() / 1000.0,
                batches == 0
                        ? 0
                        : count(result, InferenceMetricNames.TOTAL_BATCHED_ROWS) / (double) batches,
                CheckpointTimes.of(checkpoints.counts().completed(), checkpoints.completedMillis()),
                job.restarts(),
                vertices.stream().map(StagePlacement::of).toList(),
                poolReport);
    }

    private String accelerator(@Nullable List<String> devices) {
        boolean usesGpu = config.stages().get(1).usesGpu();
        if (!usesGpu) {
            return "cpu";
        }
        return devices == null || devices.isEmpty()
                ? "unknown"
                : String.join(", ", new TreeSet<>(devices));
    }

    private static long count(JobExecutionResult result, String accumulator) {
        Long value = result.getAccumulatorResult(accumulator);
        return Objects.requireNonNullElse(value, 0L);
    }
}
