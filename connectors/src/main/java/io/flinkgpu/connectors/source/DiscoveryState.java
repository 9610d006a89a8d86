package io.flinkgpu.connectors.source;

import java.util.List;

/**
 * What the job manager's side of the source has in a checkpoint.
 *
 * @param isComplete whether a bounded source has found its files
 * @param nextSplit the number of the next split
 * @param pending splits that no reader has, in the order in which they go out
 * @param seen the files that a source found which looks again; nobody else writes to it
 */
record DiscoveryState(boolean isComplete, long nextSplit, List<FileSplit> pending, SeenFiles seen) {

    /** Before anything was found. */
    static DiscoveryState initial() {
        return new DiscoveryState(false, 0, List.of(), new SeenFiles());
    }
}
