package io.flinkgpu.connectors.iceberg;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.JobID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.TableLoader;

/**
 * A table of Iceberg, which need not exist.
 *
 * <p>Immutable. Each question opens the catalog and blocks its caller.
 *
 * @param catalog where it is registered
 * @param name {@code namespace.table}
 */
@PublicEvolving
public record IcebergTable(IcebergCatalog catalog, String name) implements Serializable {

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it has no namespace
     */
    public IcebergTable {
        if (!name.matches("[^.]+(\\.[^.]+)+")) {
            throw new IllegalArgumentException(
                    "Invalid table: '%s'. It must be NAMESPACE.TABLE.".formatted(name));
        }
    }

    /**
     * What the table holds of a job's rows up to a checkpoint: the newest snapshot that the job
     * committed with this checkpoint or an earlier one, as a checkpoint without rows makes none.
     *
     * @return empty if the job has committed nothing until then, or the snapshot has expired
     */
    public Optional<CommittedCheckpoint> committed(JobID job, long checkpointId) {
        return query(
                table ->
                        CommittedCheckpoint.history(table)
                                .filter(commit -> commit.job().equals(job))
                                .filter(commit -> commit.checkpointId() <= checkpointId)
                                .findFirst());
    }

    /** The newest commit of any job; empty if there is none. */
    public Optional<CommittedCheckpoint> lastCommitted() {
        return query(table -> CommittedCheckpoint.history(table).findFirst());
    }

    /** Its newest snapshot; empty if it has none. */
    public Optional<Long> currentSnapshot() {
        return query(
                table -> Optional.ofNullable(table.currentSnapshot()).map(Snapshot::snapshotId));
    }

    /** Whether it still has a snapshot. */
    public boolean hasSnapshot(long snapshotId) {
        return query(table -> table.snapshot(snapshotId) != null);
    }

    /** Whether the catalog has it. */
    public boolean exists() {
        return withCatalog(open -> open.tableExists(identifier()));
    }

    TableIdentifier identifier() {
        return TableIdentifier.parse(name);
    }

    TableLoader loader() {
        return TableLoader.fromCatalog(catalog.loader(), identifier());
    }

    <R> R query(Function<Table, R> question) {
        return withCatalog(open -> question.apply(open.loadTable(identifier())));
    }

    <R> R withCatalog(Function<Catalog, R> action) {
        Catalog open = catalog.loader().loadCatalog();
        try {
            return action.apply(open);
        } finally {
            close(open);
        }
    }

    private void close(Catalog open) {
        if (open instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "Cannot close the catalog of table '%s': %s"
                                .formatted(name, e.getMessage()),
                        e);
            }
        }
    }
}
