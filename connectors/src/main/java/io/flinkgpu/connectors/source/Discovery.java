package io.flinkgpu.connectors.source;

import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.listing.InputScanner;
import java.io.IOException;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;

/**
 * Where files are looked for, and when.
 *
 * @param inputs directories, files, globs and file lists, from their roots
 * @param interval between two looks, or null for a single one
 * @param minAge how long a file must not have been written to; a source that looks once ignores it
 * @param remember how long before the newest file another one may have been modified and still be
 *     told from one that was read, or null for ever
 * @param manifest of a source that looks once, and for files that no earlier run has read; null
 *     takes all
 */
record Discovery(
        List<Path> inputs,
        InputScanner scanner,
        @Nullable Duration interval,
        Duration minAge,
        @Nullable Duration remember,
        @Nullable FileManifest manifest)
        implements Serializable {

    Discovery {
        inputs = List.copyOf(inputs);
    }

    boolean isContinuous() {
        return interval != null;
    }

    /** The files to read, each once, in the order of their paths; says so in the manifest. */
    List<FoundFile> findNew(Clock clock) throws IOException {
        List<FoundFile> found = find(clock);
        if (manifest == null) {
            return found;
        }
        List<FoundFile> fresh = manifest.fresh(found);
        manifest.write(fresh);
        return fresh;
    }

    /** All files there are, each once, in the order of their paths. */
    List<FoundFile> find(Clock clock) throws IOException {
        Instant latest = isContinuous() ? clock.instant().minus(minAge) : Instant.MAX;
        return scanner.find(inputs.toArray(Path[]::new)).stream()
                .filter(file -> !Instant.ofEpochMilli(file.modifiedMillis()).isAfter(latest))
                .sorted(Comparator.comparing(file -> file.path().toString()))
                .toList();
    }
}
