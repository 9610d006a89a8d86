package io.flinkgpu.inference.health;

import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.ProcessMemory;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the memory that a task manager's process and its children hold with what it was
 * promised, which Flink does not: native memory that nobody accounts for ends a container without a
 * word.
 *
 * <p>Warns once, when the process is above its budget for the first time. Safe for many threads.
 *
 * <p>Touches {@link TaskExecutorProcessUtils} of Flink 2.3, which adds the parts of the budget up.
 */
@Internal
public final class MemoryWatch {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);
    private static final long INTERVAL_SECONDS = 10;
    private static final long UNKNOWN = -1;

    @Nullable private static MemoryWatch ofProcess;

    private final OptionalLong budgetBytes;
    private final Supplier<Optional<ProcessMemory>> memory;
    private final Consumer<String> warnings;
    private boolean warned;

    MemoryWatch(
            OptionalLong budgetBytes,
            Supplier<Optional<ProcessMemory>> memory,
            Consumer<String> warnings) {
        this.budgetBytes = budgetBytes;
        this.memory = memory;
        this.warnings = warnings;
    }

    /**
     * The watch of this process, which looks every ten seconds from the first call on.
     *
     * @param taskManager configuration of the process
     */
    public static synchronized MemoryWatch ofProcess(Configuration taskManager) {
        if (ofProcess == null) {
            MemoryWatch watch =
                    new MemoryWatch(budgetOf(taskManager), ProcessMemory::withChildren, LOG::warn);
            ScheduledFuture<?> unused =
                    DaemonThreads.timer(DaemonThreads.named("memory-watch"))
                            .scheduleWithFixedDelay(
                                    watch::look, 0, INTERVAL_SECONDS, TimeUnit.SECONDS);
            ofProcess = watch;
        }
        return ofProcess;
    }

    /**
     * The size of a task manager's process by its configuration. Flink's start scripts write every
     * part into it; the configuration of a Flink in one process has no budget.
     */
    static OptionalLong budgetOf(Configuration taskManager) {
        boolean isOfProcess =
                taskManager.contains(TaskManagerOptions.TOTAL_PROCESS_MEMORY)
                        || taskManager.contains(TaskManagerOptions.JVM_OVERHEAD_MIN);
        if (!isOfProcess) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(
                    TaskExecutorProcessUtils.processSpecFromConfig(taskManager)
                            .getTotalProcessMemorySize()
                            .getBytes());
        } catch (RuntimeException incomplete) {
            LOG.debug("The configuration tells no size of the process.", incomplete);
            return OptionalLong.empty();
        }
    }

    /**
     * Shows the memory in a group {@code process}: {@code residentBytes}, {@code pinnedBytes} and
     * {@code budgetBytes}, each -1 where it is not known.
     */
    public void show(MetricGroup parent) {
        MetricGroup group = parent.addGroup("process");
        group.gauge("residentBytes", () -> read(ProcessMemory::residentBytes));
        group.gauge("pinnedBytes", () -> read(ProcessMemory::pinnedBytes));
        group.gauge("budgetBytes", () -> budgetBytes.orElse(UNKNOWN));
    }

    private long read(ToLongFunction<ProcessMemory> part) {
        return memory.get().map(part::applyAsLong).orElse(UNKNOWN);
    }

    /** Warns if it is time to. */
    synchronized void look() {
        long pinned = read(ProcessMemory::pinnedBytes);
        if (warned || budgetBytes.isEmpty() || pinned <= budgetBytes.getAsLong()) {
            return;
        }
        warned = true;
        warnings.accept(
                "This process and its children hold %s of memory and were promised %s (%s): a container of that size ends it. Raise %s or %s, or lower what requests and models take; docs/pool.md says what native memory is made of."
                        .formatted(
                                new MemorySize(pinned).toHumanReadableString(),
                                new MemorySize(budgetBytes.getAsLong()).toHumanReadableString(),
                                TaskManagerOptions.TOTAL_PROCESS_MEMORY.key(),
                                TaskManagerOptions.TASK_OFF_HEAP_MEMORY.key(),
                                TaskManagerOptions.JVM_OVERHEAD_MAX.key()));
    }
}
