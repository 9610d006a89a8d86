package io.flinkgpu.connectors.file;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.assigners.FileSplitAssigner;

/**
 * Hands out the groups of files pass by pass, and holds each group once for all the passes in which
 * it is still to be read. Memory and checkpoints hence grow with the number of files, and not with
 * the number of passes.
 *
 * <p>What is left is a collection of splits like any other, so that a checkpoint needs no format of
 * its own: a split that stands for several passes says so in its id ({@link GroupPasses}). The
 * order of collections is the one of Flink's SimpleSplitAssigner: the last split comes first. Used
 * by the source's coordinator thread alone.
 */
final class PassAssigner implements FileSplitAssigner {

    private final Deque<FileSourceSplit> waiting = new ArrayDeque<>();

    PassAssigner(Collection<FileSourceSplit> splits) {
        addSplits(splits);
    }

    @Override
    public Optional<FileSourceSplit> getNext(String hostname) {
        FileSourceSplit split = waiting.pollFirst();
        if (split == null) {
            return Optional.empty();
        }
        GroupPasses passes = GroupPasses.ofSplitId(split.splitId());
        if (passes.isSingle()) {
            return Optional.of(split); // may be one that a reader has begun
        }
        waiting.addLast(FileGroup.withId(passes.afterNext().toSplitId(), split));
        return Optional.of(FileGroup.withId(passes.next().toSplitId(), split));
    }

    /** Takes splits that no reader has finished. */
    @Override
    public void addSplits(Collection<FileSourceSplit> splits) {
        splits.forEach(waiting::addFirst);
    }

    @Override
    public Collection<FileSourceSplit> remainingSplits() {
        List<FileSourceSplit> splits = new ArrayList<>(waiting.size());
        Iterator<FileSourceSplit> fromTheLast = waiting.descendingIterator();
        fromTheLast.forEachRemaining(splits::add);
        return splits;
    }
}
