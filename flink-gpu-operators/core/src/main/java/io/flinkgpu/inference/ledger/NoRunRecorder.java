package io.flinkgpu.inference.ledger;

import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.pool.Membership;

/** Tells nothing, since there is no ledger. */
final class NoRunRecorder implements RunRecorder {

    @Override
    public void started() {}

    @Override
    public void reported(int subtask, ProgressReport report) {}

    @Override
    public void attemptLost(int subtask) {}

    @Override
    public void checkpointCompleted(long checkpoint) {}

    @Override
    public void faultHappened(FaultLog.Entry fault) {}

    @Override
    public void poolChanged(Membership former, Membership changed) {}

    @Override
    public void close() {}
}
