package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The inputs and outputs of one entry point of a model.
 *
 * <p>A model that declares none has an open signature, without inputs and outputs, which any batch
 * conforms to.
 *
 * @param name such as {@code serving_default}
 */
@PublicEvolving
public record ModelSignature(String name, List<TensorSpec> inputs, List<TensorSpec> outputs)
        implements Serializable {

    public ModelSignature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** What an open signature calls the input of a model with one input. */
    public static final String ONLY_OPEN_INPUT = "data";

    /** The signature of a model that declares neither inputs nor outputs. */
    public static ModelSignature open(String name) {
        return new ModelSignature(name, List.of(), List.of());
    }

    /** Whether it declares no inputs, so that names, types and shapes are the encoder's. */
    public boolean isOpen() {
        return inputs.isEmpty();
    }

    /**
     * The batch as this signature names and shapes it.
     *
     * <p>A tensor named {@link TensorRowWriter#ONLY_INPUT} takes the name of the only input,
     * {@value #ONLY_OPEN_INPUT} where the signature is open; flat rows take the shape of an input
     * with as many elements. Where the signature fixes the number of rows, any number above zero
     * conforms: the host cuts and fills up what it runs. The result takes over the memory of {@code
     * batch}.
     *
     * @throws SignatureMismatchException if a name or an element type does not match
     * @throws ShapeMismatchException if a shape does not match
     */
    public TensorBatch conform(TensorBatch batch) {
        if (isOpen()) {
            return batch.names().equals(Set.of(TensorRowWriter.ONLY_INPUT))
                    ? TensorBatch.of(ONLY_OPEN_INPUT, batch.onlyTensor())
                    : batch;
        }
        if (batch.names().size() != inputs.size()) {
            throw new SignatureMismatchException(
                    "%s: it takes inputs %s but got %s."
                            .formatted(subject(), inputNames(), batch.names()));
        }
        Map<String, Tensor> conformed = new LinkedHashMap<>();
        for (TensorSpec input : inputs) {
            conformed.put(input.name(), conform(input, find(input, batch)));
        }
        return TensorBatch.of(conformed);
    }

    /**
     * An example batch of zeros (empty strings).
     *
     * @throws IllegalStateException unless {@link #isOpenInBatchAxisAlone()}
     */
    public TensorBatch zeros(int rows) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec input : inputs) {
            Shape shape = input.shape().withoutLeadingAxis().withLeadingAxis(rows);
            tensors.put(input.name(), Tensor.zeros(input.dataType(), shape));
        }
        return TensorBatch.of(tensors);
    }

    /** Whether the shape of a row is known for every input. */
    public boolean isOpenInBatchAxisAlone() {
        return !isOpen()
                && inputs.stream()
                        .map(TensorSpec::shape)
                        .allMatch(
                                shape ->
                                        shape.isRankKnown()
                                                && shape.rank() > 0
                                                && shape.withoutLeadingAxis().isKnown());
    }

    /** The only number of rows that the model takes, if its signature fixes one. */
    public OptionalInt fixedBatchSize() {
        return inputs.stream()
                .map(TensorSpec::shape)
                .filter(shape -> shape.isRankKnown() && shape.rank() > 0)
                .mapToLong(shape -> shape.length(0))
                .filter(length -> length != Shape.UNKNOWN)
                .mapToInt(Math::toIntExact)
                .findFirst();
    }

    /** This signature for batches of so many rows alone, on both sides. */
    ModelSignature withBatchSize(int rows) {
        return new ModelSignature(name, withBatchSize(inputs, rows), withBatchSize(outputs, rows));
    }

    /**
     * The most rows of which one run has the answers, where answers of several runs need not be
     * alike: the batch is fixed, and the shape of an output's row is open.
     */
    public OptionalInt mostRowsOfOneShape() {
        boolean alike =
                outputs.stream()
                        .map(TensorSpec::shape)
                        .allMatch(
                                shape ->
                                        shape.isRankKnown()
                                                && shape.withoutLeadingAxis().isKnown());
        return alike ? OptionalInt.empty() : fixedBatchSize();
    }

    /** Whether an input holds byte strings. */
    public boolean takesStrings() {
        return inputs.stream().anyMatch(input -> input.dataType() == DataType.BYTES);
    }

    private Tensor find(TensorSpec input, TensorBatch batch) {
        boolean unnamed = batch.names().contains(TensorRowWriter.ONLY_INPUT);
        if (unnamed && inputs.size() == 1) {
            return batch.onlyTensor();
        }
        if (!batch.names().contains(input.name())) {
            throw new SignatureMismatchException(
                    "%s: it takes inputs %s but got %s."
                            .formatted(subject(), inputNames(), batch.names()));
        }
        return batch.tensor(input.name());
    }

    private Tensor conform(TensorSpec input, Tensor tensor) {
        if (tensor.dataType() != input.dataType()) {
            throw new SignatureMismatchException(mismatch(input, tensor));
        }
        if (accepts(input, tensor.shape())) {
            return tensor;
        }
        return shapeFlatRows(input, tensor.shape())
                .map(tensor::reshaped)
                .orElseThrow(() -> new ShapeMismatchException(mismatch(input, tensor)));
    }

    private static Optional<Shape> shapeFlatRows(TensorSpec input, Shape actual) {
        if (actual.rank() != 2 || input.shape().rank() == 0) {
            return Optional.empty();
        }
        Shape row = input.shape().withoutLeadingAxis();
        if (!row.isKnown() || row.elements() != actual.length(1)) {
            return Optional.empty();
        }
        Shape shaped = row.withLeadingAxis(actual.length(0));
        return Optional.of(shaped).filter(each -> accepts(input, each));
    }

    /** Any number of rows may come where the batch is fixed, but none cannot be filled up. */
    private static boolean accepts(TensorSpec input, Shape actual) {
        Shape shape = input.shape();
        if (!shape.isRankKnown() || shape.rank() == 0 || shape.length(0) == Shape.UNKNOWN) {
            return shape.accepts(actual);
        }
        return actual.rank() > 0
                && actual.length(0) > 0
                && shape.withoutLeadingAxis().accepts(actual.withoutLeadingAxis());
    }

    private static List<TensorSpec> withBatchSize(List<TensorSpec> specs, int rows) {
        return specs.stream().map(spec -> withBatchSize(spec, rows)).toList();
    }

    private static TensorSpec withBatchSize(TensorSpec spec, int rows) {
        Shape shape = spec.shape();
        return shape.isRankKnown()
                ? new TensorSpec(
                        spec.name(),
                        spec.dataType(),
                        shape.withoutLeadingAxis().withLeadingAxis(rows))
                : spec;
    }

    private String mismatch(TensorSpec input, Tensor tensor) {
        return "%s: input '%s' expects %s but got %s %s."
                .formatted(subject(), input.name(), input, tensor.shape(), tensor.dataType());
    }

    private String subject() {
        return "Cannot run signature '" + name + "'";
    }

    private List<String> inputNames() {
        return inputs.stream().map(TensorSpec::name).toList();
    }
}
