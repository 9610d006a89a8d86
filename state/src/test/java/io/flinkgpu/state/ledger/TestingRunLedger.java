package io.flinkgpu.state.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A ledger in memory, which can be away and refuse entries. */
final class TestingRunLedger implements RunLedger {

    final List<LedgerEntry> recorded = new ArrayList<>();
    final List<List<LedgerEntry>> batches = new ArrayList<>();
    final List<String> forgotten = new ArrayList<>();
    final Set<LedgerEntry> refused = new HashSet<>();
    boolean away;
    boolean closed;
    int opened;
    int tries;

    RunLedger open() throws LedgerException {
        tries++;
        failIfAway();
        opened++;
        return this;
    }

    @Override
    public void record(List<LedgerEntry> entries) throws LedgerException {
        tries += opened > 0 ? 1 : 0;
        failIfAway();
        for (LedgerEntry entry : entries) {
            if (refused.contains(entry)) {
                throw new LedgerException("Cannot write: refused", new Exception(), false);
            }
        }
        recorded.addAll(entries);
        batches.add(entries);
    }

    @Override
    public void forget(Instant now, String run) {
        forgotten.add(run);
    }

    @Override
    public List<Run> runs(int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Run> run(String idOrName) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Submission> submission(String run) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Run> resumedFrom(String run) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RunHistory history(String run) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        closed = true;
    }

    private void failIfAway() throws LedgerException {
        if (away) {
            throw new LedgerException("Cannot write: away", new Exception(), true);
        }
    }
}
