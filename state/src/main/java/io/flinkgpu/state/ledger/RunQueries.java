package io.flinkgpu.state.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.annotation.Nullable;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.result.ResultIterable;

/** The queries that read runs. */
final class RunQueries {

    /** As many as tell the rhythm of a run. */
    private static final int NEWEST = 5;

    private static final String NEWEST_CHECKPOINTS =
            """
            select * from ledger_checkpoint where run_id = :run
            order by checkpoint_id desc limit %d
            """
                    .formatted(NEWEST);

    private static final String NEWEST_PROGRESS =
            """
            select * from ledger_progress p where run_id = :run and checkpoint_id = (
                select max(checkpoint_id) from ledger_progress
                where run_id = p.run_id and operator_id = p.operator_id)
            order by operator_id
            """;

    private final Handle handle;

    RunQueries(Handle handle) {
        this.handle = handle;
    }

    List<Run> newest(int limit) {
        return handle.createQuery(
                        "select * from ledger_run order by started_ms desc, run_id limit :n")
                .bind("n", limit)
                .map((row, context) -> run(row))
                .list();
    }

    /** By id, or else the newest of a name. */
    Optional<Run> find(String idOrName) {
        return handle.createQuery(
                        """
                        select * from ledger_run where run_id = :key or name = :key
                        order by case when run_id = :key then 0 else 1 end, started_ms desc limit 1
                        """)
                .bind("key", idOrName)
                .map((row, context) -> run(row))
                .findFirst();
    }

    List<Run> resumedFrom(String run) {
        return of(
                        run,
                        "select * from ledger_run where resumed_run_id = :run order by started_ms, run_id",
                        (row, context) -> run(row))
                .list();
    }

    Optional<Submission> submission(String run) {
        return of(
                        run,
                        "select * from ledger_submission where run_id = :run",
                        (row, context) ->
                                new Submission(
                                        row.getString("place"),
                                        row.getString("flink"),
                                        program(row, run)))
                .findFirst();
    }

    @Nullable
    private Program program(ResultSet row, String run) throws SQLException {
        String kind = row.getString("program_kind");
        if (kind == null) {
            return null;
        }
        Map<String, String> variables = new TreeMap<>();
        of(
                        run,
                        "select * from ledger_variable where run_id = :run",
                        (variable, context) ->
                                Map.entry(variable.getString("name"), variable.getString("value")))
                .forEach(variable -> variables.put(variable.getKey(), variable.getValue()));
        return new Program(
                Program.Kind.valueOf(kind),
                row.getString("program_location"),
                row.getString("entry_class"),
                row.getString("program_text"),
                variables);
    }

    RunHistory history(String run) {
        return new RunHistory(
                of(
                                run,
                                "select * from ledger_checkpoint where run_id = :run order by checkpoint_id",
                                RunQueries::checkpoint)
                        .list(),
                of(
                                run,
                                "select * from ledger_progress where run_id = :run order by checkpoint_id, operator_id",
                                RunQueries::progress)
                        .list(),
                of(
                                run,
                                "select * from ledger_sink_position where run_id = :run order by checkpoint_id, sink",
                                RunQueries::position)
                        .list(),
                of(
                                run,
                                "select * from ledger_event where run_id = :run order by time_ms, event_id",
                                RunQueries::event)
                        .list());
    }

    private Run run(ResultSet row) throws SQLException {
        String id = row.getString("run_id");
        LedgerEntry.RunBegun begun = begun(row, id);
        List<LedgerEntry.CheckpointCompleted> checkpoints =
                of(id, NEWEST_CHECKPOINTS, RunQueries::checkpoint).list();
        return new Run(
                begun,
                Instant.ofEpochMilli(row.getLong("seen_ms")),
                ended(row, id),
                of(
                                id,
                                "select * from ledger_stage where run_id = :run order by name, operator_id",
                                RunQueries::stage)
                        .list(),
                checkpoints.isEmpty() ? null : checkpoints.get(0),
                longestGap(begun.time(), checkpoints),
                of(id, NEWEST_PROGRESS, RunQueries::progress).list());
    }

