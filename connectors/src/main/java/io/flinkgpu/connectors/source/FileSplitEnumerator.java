package io.flinkgpu.connectors.source;

import io.flinkgpu.connectors.listing.FoundFile;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds files, once or again and again, and gives them in splits to the readers that ask.
 *
 * <p>A file is part of a checkpoint from the moment on at which it counts as seen: in a pending
 * split here, or in one that Flink has handed to a reader. Listing runs on the coordinator's worker
 * thread and touches no state; everything else runs in the coordinator's own thread.
 */
final class FileSplitEnumerator implements SplitEnumerator<FileSplit, DiscoveryState> {

    /** Listings that may fail one after the other before the job does. */
    static final int MAX_FAILED_LISTINGS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(FileSplitEnumerator.class);

    private final SplitEnumeratorContext<FileSplit> context;
    private final Discovery discovery;
    private final int maxFilesPerSplit;
    private final Clock clock;

    private final Deque<FileSplit> pending;
    private final SeenFiles seen;
    private final Deque<Integer> waitingReaders = new ArrayDeque<>();
    private boolean isComplete;
    private long nextSplit;
    private int failedListings;

    FileSplitEnumerator(
            SplitEnumeratorContext<FileSplit> context,
            Discovery discovery,
            int maxFilesPerSplit,
            Clock clock,
            DiscoveryState state) {
        if (discovery.isContinuous() && state.isComplete()) {
            throw new IllegalStateException(
                    "Cannot monitor %s from this savepoint: its source looked once and does not know which files it read. Start without it, or restore it without monitoring."
                            .formatted(discovery.inputs()));
        }
        this.context = context;
        this.discovery = discovery;
        this.maxFilesPerSplit = maxFilesPerSplit;
        this.clock = clock;
        this.pending = new ArrayDeque<>(state.pending());
        this.seen = state.seen();
        this.isComplete = state.isComplete();
        this.nextSplit = state.nextSplit();
    }

    @Override
    public void start() {
        context.metricGroup().setUnassignedSplitsGauge(() -> (long) pending.size());
        if (discovery.isContinuous()) {
            context.callAsync(
                    () -> discovery.findNew(clock), this::take, 0, discovery.interval().toMillis());
        } else if (!isComplete) {
            context.callAsync(() -> discovery.findNew(clock), this::take);
        }
    }

    @Override
    public void handleSplitRequest(int reader, @Nullable String host) {
        waitingReaders.add(reader);
        assign();
    }

    @Override
    public void addReader(int reader) {
        waitingReaders.removeIf(waiting -> waiting == reader); // what it asked before it failed
    }

    @Override
    public void addSplitsBack(List<FileSplit> splits, int reader) {
        for (int i = splits.size() - 1; i >= 0; i--) {
            pending.addFirst(splits.get(i));
        }
        assign();
    }

    @Override
    public DiscoveryState snapshotState(long checkpoint) {
        return new DiscoveryState(isComplete, nextSplit, new ArrayList<>(pending), seen.copy());
    }

    @Override
    public void close() {
        // listing ends with the coordinator's worker thread
    }

    private void take(List<FoundFile> found, @Nullable Throwable failure) {
        if (failure != null) {
            endIfItKeepsFailing(failure);
            return;
        }
        failedListings = 0;
        // A source that looks once has nothing to remember: the copy goes, with what it added.
        SeenFiles known = discovery.isContinuous() ? seen : seen.copy();
        List<FoundFile> added = found.stream().filter(known::add).toList();
        seen.forgetOutside(discovery.remember());
        SplitPlan plan = new SplitPlan(maxFilesPerSplit, context.currentParallelism());
        List<FileSplit> splits = plan.split(added, nextSplit);
        nextSplit += splits.size();
        pending.addAll(splits);
        isComplete = !discovery.isContinuous();
        LOG.info(
                "Found {} new files of {}, in {} splits.",
                added.size(),
                found.size(),
                splits.size());
        assign();
    }

    private void endIfItKeepsFailing(Throwable failure) {
        failedListings++;
        boolean isLast = !discovery.isContinuous() || failedListings >= MAX_FAILED_LISTINGS;
        if (isLast) {
            throw new FlinkRuntimeException(
                    "Cannot find the files of %s: %s"
                            .formatted(discovery.inputs(), failure.getMessage()),
                    failure);
        }
        LOG.warn("Listing failed {} times in a row and is tried again.", failedListings, failure);
    }

    private void assign() {
        Iterator<Integer> readers = waitingReaders.iterator();
        while (readers.hasNext()) {
            int reader = readers.next();
            if (!context.registeredReaders().containsKey(reader)) {
                readers.remove();
            } else if (!pending.isEmpty()) {
                context.assignSplit(pending.poll(), reader);
                readers.remove();
            } else if (isComplete && !discovery.isContinuous()) {
                context.signalNoMoreSplits(reader);
                readers.remove();
            } else {
                return;
            }
        }
    }
}
