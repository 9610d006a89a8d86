package io.flinkgpu.job.iceberg;

import io.flinkgpu.connectors.iceberg.FileReferences;
import io.flinkgpu.connectors.iceberg.IcebergTable;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Problems;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.NewOnly;
import io.flinkgpu.job.element.PlannedElement;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The snapshots of a table that no earlier run has read. */
record NewSnapshots(IcebergTable table, NewOnly run) {

    /** The same source for them alone, up to the newest one that there is. */
    PlannedElement limit(PlannedElement source, FileReferences references, ElementContext context) {
        for (Key<?> key : List.of(IcebergKeys.SNAPSHOT, IcebergKeys.MONITOR)) {
            if (context.config().says(key)) {
                context.config()
                        .at(key)
                        .invalid("With new-only the source says itself what it reads. Remove it.");
            }
        }
        try {
            return limited(source, references, context);
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException unknown) {
            context.config()
                    .at(NewOnly.KEY)
                    .problem(
                            "Cannot tell new rows of table '%s': %s"
                                    .formatted(
                                            table.name(), Problems.sentence(unknown.getMessage())));
            return source;
        }
    }

    private PlannedElement limited(
            PlannedElement source, FileReferences references, ElementContext context) {
        SnapshotManifest manifest = new SnapshotManifest(run);
        OptionalLong upTo = upTo(manifest);
        if (upTo.isEmpty()) {
            context.config()
                    .at(NewOnly.KEY)
                    .problem(
                            "Cannot tell new rows of table '%s': it has no snapshot yet. Run again when rows have been written to it."
                                    .formatted(table.name()));
            return source;
        }
        long current = upTo.getAsLong();
        OptionalLong last = manifest.last();
        if (last.isPresent() && !table.hasSnapshot(last.getAsLong())) {
            context.config()
                    .at(NewOnly.KEY)
                    .problem(
                            "Cannot read table '%s' from snapshot %d on, up to which an earlier run has read it: it has expired. Remove %s to read all of it."
                                    .formatted(
                                            table.name(),
                                            last.getAsLong(),
                                            run.mark().directory()));
            return source;
        }
        references.snapshot(current);
        last.ifPresent(references::after);
        return new PlannedElement(
                        source.output(),
                        build -> {
                            manifest.write(current);
                            return source.builder().apply(build);
                        },
                        notes(source, last, current),
                        source.redo(),
                        source.mark(),
                        source.letters())
                .withMark(run.mark());
    }

    /** The newest snapshot; that of a run that is resumed is the one that it began with. */
    private OptionalLong upTo(SnapshotManifest manifest) {
        OptionalLong own = manifest.own();
        if (own.isPresent()) {
            return own;
        }
        return table.exists()
                ? table.currentSnapshot().stream().mapToLong(Long::longValue).findFirst()
                : OptionalLong.empty();
    }

    private static List<String> notes(PlannedElement source, OptionalLong last, long current) {
        List<String> notes = new ArrayList<>(source.notes());
        notes.add(
                last.isEmpty()
                        ? "new rows: all up to snapshot %d".formatted(current)
                        : last.getAsLong() == current
                                ? "new rows: none since snapshot %d".formatted(current)
                                : "new rows: after snapshot %d up to %d"
                                        .formatted(last.getAsLong(), current));
        return notes;
    }
}