    /** The start counts where these are all that the run has. */
    private static Duration longestGap(
            Instant start, List<LedgerEntry.CheckpointCompleted> newestFirst) {
        Duration longest = Duration.ZERO;
        for (int later = 0; later < newestFirst.size(); later++) {
            boolean isFirst = later + 1 == newestFirst.size();
            if (isFirst && newestFirst.size() == NEWEST) {
                break;
            }
            Instant before = isFirst ? start : newestFirst.get(later + 1).time();
            Duration gap = Duration.between(before, newestFirst.get(later).time());
            longest = gap.compareTo(longest) > 0 ? gap : longest;
        }
        return longest;
    }

    private LedgerEntry.RunBegun begun(ResultSet row, String id) throws SQLException {
        String checkpoint = row.getString("resumed_checkpoint");
        return new LedgerEntry.RunBegun(
                id,
                row.getString("name"),
                new LedgerEntry.Job(row.getString("job_id"), row.getString("job_name")),
                of(
                                id,
                                "select * from ledger_argument where run_id = :run order by position",
                                (argument, context) -> argument.getString("argument"))
                        .list(),
                Instant.ofEpochMilli(row.getLong("started_ms")),
                checkpoint == null
                        ? null
                        : new LedgerEntry.Origin(row.getString("resumed_run_id"), checkpoint));
    }

    @Nullable
    private static LedgerEntry.RunEnded ended(ResultSet row, String id) throws SQLException {
        String outcome = row.getString("outcome");
        return outcome == null
                ? null
                : new LedgerEntry.RunEnded(
                        id,
                        Instant.ofEpochMilli(row.getLong("ended_ms")),
                        RunOutcome.valueOf(outcome),
                        row.getString("cause"));
    }

    private <T> ResultIterable<T> of(String run, String sql, RowMapper<T> mapper) {
        return handle.createQuery(sql).bind("run", run).map(mapper);
    }

    private static LedgerEntry.StageDescribed stage(ResultSet row, Object unused)
            throws SQLException {
        return new LedgerEntry.StageDescribed(
                row.getString("run_id"),
                row.getString("operator_id"),
                row.getString("name"),
                row.getInt("parallelism"),
                row.getString("mode"),
                row.getString("profile"),
                new LedgerEntry.Model(
                        row.getString("model"),
                        row.getString("model_version"),
                        row.getString("model_checksum")));
    }

    private static LedgerEntry.CheckpointCompleted checkpoint(ResultSet row, Object unused)
            throws SQLException {
        return new LedgerEntry.CheckpointCompleted(
                row.getString("run_id"),
                row.getLong("checkpoint_id"),
                row.getString("path"),
                row.getLong("size_bytes"),
                Duration.ofMillis(row.getLong("duration_ms")),
                Instant.ofEpochMilli(row.getLong("completed_ms")),
                row.getBoolean("savepoint"));
    }

    private static LedgerEntry.OperatorProgress progress(ResultSet row, Object unused)
            throws SQLException {
        return new LedgerEntry.OperatorProgress(
                row.getString("run_id"),
                row.getLong("checkpoint_id"),
                row.getString("operator_id"),
                row.getLong("rows_in"),
                row.getLong("rows_out"),
                row.getLong("dead_letters"),
                row.getLong("in_flight"),
                row.getDouble("device_seconds"));
    }

    private static LedgerEntry.SinkPosition position(ResultSet row, Object unused)
            throws SQLException {
        return new LedgerEntry.SinkPosition(
                row.getString("run_id"),
                row.getLong("checkpoint_id"),
                row.getString("sink"),
                row.getString("kind"),
                row.getString("position"));
    }

    private static LedgerEntry.RunEvent event(ResultSet row, Object unused) throws SQLException {
        return new LedgerEntry.RunEvent(
                row.getString("run_id"),
                UUID.fromString(row.getString("event_id")),
                Instant.ofEpochMilli(row.getLong("time_ms")),
                row.getString("kind"),
                row.getString("subject"),
                row.getString("detail"));
    }
}
