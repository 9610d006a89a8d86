package io.flinkgpu.connectors.iceberg;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.JobID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * A snapshot of a table that a job committed.
 *
 * @param checkpointId the newest checkpoint whose rows it holds
 * @param committedAt when, by the clock of the process that committed
 */
@PublicEvolving
public record CommittedCheckpoint(
        JobID job, long checkpointId, long snapshotId, Instant committedAt) {

    // Iceberg's SinkUtil writes these names; it shows one of them.
    private static final String JOB_ID = "flink.job-id";
    private static final String CHECKPOINT_ID = "flink.max-committed-checkpoint-id";

    /** What jobs committed to the table's main branch, the newest first. */
    static Stream<CommittedCheckpoint> history(Table table) {
        return Stream.iterate(
                        table.currentSnapshot(),
                        Objects::nonNull,
                        snapshot ->
                                snapshot.parentId() == null
                                        ? null
                                        : table.snapshot(snapshot.parentId()))
                .flatMap(snapshot -> of(snapshot).stream());
    }

    private static Optional<CommittedCheckpoint> of(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        if (!summary.containsKey(JOB_ID) || !summary.containsKey(CHECKPOINT_ID)) {
            return Optional.empty();
        }
        return Optional.of(
                new CommittedCheckpoint(
                        JobID.fromHexString(summary.get(JOB_ID)),
                        Long.parseLong(summary.get(CHECKPOINT_ID)),
                        snapshot.snapshotId(),
                        Instant.ofEpochMilli(snapshot.timestampMillis())));
    }
}
