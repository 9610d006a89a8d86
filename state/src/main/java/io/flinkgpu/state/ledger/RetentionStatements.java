package io.flinkgpu.state.ledger;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** The statements that forget. */
final class RetentionStatements {

    private static final String OLD_RUNS = "delete from ledger_run where seen_ms < :oldest";

    /** A run that goes on is not forgotten for the sake of newer ones. */
    private static final String SURPLUS_RUNS =
            """
            delete from ledger_run where ended_ms is not null and run_id not in (
                select run_id from ledger_run order by started_ms desc, run_id limit :max)
            """;

    /** Each round leaves the older half with half of its checkpoints; the very oldest one stays. */
    private static final String THIN_CHECKPOINTS =
            """
            delete from ledger_checkpoint where run_id = :run and checkpoint_id in (
                select checkpoint_id from (
                    select checkpoint_id, row_number() over (order by checkpoint_id) as place
                    from ledger_checkpoint where run_id = :run and not savepoint) numbered
                where place <= :half and place % 2 = 0)
            """;

    /** Up to the newest checkpoint that is recorded: progress may come before its checkpoint. */
    private static final String STRAY_ROWS =
            """
            delete from %s where run_id = :run
            and checkpoint_id < (
                select max(checkpoint_id) from ledger_checkpoint where run_id = :run)
            and checkpoint_id not in (
                select checkpoint_id from ledger_checkpoint where run_id = :run)
            """;

    private static final String OLD_EVENTS =
            """
            delete from ledger_event where run_id = :run and event_id not in (
                select event_id from ledger_event where run_id = :run
                order by time_ms desc, event_id limit :max)
            """;

    private final Handle handle;
    private final LedgerConfig.Retention retention;

    RetentionStatements(Handle handle, LedgerConfig.Retention retention) {
        this.handle = handle;
        this.retention = retention;
    }

    void forgetRuns(Instant now) {
        int unused =
                handle.createUpdate(OLD_RUNS)
                        .bind("oldest", now.minus(retention.maxAge()).toEpochMilli())
                        .execute();
        int unusedToo =
                handle.createUpdate(SURPLUS_RUNS).bind("max", retention.maxRuns()).execute();
    }

    void thin(String run) {
        if (count("ledger_checkpoint", run) > retention.maxCheckpoints()) {
            int unused =
                    handle.createUpdate(THIN_CHECKPOINTS)
                            .bind("run", run)
                            .bind("half", retention.maxCheckpoints() / 2)
                            .execute();
            deleteStray("ledger_progress", run);
            deleteStray("ledger_sink_position", run);
        }
        if (count("ledger_event", run) > retention.maxEvents()) {
            int unused =
                    handle.createUpdate(OLD_EVENTS)
                            .bind("run", run)
                            .bind("max", retention.maxEvents())
                            .execute();
        }
    }

    private void deleteStray(String table, String run) {
        int unused = handle.createUpdate(STRAY_ROWS.formatted(table)).bind("run", run).execute();
    }

    private int count(String table, String run) {
        return handle.createQuery("select count(*) from " + table + " where run_id = :run")
                .bind("run", run)
                .mapTo(Integer.class)
                .one();
    }
}
