package io.flinkgpu.connectors.iceberg;

import io.flinkgpu.inference.ledger.SinkProbe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.JobID;

/** The snapshots that a job has committed to a table. */
record SnapshotProbe(IcebergTable table) implements SinkProbe {

    private static final String KIND = "iceberg-snapshot";

    /** A job that was not watched for long may have committed many. */
    private static final int MOST = 1000;

    @Override
    public List<Position> committed(JobID job, long after, long upTo) {
        List<Position> newestFirst =
                new ArrayList<>(
                        table.query(
                                open ->
                                        CommittedCheckpoint.history(open)
                                                .filter(commit -> commit.job().equals(job))
                                                .takeWhile(commit -> commit.checkpointId() > after)
                                                .filter(commit -> commit.checkpointId() <= upTo)
                                                .limit(MOST)
                                                .map(SnapshotProbe::position)
                                                .toList()));
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    private static Position position(CommittedCheckpoint commit) {
        return new Position(commit.checkpointId(), KIND, Long.toString(commit.snapshotId()));
    }
}
