package io.flinkgpu.state.ledger;

import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * The statements that record entries; each may be told again.
 *
 * <p>SQL that SQLite and PostgreSQL both take.
 */
final class EntryStatements {

    private static final String BEGIN =
            """
            insert into ledger_run (run_id, name, job_id, job_name, started_ms, seen_ms,
                resumed_run_id, resumed_checkpoint)
            values (:run, :name, :job, :jobName, :time, :time, :resumedRun, :resumedCheckpoint)
            on conflict (run_id) do update
            set job_id = excluded.job_id, job_name = excluded.job_name,
                ended_ms = null, outcome = null, cause = null
            """;

    private static final String ARGUMENT =
            """
            insert into ledger_argument (run_id, position, argument)
            values (:run, :position, :argument)
            on conflict (run_id, position) do nothing
            """;

    private static final String SUBMISSION =
            """
            insert into ledger_submission (run_id, place, flink, program_kind, program_location,
                entry_class, program_text)
            values (:run, :place, :flink, :kind, :location, :entryClass, :text)
            on conflict (run_id) do update
            set place = excluded.place, flink = excluded.flink,
                program_kind = excluded.program_kind,
                program_location = excluded.program_location,
                entry_class = excluded.entry_class, program_text = excluded.program_text
            """;

    private static final String NO_VARIABLES = "delete from ledger_variable where run_id = :run";

    private static final String VARIABLE =
            "insert into ledger_variable (run_id, name, value) values (:run, :name, :value)";

    private static final String STAGE =
            """
            insert into ledger_stage (run_id, operator_id, name, parallelism, mode, profile, model,
                model_version, model_checksum)
            values (:run, :operator, :name, :parallelism, :mode, :profile, :model,
                :modelVersion, :modelChecksum)
            on conflict (run_id, operator_id) do update
            set name = excluded.name, parallelism = excluded.parallelism, mode = excluded.mode,
                profile = excluded.profile, model = excluded.model,
                model_version = excluded.model_version, model_checksum = excluded.model_checksum
            """;

    private static final String CHECKPOINT =
            """
            insert into ledger_checkpoint (run_id, checkpoint_id, path, size_bytes, duration_ms,
                completed_ms, savepoint)
            values (:run, :checkpoint, :path, :sizeBytes, :durationMs, :time, :savepoint)
            on conflict (run_id, checkpoint_id) do update
            set path = excluded.path, size_bytes = excluded.size_bytes,
                duration_ms = excluded.duration_ms, completed_ms = excluded.completed_ms,
                savepoint = excluded.savepoint
            """;

    private static final String PROGRESS =
            """
            insert into ledger_progress (run_id, operator_id, checkpoint_id, rows_in, rows_out,
                dead_letters, in_flight, device_seconds)
            values (:run, :operator, :checkpoint, :rowsIn, :rowsOut,
                :deadLetters, :inFlight, :deviceSeconds)
            on conflict (run_id, operator_id, checkpoint_id) do update
            set rows_in = excluded.rows_in, rows_out = excluded.rows_out,
                dead_letters = excluded.dead_letters, in_flight = excluded.in_flight,
                device_seconds = excluded.device_seconds
            """;

    private static final String POSITION =
            """
            insert into ledger_sink_position (run_id, sink, checkpoint_id, kind, position)
            values (:run, :sink, :checkpoint, :kind, :position)
            on conflict (run_id, sink, checkpoint_id) do update
            set kind = excluded.kind, position = excluded.position
            """;

    private static final String EVENT =
            """
            insert into ledger_event (event_id, run_id, time_ms, kind, subject, detail)
            values (:id, :run, :time, :kind, :subject, :detail)
            on conflict (event_id) do nothing
            """;

    private static final String END =
            """
            update ledger_run set ended_ms = :time, outcome = :outcome, cause = :cause
            where run_id = :run
            """;

    private static final String SEEN =
            "update ledger_run set seen_ms = :time where run_id = :run and seen_ms < :time";

    private final Handle handle;

    EntryStatements(Handle handle) {
        this.handle = handle;
    }

    void record(LedgerEntry entry) {
        if (entry instanceof LedgerEntry.RunBegun begun) {
            begin(begun);
        } else if (entry instanceof LedgerEntry.RunSubmitted submitted) {
            submit(submitted);
        } else if (entry instanceof LedgerEntry.StageDescribed stage) {
            describe(stage);
        } else if (entry instanceof LedgerEntry.CheckpointCompleted checkpoint) {
            complete(checkpoint);
        } else if (entry instanceof LedgerEntry.OperatorProgress progress) {
            progress(progress);
        } else if (entry instanceof LedgerEntry.SinkPosition position) {
            position(position);
        } else if (entry instanceof LedgerEntry.RunEvent event) {
            event(event);
        } else {
            end((LedgerEntry.RunEnded) entry);
        }
    }

