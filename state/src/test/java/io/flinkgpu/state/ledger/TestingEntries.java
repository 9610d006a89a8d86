package io.flinkgpu.state.ledger;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Entries as a run of the digits job would tell them. */
final class TestingEntries {

    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final LedgerEntry.Model MODEL =
            new LedgerEntry.Model("onnx:/models/digits#serving_default", "3", "ab".repeat(32));

    private TestingEntries() {}

    static LedgerEntry.RunBegun begun(String run) {
        return begun(run, START);
    }

    static LedgerEntry.RunBegun begun(String run, Instant time) {
        return new LedgerEntry.RunBegun(
                run,
                "digits",
                new LedgerEntry.Job("job-of-" + run, "Digits"),
                List.of("--input", "/data", "--input", "/more"),
                time,
                null);
    }

    static LedgerEntry.StageDescribed stage(String run, String operator) {
        return new LedgerEntry.StageDescribed(
                run, operator, "classify " + operator, 4, "fused", "1 gpu", MODEL);
    }

    static LedgerEntry.CheckpointCompleted checkpoint(String run, long id) {
        return new LedgerEntry.CheckpointCompleted(
                run,
                id,
                "file:/checkpoints/chk-" + id,
                1000 + id,
                Duration.ofMillis(40),
                START.plusSeconds(id),
                false);
    }

    static LedgerEntry.CheckpointCompleted savepoint(String run, long id) {
        return new LedgerEntry.CheckpointCompleted(
                run,
                id,
                "file:/savepoints/" + id,
                1000 + id,
                Duration.ofMillis(40),
                START.plusSeconds(id),
                true);
    }

    static LedgerEntry.OperatorProgress progress(String run, long checkpoint, String operator) {
        return new LedgerEntry.OperatorProgress(
                run, checkpoint, operator, 100 * checkpoint, 90 * checkpoint, 2, 8, 1.5);
    }

    static LedgerEntry.SinkPosition position(String run, long checkpoint) {
        return new LedgerEntry.SinkPosition(
                run, checkpoint, "results", "iceberg-snapshot", "snapshot " + checkpoint);
    }

    static LedgerEntry.RunEvent event(String run, int number) {
        return new LedgerEntry.RunEvent(
                run,
                UUID.nameUUIDFromBytes((run + number).getBytes(StandardCharsets.UTF_8)),
                START.plusSeconds(number),
                "DeviceBlocked",
                "GPU-" + number,
                "until later");
    }

    static LedgerEntry.RunEnded failed(String run, Instant time) {
        return new LedgerEntry.RunEnded(run, time, RunOutcome.FAILED, "java.lang.Error: no more");
    }
}
