package io.flinkgpu.deploy.pool;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.resources.StageProfile;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu pool start}. */
@Command(
        name = "start",
        description = {
            "Start a pool: a job whose subtasks keep models loaded on task managers and serve them.",
            "Pipelines use it with FLINK_GPU_MODE=separated and FLINK_GPU_POOL=<the address printed>."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PoolStartCommand implements Callable<Integer> {

    /** As many as Flink lets a small job grow to. */
    private static final int DEFAULT_MAX_REPLICAS = 128;

    private static final String NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    @Spec private CommandSpec spec;
    @Mixin private PoolLocation location;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "Name of the pool, part of its address.")
    private String name;

    @Option(
            names = "--model",
            required = true,
            split = ",",
            paramLabel = "[NAME=][RUNTIME:]LOCATION[#SIGNATURE]",
            description =
                    "SavedModel, ONNX file, a directory of numbered versions of one, such as digits=onnx:/models/digits, or Python code, such as FILE.py:CLASS or python:MODULE:CLASS: a path, which must exist on the task managers, too, or, but for code, a URI of one of Flink's file systems. May be repeated.")
    private List<String> models;

    @Option(
            names = "--replicas",
            required = true,
            paramLabel = "N",
            description = "Task managers that serve the models.")
    private int replicas;

    @Option(
            names = "--min",
            paramLabel = "N",
            description = "Fewest replicas to scale to (default: ${DEFAULT-VALUE}).")
    private int minReplicas = 1;

    @Option(
            names = "--max",
            paramLabel = "N",
            description =
                    "Most replicas to scale to (default: "
                            + DEFAULT_MAX_REPLICAS
                            + ", or --replicas if that is more).")
    private Integer maxReplicas;

    @Option(
            names = "--profile",
            paramLabel = "FILE[#STAGE]",
            description =
                    "YAML file with the profile of a replica (default: one device, or the processor where there is none).")
    private String profile;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Most rows of a device batch (default: ${DEFAULT-VALUE}).")
    private int batchSize = InferenceOptions.MAX_BATCH_SIZE.defaultValue();

    @Option(
            names = "--run-threads",
            paramLabel = "N",
            description = "Device batches of a model that run at once (default: ${DEFAULT-VALUE}).")
    private int runThreads = InferenceOptions.RUN_THREADS.defaultValue();

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description =
                    "Flink option of the job, such as pool.server.linger=60s; may be repeated.")
    private Map<String, String> options = new TreeMap<>();

    @Option(names = "--no-wait", description = "Do not wait for the replicas.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for the replicas (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds = PoolCommand.DEFAULT_TIMEOUT_SECONDS;

    @Override
    public Integer call() throws InterruptedException {
        requireNumbers();
        Map<String, ModelRef> served = ServedModels.parse(models);
        URI rest = location.rest();
        PoolSpec pool = poolSpec(served, new FlinkRestClient(rest).taskManagers());
        try (Pools pools = new Pools(rest)) {
            JobID job = pools.start(pool, options);
            out().printf("Started pool '%s' as job %s at %s.%n", name, job, rest);
            out().flush();
            if (!noWait) {
                new ReadyWait(pools, out(), Duration.ofSeconds(timeoutSeconds)).await(name, job);
            }
            out().printf(
                            "Use it: FLINK_GPU_MODE=separated FLINK_GPU_POOL=%s%n",
                            pools.address(name));
            out().flush();
        }
        return PoolCommand.OK;
    }

    private void requireNumbers() {
        if (!name.matches(NAME_PATTERN)) {
            throw new IllegalArgumentException(
                    "Invalid --name: %s. Use letters, digits, '.', '_' and '-', 64 at most."
                            .formatted(name));
        }
        requirePositive("--replicas", replicas);
        requirePositive("--min", minReplicas);
        requirePositive("--batch-size", batchSize);
        requirePositive("--run-threads", runThreads);
        if (replicas < minReplicas || replicas > max()) {
            throw new IllegalArgumentException(
                    "Invalid --replicas: %d. It must be from --min (%d) to --max (%d)."
                            .formatted(replicas, minReplicas, max()));
        }
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "Invalid %s: %d. It must be at least 1.".formatted(option, value));
        }
    }

    private int max() {
        return Optional.ofNullable(maxReplicas).orElse(Math.max(DEFAULT_MAX_REPLICAS, replicas));
    }

    private PoolSpec poolSpec(Map<String, ModelRef> served, List<TaskManagerInfo> taskManagers) {
        StageProfile replicaProfile =
                profile == null
                        ? ReplicaProfile.byDefault(taskManagers)
                        : ReplicaProfile.read(profile, taskManagers);
        return new PoolSpec(
                new ReplicaRequest(name, served, batchSize, runThreads, replicaProfile),
                replicas,
                minReplicas,
                max());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
