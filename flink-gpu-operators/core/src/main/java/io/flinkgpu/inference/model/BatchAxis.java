package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/**
 * What a signature declares about the batch axis, checked before a model is run.
 *
 * <p>The inputs' leading axes are open or of one length, and each output's is open or the same. An
 * output that is declared as one row, of a model that takes any number, has an answer for single
 * rows.
 */
final class BatchAxis {

    private BatchAxis() {}

    /**
     * Refuses a signature that cannot give each row an answer.
     *
     * @return the signature as it is to be used: for single rows where an output is one row
     * @throws ModelLoadException naming the tensor and its shape
     */
    static ModelSignature checked(ModelRef ref, ModelSignature signature)
            throws ModelLoadException {
        for (TensorSpec spec :
                Stream.concat(signature.inputs().stream(), signature.outputs().stream()).toList()) {
            if (spec.shape().isRankKnown() && spec.shape().rank() == 0) {
                throw unloadable(
                        ref,
                        "tensor '%s' has shape %s. Every input and output must have the batch axis in front."
                                .formatted(spec.name(), spec.shape()));
            }
        }
        TensorSpec fixed = fixedInput(ref, signature.inputs());
        long rows = fixed == null ? Shape.UNKNOWN : fixed.shape().length(0);
        boolean ofOneRow = false;
        for (TensorSpec output : signature.outputs()) {
            long length = leadingLength(output);
            if (length == Shape.UNKNOWN || length == rows) {
                continue;
            }
            if (rows != Shape.UNKNOWN || length != 1) {
                throw mismatch(ref, signature, output);
            }
            ofOneRow = true;
        }
        return ofOneRow ? signature.withBatchSize(1) : signature;
    }

    /** An input whose number of rows is fixed; null: none is. */
    @Nullable
    private static TensorSpec fixedInput(ModelRef ref, List<TensorSpec> inputs)
            throws ModelLoadException {
        TensorSpec fixed = null;
        for (TensorSpec input : inputs) {
            long length = leadingLength(input);
            if (length == 0) {
                throw unloadable(
                        ref,
                        "input '%s' has shape %s, which holds no row. Export it with an open batch axis."
                                .formatted(input.name(), input.shape()));
            }
            if (length == Shape.UNKNOWN) {
                continue;
            }
            if (fixed != null && fixed.shape().length(0) != length) {
                throw unloadable(
                        ref,
                        "input '%s' has shape %s and input '%s' has shape %s. All must have the same batch axis in front."
                                .formatted(
                                        fixed.name(), fixed.shape(), input.name(), input.shape()));
            }
            fixed = input;
        }
        return fixed;
    }

    private static long leadingLength(TensorSpec spec) {
        return spec.shape().isRankKnown() ? spec.shape().length(0) : Shape.UNKNOWN;
    }

    private static ModelLoadException mismatch(
            ModelRef ref, ModelSignature signature, TensorSpec output) {
        TensorSpec input = signature.inputs().get(0);
        return unloadable(
                ref,
                "output '%s' has shape %s where input '%s' has shape %s. Every output must have the batch axis in front: leave out or repeat for each row what belongs to none."
                        .formatted(output.name(), output.shape(), input.name(), input.shape()));
    }

    private static ModelLoadException unloadable(ModelRef ref, String reason) {
        return new ModelLoadException(
                "Cannot load model '%s': %s".formatted(ref.location(), reason));
    }
}
