package io.flinkgpu.inference.ledger;

import io.flinkgpu.inference.config.LayeredOptions;
import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.state.ledger.LedgerConfig;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.executiongraph.ExecutionGraph;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;

/**
 * Tells the ledger of a run what the coordinator of one of its operators hears.
 *
 * <p>No method waits for the database, or fails because of it. Safe for use by many threads.
 */
@Internal
public interface RunRecorder extends AutoCloseable {

    /** Tells nothing. */
    RunRecorder OFF = new NoRunRecorder();

    /**
     * What a recorder is for.
     *
     * @param operatorName as the job's plan shows it
     * @param graph the job's; empty: it is not known to operators, as without checkpoints
     */
    record Stage(String operatorName, StagePlan plan, Supplier<Optional<ExecutionGraph>> graph) {}

    /**
     * The recorder of an operator; {@link #OFF} unless the job or the cluster names a ledger.
     *
     * @param options of the job
     * @throws org.apache.flink.configuration.IllegalConfigurationException naming every invalid
     *     option of the ledger
     */
    static RunRecorder of(
            OperatorCoordinator.Context context, Stage stage, Map<String, String> options) {
        Configuration layered = LayeredOptions.of(GlobalConfiguration.loadConfiguration(), options);
        Optional<LedgerConfig> config = LedgerConfig.from(layered, System.getenv());
        return config.isEmpty()
                ? OFF
                : new LedgerRunRecorder(context, stage, config.get(), RunSettings.from(layered));
    }

    /** The coordinator starts, for the first time or after the job was reset to a checkpoint. */
    void started();

    /** A subtask has taken a checkpoint. */
    void reported(int subtask, ProgressReport report);

    /** An attempt of a subtask is lost. */
    void attemptLost(int subtask);

    /** Flink says that a checkpoint is complete. */
    void checkpointCompleted(long checkpoint);

    /** A fault was noticed, or something was done about it. */
    void faultHappened(FaultLog.Entry fault);

    /** The members of a pool are others. */
    void poolChanged(Membership former, Membership changed);

    @Override
    void close();
}
