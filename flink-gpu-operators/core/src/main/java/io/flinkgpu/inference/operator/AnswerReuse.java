package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.model.ModelIdentity;
import io.flinkgpu.inference.reuse.ContentHash;
import io.flinkgpu.inference.reuse.KeptAnswer;
import io.flinkgpu.inference.tensor.TensorRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * Spares rows a run that an equal row has had.
 *
 * <p>A row is in one of three states. It <em>has an answer</em> that was kept, and is completed at
 * once. It is <em>asked</em> for: it has a run, its answer is kept, and equal rows that come
 * meanwhile are <em>joined</em> to it. They are completed with it; if it fails, they are released,
 * and each is asked for by itself, since the failure may have been the run's alone. All of them are
 * in the in-flight queue, which is the operator's state: after a restore they start anew. Mailbox
 * thread only.
 */
final class AnswerReuse<IN, OUT> {

    private final RowContent<IN> content;
    private final OwnAnswers answers;
    private final AnswerDecoder<IN, OUT> decoder;
    private final InFlightQueue<IN, OUT> queue;
    private final ReuseMetrics metrics;
    private final Map<InFlightRow<IN, OUT>, Asked<IN, OUT>> asked = new HashMap<>();
    private final Map<ContentHash, Asked<IN, OUT>> joinable = new HashMap<>();
    private final ArrayDeque<InFlightRow<IN, OUT>> released = new ArrayDeque<>();
    private int joinedRows;

    /** A row that has a run, and those that wait for it; compared by identity. */
    private static final class Asked<IN, OUT> {
        private final ContentHash hash;
        private final Optional<ModelIdentity> model;
        private final List<InFlightRow<IN, OUT>> joined = new ArrayList<>(0);

        private Asked(ContentHash hash, Optional<ModelIdentity> model) {
            this.hash = hash;
            this.model = model;
        }
    }

    AnswerReuse(
            RowContent<IN> content,
            OwnAnswers answers,
            AnswerDecoder<IN, OUT> decoder,
            InFlightQueue<IN, OUT> queue,
            ReuseMetrics metrics) {
        this.content = content;
        this.answers = answers;
        this.decoder = decoder;
        this.queue = queue;
        this.metrics = metrics;
        metrics.showWaiting(this::joinedRows);
    }

    /**
     * Takes a row that is in the queue.
     *
     * @return whether it needs no run of its own, as far as is known now
     */
    boolean spares(InFlightRow<IN, OUT> row) {
        Optional<ContentHash> hash = content.hash(row.value());
        if (hash.isEmpty()) {
            metrics.missed();
            return false;
        }
        return spares(row, hash.get());
    }

    private boolean spares(InFlightRow<IN, OUT> row, ContentHash hash) {
        Asked<IN, OUT> equal = joinable.get(hash);
        if (equal != null) {
            equal.joined.add(row);
            joinedRows++;
            return true;
        }
        Optional<KeptAnswer> kept = answers.find(hash);
        if (kept.isPresent() && completes(row, kept.get())) {
            metrics.hit();
            return true;
        }
        joinable.put(hash, ask(hash, row));
        return false;
    }

    /** The model has answered a row, which is completed: others that are equal have an answer. */
    void answered(InFlightRow<IN, OUT> row, TensorRow answer) {
        Asked<IN, OUT> first = end(row);
        if (first == null) {
            return;
        }
        if (answers.keep(first.hash, first.model, answer)) {
            metrics.evicted();
        }
        for (InFlightRow<IN, OUT> equal : first.joined) {
            if (completes(equal, answer)) {
                metrics.joined();
                queue.completed(equal);
            } else {
                release(first.hash, equal);
            }
        }
    }

    /** A row is completed, perhaps without an answer: those that wait for it need their own. */
    void completed(InFlightRow<IN, OUT> row) {
        Asked<IN, OUT> failed = end(row);
        if (failed != null) {
            failed.joined.forEach(equal -> release(failed.hash, equal));
        }
    }

    /** The next row that needs a run although it was spared one before; null: none. */
    @Nullable
    InFlightRow<IN, OUT> nextReleased() {
        return released.pollFirst();
    }

    /** How many rows wait for the run of another one. */
    int joinedRows() {
        return joinedRows;
    }

    @Nullable
    private Asked<IN, OUT> end(InFlightRow<IN, OUT> row) {
        Asked<IN, OUT> ended = asked.remove(row);
        if (ended != null) {
            joinable.remove(ended.hash, ended);
            joinedRows -= ended.joined.size();
        }
        return ended;
    }

    private void release(ContentHash hash, InFlightRow<IN, OUT> row) {
        Asked<IN, OUT> unused = ask(hash, row);
        released.addLast(row);
    }

    /** Whatever comes of it, the row has a run. */
    private Asked<IN, OUT> ask(ContentHash hash, InFlightRow<IN, OUT> row) {
        metrics.missed();
        Asked<IN, OUT> now = new Asked<>(hash, answers.model());
        asked.put(row, now);
        return now;
    }

    private boolean completes(InFlightRow<IN, OUT> row, KeptAnswer answer) {
        if (!completes(row, new TensorRow(answer.outputs(), answer.modelVersion()))) {
            return false;
        }
        queue.completed(row);
        return true;
    }

    /** What cannot be decoded now is asked for, and fails then as a row that was never spared. */
    private boolean completes(InFlightRow<IN, OUT> row, TensorRow answer) {
        try {
            decoder.complete(row, answer);
            return true;
        } catch (Exception undecodable) {
            return false;
        }
    }
}
