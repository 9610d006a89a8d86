package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.Shape;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A run gave an output that has not one row for each row of its batch.
 *
 * <p>It is the model that is not what it should be, so its class is {@link ErrorClass#MODEL_LOAD}:
 * neither the rows nor the device are at fault.
 */
@PublicEvolving
public class OutputShapeException extends ModelRunException {

    private static final long serialVersionUID = 1L;

    /**
     * What was given instead.
     *
     * @param model for people, such as {@code model m on cpu}
     * @param shape of the whole output
     * @param rows of the batch
     */
    public OutputShapeException(String model, String output, Shape shape, int rows) {
        super(
                "Cannot run %s: output '%s' has shape %s for a batch of %s. Every output must have the batch axis in front."
                        .formatted(model, output, shape, rows == 1 ? "1 row" : rows + " rows"));
        classified(ErrorClass.MODEL_LOAD);
    }
}
