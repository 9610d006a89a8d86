package io.flinkgpu.connectors.source;

import io.flinkgpu.connectors.listing.FoundFile;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups files into splits: neighbours go together, up to a number and a size, and so that every
 * reader gets several.
 *
 * <p>The same files make the same splits.
 */
record SplitPlan(int maxFiles, int readers) {

    private static final long MAX_BYTES = 32 << 20;

    // Splits per reader that are left for balance when readers differ in speed.
    private static final int MIN_SPLITS_PER_READER = 16;

    /**
     * The splits of these files, in their order.
     *
     * @param firstNumber of the splits' ids, which count up
     */
    List<FileSplit> split(List<FoundFile> files, long firstNumber) {
        int most = maxFilesOf(files.size());
        List<FileSplit> splits = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < files.size(); i++) {
            long size = Math.max(0, files.get(i).size());
            if (i > from && (i - from == most || bytes + size > MAX_BYTES)) {
                splits.add(numbered(files.subList(from, i), firstNumber + splits.size()));
                from = i;
                bytes = 0;
            }
            bytes += size;
        }
        if (from < files.size()) {
            splits.add(numbered(files.subList(from, files.size()), firstNumber + splits.size()));
        }
        return splits;
    }

    private int maxFilesOf(int files) {
        long balanced = files / ((long) MIN_SPLITS_PER_READER * Math.max(1, readers));
        return (int) Math.min(Math.max(1, balanced), maxFiles);
    }

    private static FileSplit numbered(List<FoundFile> files, long number) {
        return new FileSplit(Long.toString(number), files, ReadPosition.startOf(0));
    }
}
