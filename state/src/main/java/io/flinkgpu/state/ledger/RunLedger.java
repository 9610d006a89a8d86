package io.flinkgpu.state.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * The record of runs in a database.
 *
 * <p>Many processes may read it. Calls block for as long as the database takes; a teller who must
 * not wait uses a {@link LedgerWriter}. Safe for use by many threads.
 */
@Internal
public interface RunLedger extends AutoCloseable {

    /**
     * Opens the ledger, and makes or updates its tables.
     *
     * @throws LedgerException if the database cannot be reached, or holds the tables of a newer
     *     version
     */
    static RunLedger open(LedgerConfig config) throws LedgerException {
        return SqlRunLedger.open(config);
    }

    /**
     * Records entries in their order, all or none. Entries of a run that has not begun are refused.
     */
    void record(List<LedgerEntry> entries) throws LedgerException;

    /**
     * Forgets what is older or more than the configuration keeps: whole runs, and the checkpoints
     * and events of one run.
     *
     * @param run whose checkpoints and events are looked at
     */
    void forget(Instant now, String run) throws LedgerException;

    /** The newest runs, the newest first. */
    List<Run> runs(int limit) throws LedgerException;

    /** The run of this id, or else the newest one of this name. */
    Optional<Run> run(String idOrName) throws LedgerException;

    /** How the run of an id was submitted; empty: not known. */
    Optional<Submission> submission(String run) throws LedgerException;

    /** The runs that were resumed from the run of an id, the oldest first. */
    List<Run> resumedFrom(String run) throws LedgerException;

    /** What happened in the run of an id. */
    RunHistory history(String run) throws LedgerException;

    @Override
    void close();
}
