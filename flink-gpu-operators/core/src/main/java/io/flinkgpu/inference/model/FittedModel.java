package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded model that is given only batches which it takes.
 *
 * <p>Where the signature fixes the batch, a shorter one is filled up with copies of its last row,
 * whose answers are dropped. Where an output turns out to be one row whatever the batch, the model
 * runs single rows from there on, and its signature says so. Safe for use by many threads.
 */
final class FittedModel implements LoadedModel {

    private static final Logger LOG = LoggerFactory.getLogger(FittedModel.class);

    private final LoadedModel model;
    private final ModelRef ref;
    private final IntConsumer newBatchSize;
    private volatile boolean singleRows;

    /**
     * Takes a model over, unless this throws.
     *
     * @param newBatchSize takes the only number of rows that the model takes, once that is known
     * @throws ModelLoadException if the signature cannot give each row an answer
     */
    FittedModel(LoadedModel model, ModelRef ref, IntConsumer newBatchSize)
            throws ModelLoadException {
        this.model = model;
        this.ref = ref;
        this.newBatchSize = newBatchSize;
        ModelSignature signature = model.signature();
        ModelSignature usable = BatchAxis.checked(ref, signature);
        if (!usable.equals(signature)) {
            limitToOneRow("an output is declared to have one row");
        } else {
            signature.fixedBatchSize().ifPresent(newBatchSize);
        }
    }

    /** As the model has it, or for single rows where only these have an answer. */
    @Override
    public ModelSignature signature() {
        ModelSignature signature = model.signature();
        return singleRows ? signature.withBatchSize(1) : signature;
    }

    /** As {@link LoadedModel#run}, for at most as many rows as the signature fixes. */
    @Override
    public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
        int rows = RunsWithinMemory.rows(parts);
        OptionalInt size = fixedBatchSize();
        if (size.isPresent()) {
            // More rows than that: another thread has found the size out since the batch was cut.
            return rows <= size.getAsInt()
                    ? runFilledUp(parts, rows, size.getAsInt())
                    : runSingleRows(parts);
        }
        try {
            return model.run(parts);
        } catch (OutputShapeException failure) {
            if (rows <= 1) {
                throw failure;
            }
            TensorBatch answers = runSingleRows(parts);
            limitToOneRow(failure.getMessage());
            return answers;
        }
    }

    /** Runs a batch as it is, to see whether the model takes it. */
    TensorBatch runAsItIs(TensorBatch batch) throws ModelRunException {
        return model.run(List.of(batch));
    }

    /**
     * Runs one row at a time from here on.
     *
     * @param reason for people
     */
    synchronized void limitToOneRow(String reason) {
        if (fixedBatchSize().isPresent()) {
            return;
        }
        singleRows = true;
        newBatchSize.accept(1);
        LOG.warn(
                "Model {} runs its rows one at a time, which is slow: {}. Export it with an open batch axis in front of every output.",
                ref,
                reason);
    }

    @Override
    public ModelDescription description() {
        return model.description();
    }

    @Override
    public int runsAtOnce() {
        return model.runsAtOnce();
    }

    @Override
    public boolean endRuns(Duration longest) {
        return model.endRuns(longest);
    }

    @Override
    public long memoryBytes() {
        return model.memoryBytes();
    }

    @Override
    public void close() {
        model.close();
    }

    /** An open signature says nothing of it. */
    private OptionalInt fixedBatchSize() {
        return singleRows ? OptionalInt.of(1) : model.signature().fixedBatchSize();
    }

    /** Copies of a row that has to be run anyway cannot fail where it does not. */
    private TensorBatch runFilledUp(List<TensorBatch> parts, int rows, int size)
            throws ModelRunException {
        if (rows == size) {
            return model.run(parts);
        }
        TensorBatch last = parts.get(parts.size() - 1);
        try (TensorBatch filling = last.slice(last.rows() - 1, last.rows())) {
            List<TensorBatch> filled = new ArrayList<>(parts);
            filled.addAll(Collections.nCopies(size - rows, filling));
            try (TensorBatch outputs = model.run(filled)) {
                return outputs.slice(0, rows);
            }
        }
    }

    private TensorBatch runSingleRows(List<TensorBatch> parts) throws ModelRunException {
        return RunsWithinMemory.inPieces(parts, () -> 1, model::run);
    }
}
