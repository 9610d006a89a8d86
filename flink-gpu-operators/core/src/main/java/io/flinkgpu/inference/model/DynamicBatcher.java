package io.flinkgpu.inference.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * The queue in front of a device, which merges waiting requests into device batches.
 *
 * <p>A device thread that comes for work takes the oldest request together with those that follow
 * it, as long as their rows have the same shape and all fit the largest device batch. Nothing waits
 * for company: an idle device starts at once, and requests merge while it is busy, which is when
 * merging pays. First come, first served: a request is never overtaken. Safe for use by many
 * threads.
 */
final class DynamicBatcher {

    private final ArrayDeque<InferenceRequest> waiting = new ArrayDeque<>();
    private int maxBatchSize;
    private int waitingRows;
    private int mergeLimit = Integer.MAX_VALUE;
    @Nullable private Integer fixedBatchSize;
    private boolean closed;

    DynamicBatcher(int maxBatchSize) {
        this.maxBatchSize = maxBatchSize;
    }

    /** Raises the largest device batch to at least {@code rows}. */
    synchronized void allowBatchSize(int rows) {
        maxBatchSize = Math.max(maxBatchSize, rows);
    }

    /** Never merges requests to more than {@code rows}, however large device batches may get. */
    synchronized void limitMerging(int rows) {
        mergeLimit = rows;
    }

    /** Merges requests to at most {@code rows}, the only batch size that the model takes. */
    synchronized void fixBatchSize(int rows) {
        fixedBatchSize = rows;
    }

    /**
     * Queues a request.
     *
     * @return false if the batcher is closed; the request stays the caller's
     */
    synchronized boolean offer(InferenceRequest request) {
        if (closed) {
            return false;
        }
        waiting.addLast(request);
        waitingRows += request.rows();
        notifyAll();
        return true;
    }

    /**
     * The requests of the next device batch, waiting for one.
     *
     * @return at least one request; empty once the batcher is closed
     */
    synchronized List<InferenceRequest> take() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        List<InferenceRequest> merged = new ArrayList<>();
        int rows = 0;
        while (!waiting.isEmpty() && joins(waiting.peekFirst(), merged, rows)) {
            InferenceRequest request = waiting.pollFirst();
            merged.add(request);
            rows += request.rows();
        }
        waitingRows -= rows;
        return merged;
    }

    /** Takes a request back that has not been handed to a device; false if it has. */
    synchronized boolean withdraw(InferenceRequest request) {
        boolean removed = waiting.remove(request);
        waitingRows -= removed ? request.rows() : 0;
        return removed;
    }

    /** Refuses further requests and gives back those that still wait. */
    synchronized List<InferenceRequest> close() {
        closed = true;
        List<InferenceRequest> left = new ArrayList<>(waiting);
        waiting.clear();
        waitingRows = 0;
        notifyAll();
        return left;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized int waitingRequests() {
        return waiting.size();
    }

    synchronized int waitingRows() {
        return waitingRows;
    }

    private boolean joins(InferenceRequest next, List<InferenceRequest> merged, int rows) {
        return merged.isEmpty()
                || (!next.isAlone()
                        && !merged.get(0).isAlone()
                        && (long) rows + next.rows() <= mostRows()
                        && next.batch().hasSameRowsAs(merged.get(0).batch()));
    }

    /** A batch of the only size costs the same however many of its rows are filled in. */
    private int mostRows() {
        return fixedBatchSize == null ? Math.min(maxBatchSize, mergeLimit) : fixedBatchSize;
    }
}
