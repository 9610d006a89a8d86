package io.flinkgpu.connectors.file;

import io.flinkgpu.connectors.listing.InputScanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.enumerate.FileEnumerator;
import org.apache.flink.core.fs.Path;

/**
 * Makes the splits: small groups of files, without asking for block locations. Each stands for all
 * its passes, which a {@link PassAssigner} takes apart.
 *
 * <p>Runs once per job, in the source's coordinator thread; a restored job takes its splits from
 * the checkpoint.
 */
final class WholeFileEnumerator implements FileEnumerator {

    private static final int MAX_GROUP_FILES = 32;

    // Groups per reader that are left for balance when readers differ in speed.
    private static final int MIN_GROUPS_PER_READER = 16;

    private final InputScanner scanner;
    private final int passes;

    WholeFileEnumerator(InputScanner scanner, int passes) {
        this.scanner = scanner;
        this.passes = passes;
    }

    @Override
    public Collection<FileSourceSplit> enumerateSplits(Path[] inputs, int readers)
            throws IOException {
        List<Path> files = scanner.scan(inputs);
        int groupFiles = groupFiles(files.size(), readers);
        List<FileSourceSplit> splits = new ArrayList<>();
        for (int from = 0; from < files.size(); from += groupFiles) {
            int to = Math.min(from + groupFiles, files.size());
            String id = new GroupPasses(0, passes - 1, Integer.toString(from)).toSplitId();
            splits.add(FileGroup.toSplit(id, files.subList(from, to)));
        }
        Collections.reverse(splits); // as assigners want them: the last one comes first
        return splits;
    }

    private int groupFiles(int files, int readers) {
        long reads = (long) files * passes;
        long balanced = reads / ((long) MIN_GROUPS_PER_READER * Math.max(1, readers));
        return (int) Math.min(Math.max(1, balanced), MAX_GROUP_FILES);
    }
}
