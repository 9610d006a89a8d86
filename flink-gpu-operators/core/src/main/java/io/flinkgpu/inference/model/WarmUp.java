package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a freshly loaded model on zeros, so that the first rows find it warm.
 *
 * <p>The first runs of a graph are slow: kernels are chosen and memory is taken for each batch
 * size. Warming up is a courtesy, so a model that has no use for zeros is served cold.
 */
final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** Batches are bounded by bytes as well as by rows: a larger example would meet no batch. */
    private static final long MAX_BATCH_BYTES = 64L << 20;

    private WarmUp() {}

    /** Runs batches of one row and of {@code maxBatchSize} rows. Blocks until they are through. */
    static void run(LoadedModel model, ModelRef ref, int maxBatchSize) {
        ModelSignature signature = model.signature();
        if (!signature.isOpenInBatchAxisAlone()) {
            LOG.info("No warm-up of {}: its signature leaves more than the batch open.", ref);
        } else if (signature.takesStrings()) {
            LOG.info("No warm-up of {}: it takes strings, of which zeros are not an example.", ref);
        } else {
            runOnZeros(model, ref, maxBatchSize);
        }
    }

    private static void runOnZeros(LoadedModel model, ModelRef ref, int maxBatchSize) {
        try {
            for (int rows : sizes(model.signature(), maxBatchSize)) {
                try (TensorBatch zeros = model.signature().zeros(rows)) {
                    model.run(List.of(zeros)).close();
                }
            }
        } catch (ModelRunException failure) {
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
