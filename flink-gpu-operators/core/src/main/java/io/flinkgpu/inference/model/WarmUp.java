package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a freshly loaded model on zeros, so that the first rows find it warm, and to see that its
 * outputs have a row for each row.
 *
 * <p>The first runs of a graph are slow: kernels are chosen and memory is taken for each batch
 * size. A model that does not run on zeros, which are rows like any other, is served cold; one that
 * runs a single row of them and not several gets single rows from there on.
 */
final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** Batches are bounded by bytes as well as by rows: a larger example would meet no batch. */
    private static final long MAX_BATCH_BYTES = 64L << 20;

    private WarmUp() {}

    /**
     * Runs batches of one row and of {@code maxBatchSize} rows. Blocks until they are through.
     *
     * @throws ModelLoadException if an output has not one row for each row
     */
    static void run(FittedModel model, ModelRef ref, int maxBatchSize) throws ModelLoadException {
        ModelSignature signature = model.signature();
        if (signature.isOpen()) {
            LOG.info("No warm-up of {}: it declares no inputs.", ref);
        } else if (!signature.isOpenInBatchAxisAlone()) {
            LOG.info("No warm-up of {}: its signature leaves more than the batch open.", ref);
        } else if (signature.takesStrings()) {
            LOG.info("No warm-up of {}: it takes strings, of which zeros are not an example.", ref);
        } else {
            runOnZeros(model, ref, maxBatchSize);
        }
    }

    private static void runOnZeros(FittedModel model, ModelRef ref, int maxBatchSize)
            throws ModelLoadException {
        int passed = 0;
        for (int rows : sizes(model.signature(), maxBatchSize)) {
            try (TensorBatch zeros = model.signature().zeros(rows)) {
                model.runAsItIs(zeros).close();
                passed = rows;
            } catch (ModelRunException failure) {
                failed(model, ref, passed, failure);
                return;
            }
        }
    }

    private static void failed(
            FittedModel model, ModelRef ref, int passed, ModelRunException failure)
            throws ModelLoadException {
        boolean ofRowsOrShape =
                failure instanceof OutputShapeException || failure.errorClass() == ErrorClass.DATA;
        if (passed == 1 && ofRowsOrShape) {
            model.limitToOneRow("it runs one row and fails for several: " + failure.getMessage());
        } else if (failure instanceof OutputShapeException) {
            throw new ModelLoadException(
                    "Cannot load model '%s': %s".formatted(ref.location(), failure.getMessage()),
                    failure);
        } else if (failure.errorClass() == ErrorClass.DATA) {
            LOG.info("No warm-up of {}: it takes no zeros: {}", ref, failure.getMessage());
        } else {
            LOG.warn("No warm-up of {}: it does not run on zeros.", ref, failure);
        }
    }

    private static Set<Integer> sizes(ModelSignature signature, int maxBatchSize) {
        if (signature.fixedBatchSize().isPresent()) {
            return Set.of(signature.fixedBatchSize().getAsInt());
        }
        long mostRows;
        try (TensorBatch row = signature.zeros(1)) {
            mostRows = Math.max(1, MAX_BATCH_BYTES / Math.max(1, row.byteSize()));
        }
        return new TreeSet<>(List.of(1, (int) Math.min(maxBatchSize, mostRows)));
    }
}