    private void begin(LedgerEntry.RunBegun begun) {
        LedgerEntry.Origin origin = begun.origin();
        update(BEGIN, begun)
                .bind("name", begun.name())
                .bind("job", begun.job().id())
                .bind("jobName", begun.job().name())
                .bind("time", begun.time().toEpochMilli())
                .bind("resumedRun", origin == null ? null : origin.run())
                .bind("resumedCheckpoint", origin == null ? null : origin.checkpoint())
                .execute();
        seen(begun, begun.time().toEpochMilli());
        List<String> arguments = begun.arguments();
        for (int position = 0; position < arguments.size(); position++) {
            update(ARGUMENT, begun)
                    .bind("position", position)
                    .bind("argument", arguments.get(position))
                    .execute();
        }
    }

    private void submit(LedgerEntry.RunSubmitted submitted) {
        Submission submission = submitted.submission();
        Program program = submission.program();
        update(SUBMISSION, submitted)
                .bind("place", submission.place())
                .bind("flink", submission.flink())
                .bind("kind", program == null ? null : program.kind().name())
                .bind("location", program == null ? null : program.location())
                .bind("entryClass", program == null ? null : program.entryClass())
                .bind("text", program == null ? null : program.text())
                .execute();
        update(NO_VARIABLES, submitted).execute();
        Map<String, String> variables = program == null ? Map.of() : program.variables();
        variables.forEach(
                (name, value) ->
                        update(VARIABLE, submitted)
                                .bind("name", name)
                                .bind("value", value)
                                .execute());
    }

    private void describe(LedgerEntry.StageDescribed stage) {
        update(STAGE, stage)
                .bind("operator", stage.operator())
                .bind("name", stage.name())
                .bind("parallelism", stage.parallelism())
                .bind("mode", stage.mode())
                .bind("profile", stage.profile())
                .bind("model", stage.model().name())
                .bind("modelVersion", stage.model().version())
                .bind("modelChecksum", stage.model().checksum())
                .execute();
    }

    private void complete(LedgerEntry.CheckpointCompleted checkpoint) {
        update(CHECKPOINT, checkpoint)
                .bind("checkpoint", checkpoint.id())
                .bind("path", checkpoint.path())
                .bind("sizeBytes", checkpoint.sizeBytes())
                .bind("durationMs", checkpoint.duration().toMillis())
                .bind("time", checkpoint.time().toEpochMilli())
                .bind("savepoint", checkpoint.savepoint())
                .execute();
        seen(checkpoint, checkpoint.time().toEpochMilli());
    }

    private void progress(LedgerEntry.OperatorProgress progress) {
        update(PROGRESS, progress)
                .bind("operator", progress.operator())
                .bind("checkpoint", progress.checkpoint())
                .bind("rowsIn", progress.rowsIn())
                .bind("rowsOut", progress.rowsOut())
                .bind("deadLetters", progress.deadLetters())
                .bind("inFlight", progress.inFlight())
                .bind("deviceSeconds", progress.deviceSeconds())
                .execute();
    }

    private void position(LedgerEntry.SinkPosition position) {
        update(POSITION, position)
                .bind("sink", position.sink())
                .bind("checkpoint", position.checkpoint())
                .bind("kind", position.kind())
                .bind("position", position.position())
                .execute();
    }

    private void event(LedgerEntry.RunEvent event) {
        update(EVENT, event)
                .bind("id", event.id().toString())
                .bind("time", event.time().toEpochMilli())
                .bind("kind", event.kind())
                .bind("subject", event.subject())
                .bind("detail", event.detail())
                .execute();
        seen(event, event.time().toEpochMilli());
    }

    private void end(LedgerEntry.RunEnded ended) {
        update(END, ended)
                .bind("time", ended.time().toEpochMilli())
                .bind("outcome", ended.outcome().name())
                .bind("cause", ended.cause())
                .execute();
        seen(ended, ended.time().toEpochMilli());
    }

    private void seen(LedgerEntry entry, long timeMillis) {
        update(SEEN, entry).bind("time", timeMillis).execute();
    }

    private Update update(String sql, LedgerEntry entry) {
        return handle.createUpdate(sql).bind("run", entry.run());
    }
}
